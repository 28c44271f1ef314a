"""The check of the purge: whether callers' numbers go when their days are over."""

from __future__ import annotations

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.privacy.acts import ActKind, latest_act
from callrouter.purge import is_late, longest_repeat_days
from callrouter.reports.privacy.status import is_failing


def purge(dependencies: CommandDependencies) -> str:
    purger, now = dependencies.purger, dependencies.now()
    with dependencies.reading() as connection:
        completed = latest_act(connection, ActKind.PURGE_COMPLETED)
        failed = latest_act(connection, ActKind.PURGE_FAILED)
        if failed and is_failing(completed, failed):
            mend = "callrouter privacy purge shows the error; the log of external has it too"
            raise FailedCheck(f"the latest purge failed, at {failed.at:%Y-%m-%d %H:%M} UTC", mend)
        if is_late(purger, connection, now):
            mend = "callrouter privacy purge; see to the process external, which does it once a day"
            raise FailedCheck("callers' numbers are kept more than 2 days longer than they may be", mend)
        repeat_days = longest_repeat_days(dependencies.directory_in_force())
        if not purger.retention.covers(repeat_days):
            found = f"a rate has repeat_days {repeat_days}, for which MATCH_RETENTION_MONTHS is too short"
            raise FailedCheck(found, "make MATCH_RETENTION_MONTHS longer, or repeat_days shorter")
        held_back = {each.day for each in purger.held_back(connection, now)}
    days = f", {len(held_back)} days are held back" if held_back else ""
    return (f"last purged at {completed.at:%Y-%m-%d %H:%M} UTC" if completed else "nothing is late") + days
