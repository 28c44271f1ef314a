"""What happens after what: each fact of the outbox, and who acts on it. Read this first."""

from __future__ import annotations

from datetime import datetime

from callrouter.billing.charge import charge_calls
from callrouter.calls.record import write_records
from callrouter.database import Session
from callrouter.directory.versions import DirectoryShelf
from callrouter.disclosure.log import enter
from callrouter.events.outbox import ENDED, TOLD
from callrouter.events.settle import Facts, Subscriptions


def subscriptions(directories: DirectoryShelf) -> Subscriptions:
    """The facts and their subscribers."""

    def log_disclosures(session: Session, facts: Facts, _: datetime) -> None:
        enter(session, facts.ids)

    def record_calls(session: Session, facts: Facts, _: datetime) -> None:
        write_records(session, facts.calls)

    def charge_partners(session: Session, facts: Facts, now: datetime) -> None:
        charge_calls(session, directories, facts.calls, now)

    return {
        TOLD: (log_disclosures,),
        ENDED: (record_calls, charge_partners),
    }
