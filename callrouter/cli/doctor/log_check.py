"""Checks what the database writes into its own log: for `callrouter doctor`.

No statement of ours has a caller's number in it. But some have what staff wrote, hashes and sealed values, and a log is
read by more people than the database.
Source: https://www.postgresql.org/docs/current/runtime-config-logging.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.failed_check import FailedCheck
from callrouter.reports.reading import reading

NEVER, NO_VALUES = "-1", "0"
STATEMENTS = {"log_statement": "none", "log_min_duration_statement": NEVER, "log_min_duration_sample": NEVER}
"""the settings that have statements logged, and what each is where it has none logged"""
EXPLAINED, SAMPLED = "auto_explain.log_min_duration", "log_transaction_sample_rate"
VALUES = "log_parameter_max_length"
VALUES_OF_ERRORS = "log_parameter_max_length_on_error"
VALUES_OF_PLANS = "auto_explain.log_parameter_max_length"
NAMES = (*STATEMENTS, EXPLAINED, SAMPLED, VALUES, VALUES_OF_ERRORS, VALUES_OF_PLANS)

_SETTINGS = sa.select(*(sa.func.current_setting(name, True).label(name) for name in NAMES))


def database_log(dependencies: CommandDependencies) -> str:
    with reading(dependencies.any_database.engine) as connection:
        settings = dict(connection.execute(_SETTINGS).mappings().one())
    if wrong := list(settings_to_change(settings)):
        mend = ", ".join(f"{name} = 0" for name in wrong)
        raise FailedCheck(
            "PostgreSQL writes the values of statements into its log", f"set {mend}, and reload"
        )
    return "no values of statements are in it"


def settings_to_change(settings: Mapping[str, str | None]) -> Iterator[str]:
    """The settings by which values get into the log. *Pure.*"""
    logged = any(settings[name] != silent for name, silent in STATEMENTS.items())
    if (logged or float(settings[SAMPLED] or 0)) and settings[VALUES] != NO_VALUES:
        yield VALUES
    if settings[VALUES_OF_ERRORS] != NO_VALUES:
        yield VALUES_OF_ERRORS
    if settings[EXPLAINED] not in (None, "", NEVER) and settings[VALUES_OF_PLANS] != NO_VALUES:
        yield VALUES_OF_PLANS
