"""The checks of `callrouter doctor`, in order. Each function returns what it found, or raises how to mend it."""

from __future__ import annotations

from collections.abc import Callable

from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.doctor.directory_checks import directory, helplines
from callrouter.cli.doctor.evidence_check import evidence_log
from callrouter.cli.doctor.external_checks import carrier, mail, numbers, single_sign_on
from callrouter.cli.doctor.log_check import database_log
from callrouter.cli.doctor.privacy_checks import purge
from callrouter.cli.doctor.process_checks import beat, external, outbox_sweeper, web, workers
from callrouter.cli.doctor.rights_check import rights
from callrouter.cli.doctor.server_checks import console, signatures, web_server
from callrouter.cli.doctor.system_checks import broker, data_directory, database, schema, settings, vault_key
from callrouter.cli.doctor.waiting_checks import alerts, invoices, messages, outbox, promises


class DoctorCheck:
    """A check, and the checks that must succeed before it."""

    def __init__(self, name: str, examine: Callable[[CommandDependencies], str], *after: str) -> None:
        self.name = name
        self.examine = examine
        self.after = after


CHECKS = (
    DoctorCheck("settings", settings),
    DoctorCheck("data directory", data_directory, "settings"),
    DoctorCheck("database", database, "settings"),
    DoctorCheck("database log", database_log, "database"),
    DoctorCheck("schema", schema, "database"),
    DoctorCheck("rights", rights, "schema"),
    DoctorCheck("vault key", vault_key, "schema"),
    DoctorCheck("directory", directory, "schema"),
    DoctorCheck("helplines", helplines, "directory"),
    DoctorCheck("broker", broker, "settings"),
    DoctorCheck("workers", workers, "schema"),
    DoctorCheck("external", external, "schema"),
    DoctorCheck("beat", beat, "schema"),
    DoctorCheck("outbox_sweeper", outbox_sweeper, "schema"),
    DoctorCheck("web", web, "schema"),
    DoctorCheck("promises", promises, "schema"),
    DoctorCheck("outbox", outbox, "schema"),
    DoctorCheck("evidence log", evidence_log, "schema"),
    DoctorCheck("alerts", alerts, "schema"),
    DoctorCheck("invoices", invoices, "schema"),
    DoctorCheck("messages", messages, "schema"),
    DoctorCheck("purge", purge, "schema"),
    DoctorCheck("web server", web_server, "settings"),
    DoctorCheck("console", console, "web server"),
    DoctorCheck("signatures", signatures, "settings"),
    DoctorCheck("carrier", carrier, "settings"),
    DoctorCheck("numbers", numbers, "carrier", "directory"),
    DoctorCheck("mail", mail, "settings"),
    DoctorCheck("single sign-on", single_sign_on, "settings"),
)
