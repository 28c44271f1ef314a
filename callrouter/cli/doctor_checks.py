"""The checks of `callrouter doctor`. Each function returns what it found, or raises how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from tempfile import TemporaryFile

import sqlalchemy as sa
from redis import Redis
from redis.exceptions import RedisError

from callrouter.carrier.signature import sign
from callrouter.cli.dependencies import CommandDependencies
from callrouter.cli.external_checks import PATIENCE, carrier, mail, numbers, single_sign_on
from callrouter.cli.failed_check import FailedCheck
from callrouter.cli.rights_check import rights
from callrouter.directory.faults import quoted
from callrouter.directory.opening_hours.opening import fault_in_hours
from callrouter.directory.versions import DirectoryCache
from callrouter.events.heartbeat import BEAT, EXTERNAL, OUTBOX_SWEEPER, WEB, WORKER, last_seen
from callrouter.migrations import (
    NewerSchema,
    RoleMissing,
    StaleSchema,
    check_role,
    check_schema,
    current_revision,
    newest_revision,
)
from callrouter.privacy.key_check import absent_keys, key_fault
from callrouter.privacy.vault import Vault
from callrouter.reports.alerts import GIVEN_UP, RECENT, undelivered
from callrouter.reports.messages.messages import unfetched
from callrouter.reports.money.deliveries import undelivered_invoices
from callrouter.reports.promises.figures import promise_figures
from callrouter.reports.reading import reading
from callrouter.reports.waiting import waiting
from callrouter.routing.explain import ExplainedCall, SeatStatus, explain, for_any_state
from callrouter.wordings.sentences import spoken_seconds
from callrouter.wordings.versions import WordingsCache
from config.parsers import origin_only, without_password
from config.web_address import address, answer
from simulator import ConnectionFailed, ResponseTimeout, SocketTransport

OLDEST_FACT = timedelta(minutes=1)
OLDEST_MESSAGE = timedelta(hours=1)
_LOAD = "callrouter directory load FILE"


def settings(dependencies: CommandDependencies) -> str:
    return f"{len(dependencies.settings.sources)} given, the others have their defaults"


def data_directory(dependencies: CommandDependencies) -> str:
    where = dependencies.settings.data_dir
    if dependencies.settings.database and dependencies.settings.redis:
        return "not needed: database and broker are not embedded"
    try:
        TemporaryFile(dir=where).close()
    except OSError as error:
        raise FailedCheck(
            f"{where} cannot be written: {error.strerror}", "set CALLROUTER_HOME to a place of yours"
        ) from error
    return str(where)


def database(dependencies: CommandDependencies) -> str:
    with reading(dependencies.any_database.engine) as connection:
        connection.execute(sa.select(1))
    return without_password(dependencies.settings.database_url)


def schema(dependencies: CommandDependencies) -> str:
    newest = newest_revision()
    with reading(dependencies.any_database.engine) as connection:
        revision = current_revision(connection)
        found = f"revision {revision or 'none'}, the newest is {newest}"
        try:
            check_schema(connection)
            check_role(connection, dependencies.any_database.engine.url)
        except RoleMissing as error:
            raise FailedCheck(str(error), "callrouter db upgrade") from error
        except StaleSchema as error:
            raise FailedCheck(found, "callrouter db upgrade") from error
        except NewerSchema as error:
            raise FailedCheck(found, "run the release that has this revision, or a later one") from error
    return f"revision {revision}"


def vault_key(dependencies: CommandDependencies) -> str:
    vault = Vault(dependencies.settings.vault_keys)
    with dependencies.reading() as connection:
        if fault := key_fault(connection, vault):
            raise FailedCheck(fault.found, fault.mend)
        absent = absent_keys(connection, vault)
    lost = f"; what {', '.join(map(repr, absent))} sealed stays closed without these keys" if absent else ""
    return f"{next(iter(vault.fingerprints))!r} opens what is sealed{lost}"


def directory(dependencies: CommandDependencies) -> str:
    in_force = dependencies.directory_in_force()
    if not in_force.version:
        raise FailedCheck("none is loaded", _LOAD)
    for center in in_force.centers.values():
        if fault := fault_in_hours(center.hours):
            mend = fault.mend or "write them as docs/directory-file.md says"
            raise FailedCheck(
                f"{center.key} has hours {quoted(center.hours)}: {fault.what}", f"{mend}; {_LOAD}"
            )
    return f"version {in_force.version}"


def helplines(dependencies: CommandDependencies) -> str:
    """Check that each helpline has a seat that could be rung now, for callers of some state."""
    with dependencies.reading() as connection:
        session = connection
        in_force, supposed = DirectoryCache().in_force(session), ExplainedCall("", dependencies.now())
        spoken = spoken_seconds(WordingsCache().in_force(session))
        seats = {
            helpline.key: explain(session, in_force, for_any_state(helpline), supposed, spoken)
            for helpline in in_force.helplines.values()
        }
    for key, its_seats in seats.items():
        if not any(seat.may_be_rung for seat in its_seats):
            number = in_force.helplines[key].numbers[0]
            raise FailedCheck(
                f"{key} has no seat that may be rung now: {_reasons(its_seats)}",
                f"callrouter explain {number}",
            )
    counts = ", ".join(f"{key} {_count(its_seats)}" for key, its_seats in seats.items())
    return f"seats that may be rung: {counts}"


def _count(seats: list[SeatStatus]) -> str:
    return f"{sum(seat.may_be_rung for seat in seats)} of {len(seats)}"


def _reasons(seats: list[SeatStatus]) -> str:
    counted = Counter(seat.status for seat in seats)
    return ", ".join(f"{reason} ({number})" for reason, number in counted.most_common())


def broker(dependencies: CommandDependencies) -> str:
    url = dependencies.settings.redis_url
    try:
        with Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        mend = "check REDIS_URL" if dependencies.settings.redis else "`make run` starts the embedded one"
        raise FailedCheck(
            f"{without_password(url)} does not answer ({type(error).__name__})", mend
        ) from error
    return without_password(url)


def process(kind: str, never: str, mend: str) -> Callable[[CommandDependencies], str]:
    """Check that a kind of process was seen recently. `never` says what it means if it was never seen."""

    def examine(dependencies: CommandDependencies) -> str:
        with dependencies.reading() as connection:
            [found] = [each for each in last_seen(connection, dependencies.now()) if each.process == kind]
        if found.age is None:
            raise FailedCheck(never, mend)
        if found.stale:
            raise FailedCheck(f"last seen {found.age:.0f} seconds ago", mend)
        return f"seen {found.age:.0f} seconds ago"

    return examine


web = process(
    WEB,
    "no web server has written to the database yet",
    "start web: `make run`, or the process of the Procfile",
)
workers = process(
    WORKER,
    "no task has come through the broker and a worker yet",
    "`make run` starts worker and beat; their lines tell what is wrong",
)
external = process(
    EXTERNAL,
    "they have not had a turn yet: nobody is called back",
    "`make run` starts external and beat; elsewhere start both processes of the Procfile",
)
beat = process(
    BEAT,
    "no message of beat has come through the broker and a worker yet",
    "start beat: `make run`, or the process of the Procfile; without a broker or a worker it is not seen either",
)
outbox_sweeper = process(
    OUTBOX_SWEEPER,
    "it has not looked at the outbox yet",
    "start outbox_sweeper again: `make run`, or the process of the Procfile",
)


def promises(dependencies: CommandDependencies) -> str:
    with dependencies.reading() as connection:
        figures = promise_figures(connection, dependencies.now())
    if figures.overdue:
        raise FailedCheck(
            f"{figures.overdue} return calls are overdue",
            "callrouter promises list says what each waits for; promises assign, or close",
        )
    return f"{figures.open} return calls are owed, none is overdue"


def outbox(dependencies: CommandDependencies) -> str:
    with dependencies.reading() as connection:
        facts, since, set_aside = waiting(connection)
    if set_aside:
        raise FailedCheck(
            f"{set_aside} facts kept failing", "callrouter outbox list, mend, callrouter outbox retry"
        )
    if since and dependencies.now() - since > OLDEST_FACT:
        age = (dependencies.now() - since).total_seconds()
        raise FailedCheck(f"{facts} facts wait, the oldest for {age:.0f} seconds", "see to the workers")
    return f"{facts} facts wait"


def alerts(dependencies: CommandDependencies) -> str:
    own = dependencies.settings
    with dependencies.reading() as connection:
        counts = undelivered(connection, dependencies.now() - RECENT)
    given_up = sum(count for (_, status), count in counts.items() if status == GIVEN_UP)
    if given_up:
        mend = "callrouter alerts deliveries, mend, callrouter alerts retry ID"
        raise FailedCheck(f"{given_up} deliveries were given up", mend)
    told = [f"by e-mail to {', '.join(own.alert_email)}"] if own.alert_email else []
    told += [f"by webhook to {origin_only(own.alert_webhook_url)}"] if own.alert_webhook_url else []
    return " and ".join(told) or (
        "only stored, and shown by `callrouter alerts list`; to be told, set ALERT_EMAIL, ALERT_FROM and SMTP_URL,"
        " or ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET"
    )


def invoices(dependencies: CommandDependencies) -> str:
    with dependencies.reading() as connection:
        waits, given_up = undelivered_invoices(connection)
    if given_up:
        mend = "callrouter billing deliveries --open, mend, callrouter billing send INVOICE"
        raise FailedCheck(f"{given_up} deliveries of invoices were given up", mend)
    if waits and not dependencies.settings.invoice_from:
        return f"{waits} wait to be sent, until INVOICE_FROM and SMTP_URL are set"
    return f"{waits} wait to be sent"


def messages(dependencies: CommandDependencies) -> str:
    with dependencies.reading() as connection:
        count, since, set_aside = unfetched(connection)
    if set_aside:
        raise FailedCheck(
            f"{set_aside} messages cannot be fetched from the carrier, or deleted there",
            "callrouter messages list, mend, callrouter messages retry",
        )
    if since and dependencies.now() - since > OLDEST_MESSAGE:
        hours = (dependencies.now() - since) / timedelta(hours=1)
        mend = "callrouter messages list tells why; see to the process external"
        raise FailedCheck(f"{count} messages are not fetched yet, the oldest for {hours:.0f} hours", mend)
    return f"{count} messages are to be fetched"


def web_server(dependencies: CommandDependencies) -> str:
    host, port = dependencies.settings.host, dependencies.settings.port
    where = address(host, port)
    answered = answer(host, port, "/readyz", timeout=PATIENCE)
    if answered is None:
        raise FailedCheck(f"nothing answers at {where}", "start it with `make run`")
    if answered[0] != HTTPStatus.OK:
        raise FailedCheck(
            f"{where}/readyz answers {answered[0]}: {answered[1].strip()}", "mend what it tells"
        )
    return f"{where} is ready"


def signatures(dependencies: CommandDependencies) -> str:
    """Check that our signed request is accepted and an unsigned one is not. It names no call, so nothing is written."""
    own = dependencies.settings
    url = f"{own.public_url}/twilio/status"
    fields = [("AccountSid", own.account_sid)]
    transport = SocketTransport(via=None if own.public else address(own.host, own.port), timeout=PATIENCE)
    try:
        signed = transport.post(
            url, fields, {"X-Twilio-Signature": sign(own.auth_tokens[0], url, fields)}
        ).status
        unsigned = transport.post(url, fields, {}).status
    except (ConnectionFailed, ResponseTimeout) as error:
        mend = "check PUBLIC_URL and its proxy" if own.public else "start the server with `make run`"
        raise FailedCheck(f"{own.public_url} is not reached from here: {error}", mend) from error
    finally:
        transport.close()
    if (signed, unsigned) != (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN):
        mend = "start the server with these settings; a proxy must hand on path and query as they are"
        raise FailedCheck(f"a signed request gets {signed} and an unsigned one {unsigned}", mend)
    return f"{own.public_url} knows our signature, and refuses to go without"


def console(dependencies: CommandDependencies) -> str:
    settings = dependencies.settings
    answered = answer(settings.host, settings.port, "/console/static/console.css", timeout=PATIENCE)
    if answered is None or answered[0] != HTTPStatus.OK:
        found = "no answer" if answered is None else f"the web server says {answered[0]}"
        raise FailedCheck(
            f"/console is not served: {found}", "start console: `make run`, or the process of the Procfile"
        )
    return "staff's pages are served"


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
    DoctorCheck("alerts", alerts, "schema"),
    DoctorCheck("invoices", invoices, "schema"),
    DoctorCheck("messages", messages, "schema"),
    DoctorCheck("web server", web_server, "settings"),
    DoctorCheck("console", console, "web server"),
    DoctorCheck("signatures", signatures, "settings"),
    DoctorCheck("carrier", carrier, "settings"),
    DoctorCheck("numbers", numbers, "carrier", "directory"),
    DoctorCheck("mail", mail, "settings"),
    DoctorCheck("single sign-on", single_sign_on, "settings"),
)
