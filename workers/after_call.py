"""What happens after a call ends, and after every other fact of the outbox. Read this first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from callrouter.alerts.channel import Recipient
from callrouter.alerts.raise_alerts import raise_alerts
from callrouter.billing.charge import charge_calls
from callrouter.database import Session
from callrouter.directory.versions import DirectoryCache
from callrouter.disclosure.log import append
from callrouter.events.outbox import ALERT, DISCLOSED, ENDED
from callrouter.events.settle import Facts, Subscriptions
from callrouter.evidence.snapshots import copy_facts
from callrouter.figures.update import update_figures
from callrouter.promises.close import end_promises_of_answered_callers


def subscriptions(directories: DirectoryCache, recipients: Sequence[Recipient] = ()) -> Subscriptions:
    """Return the subscribers of each kind of fact. Alerts go to `recipients`; without any they are only stored."""

    def log_disclosures(session: Session, facts: Facts, _: datetime) -> None:
        append(session, facts.ids)

    def count_calls(session: Session, facts: Facts, _: datetime) -> None:
        update_figures(session, directories, facts.calls)

    def charge_partners(session: Session, facts: Facts, now: datetime) -> None:
        charge_calls(session, directories, facts.calls, now)

    def copy_evidence(session: Session, facts: Facts, _: datetime) -> None:
        copy_facts(session, facts.calls)

    def alert_people(session: Session, facts: Facts, now: datetime) -> None:
        raise_alerts(session, facts.ids, recipients, now)

    def end_promises(session: Session, facts: Facts, now: datetime) -> None:
        end_promises_of_answered_callers(session, facts.calls, now)

    return {
        DISCLOSED: (log_disclosures,),
        ENDED: (count_calls, charge_partners, copy_evidence, end_promises),
        ALERT: (alert_people,),
    }
