"""What `callrouter doctor` examines: a function for each organ tells what it found, or how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from tempfile import TemporaryFile

import sqlalchemy as sa
from redis import Redis
from redis.exceptions import RedisError

from callrouter.carrier.signature import sign
from callrouter.cli.ailing import Ailing
from callrouter.cli.checkup_outside import PATIENCE, carrier, mail, numbers
from callrouter.cli.toolbox import Toolbox
from callrouter.directory.directory import Helpline
from callrouter.directory.faults import quoted
from callrouter.directory.hours import fault_in_hours
from callrouter.directory.versions import DirectoryShelf
from callrouter.disclosure.sentences import SPOKEN_SECONDS
from callrouter.events.heartbeat import BEAT, EXTERNAL, OUTBOX_SWEEPER, WEB, WORKER, last_seen
from callrouter.migrations import NewerSchema, StaleSchema, check_schema, current_revision, newest_revision
from callrouter.privacy.key_check import absent_keys, key_fault
from callrouter.privacy.vault import Vault
from callrouter.reports.alerts import GIVEN_UP, RECENT, undelivered
from callrouter.reports.deliveries import undelivered_invoices
from callrouter.reports.messages import unfetched
from callrouter.reports.promise_figures import promise_figures
from callrouter.reports.reading import ReadingSession, reading
from callrouter.reports.waiting import waiting
from callrouter.routing.explain import SeatNow, SupposedCall, explain
from config.parsers import origin_only, without_password
from config.web_address import address, answer
from simulator import ConnectionFailed, ResponseTimeout, SocketTransport

OLDEST_FACT = timedelta(minutes=1)
OLDEST_MESSAGE = timedelta(hours=1)
_LOAD = "callrouter directory load FILE"
OK, BAD_REQUEST, FORBIDDEN = 200, 400, 403


def settings(toolbox: Toolbox) -> str:
    return f"{len(toolbox.settings.sources)} given, the others have their defaults"


def home(toolbox: Toolbox) -> str:
    where = toolbox.settings.data_dir
    if toolbox.settings.database and toolbox.settings.redis:
        return "not needed: database and broker are not embedded"
    try:
        TemporaryFile(dir=where).close()
    except OSError as error:
        raise Ailing(
            f"{where} cannot be written: {error.strerror}", "set CALLROUTER_HOME to a place of yours"
        ) from error
    return str(where)


def database(toolbox: Toolbox) -> str:
    with reading(toolbox.any_database.engine) as connection:
        connection.execute(sa.select(1))
    return without_password(toolbox.settings.database_url)


def schema(toolbox: Toolbox) -> str:
    newest = newest_revision()
    with reading(toolbox.any_database.engine) as connection:
        revision = current_revision(connection)
        found = f"revision {revision or 'none'}, the newest is {newest}"
        try:
            check_schema(connection)
        except StaleSchema as error:
            raise Ailing(found, "callrouter db upgrade") from error
        except NewerSchema as error:
            raise Ailing(found, "run the release that has this revision, or a later one") from error
    return f"revision {revision}"


def vault_key(toolbox: Toolbox) -> str:
    vault = Vault(toolbox.settings.vault_keys)
    with toolbox.reading() as connection:
        if fault := key_fault(connection, vault):
            raise Ailing(fault.found, fault.mend)
        absent = absent_keys(connection, vault)
    lost = f"; what {', '.join(map(repr, absent))} sealed stays closed without these keys" if absent else ""
    return f"{next(iter(vault.fingerprints))!r} opens what is sealed{lost}"


def directory(toolbox: Toolbox) -> str:
    in_force = toolbox.directory_in_force()
    if not in_force.version:
        raise Ailing("none is loaded", _LOAD)
    for center in in_force.centers.values():
        if fault := fault_in_hours(center.hours):
            mend = fault.mend or "write them as docs/directory-file.md says"
            raise Ailing(f"{center.key} has hours {quoted(center.hours)}: {fault.what}", f"{mend}; {_LOAD}")
    return f"version {in_force.version}"


def helplines(toolbox: Toolbox) -> str:
    """Each has a seat that could be rung at this moment, for callers of some state."""
    with toolbox.reading() as connection:
        session = ReadingSession(connection)
        in_force, supposed = DirectoryShelf().in_force(session), SupposedCall("", toolbox.now())
        seats = {
            helpline.key: explain(session, in_force, _for_any_state(helpline), supposed, SPOKEN_SECONDS)
            for helpline in in_force.helplines.values()
        }
    for key, its_seats in seats.items():
        if not any(seat.may_be_rung for seat in its_seats):
            number = in_force.helplines[key].numbers[0]
            raise Ailing(
                f"{key} has no seat that may be rung now: {_reasons(its_seats)}",
                f"callrouter explain {number}",
            )
    counts = ", ".join(f"{key} {_count(its_seats)}" for key, its_seats in seats.items())
    return f"seats that may be rung: {counts}"


def _for_any_state(helpline: Helpline) -> Helpline:
    return replace(helpline, seats=tuple(replace(seat, states=()) for seat in helpline.seats))


def _count(seats: list[SeatNow]) -> str:
    return f"{sum(seat.may_be_rung for seat in seats)} of {len(seats)}"


def _reasons(seats: list[SeatNow]) -> str:
    counted = Counter(seat.standing for seat in seats)
    return ", ".join(f"{reason} ({number})" for reason, number in counted.most_common())


def broker(toolbox: Toolbox) -> str:
    url = toolbox.settings.redis_url
    try:
        with Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        mend = "check REDIS_URL" if toolbox.settings.redis else "`make run` starts the embedded one"
        raise Ailing(f"{without_password(url)} does not answer ({type(error).__name__})", mend) from error
    return without_password(url)


def process(kind: str, never: str, mend: str) -> Callable[[Toolbox], str]:
    """Whether a kind of process was seen lately; `never` says what it means that it was not yet."""

    def examine(toolbox: Toolbox) -> str:
        with toolbox.reading() as connection:
            [found] = [each for each in last_seen(connection, toolbox.now()) if each.process == kind]
        if found.age is None:
            raise Ailing(never, mend)
        if found.stale:
            raise Ailing(f"last seen {found.age:.0f} seconds ago", mend)
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


def promises(toolbox: Toolbox) -> str:
    with toolbox.reading() as connection:
        figures = promise_figures(connection, toolbox.now())
    if figures.overdue:
        raise Ailing(
            f"{figures.overdue} return calls are overdue",
            "callrouter promises list says what each waits for; promises assign, or close",
        )
    return f"{figures.open} return calls are owed, none is overdue"


def outbox(toolbox: Toolbox) -> str:
    with toolbox.reading() as connection:
        facts, since, set_aside = waiting(connection)
    if set_aside:
        raise Ailing(
            f"{set_aside} facts kept failing", "callrouter outbox list, mend, callrouter outbox retry"
        )
    if since and toolbox.now() - since > OLDEST_FACT:
        age = (toolbox.now() - since).total_seconds()
        raise Ailing(f"{facts} facts wait, the oldest for {age:.0f} seconds", "see to the workers")
    return f"{facts} facts wait"


def alerts(toolbox: Toolbox) -> str:
    own = toolbox.settings
    with toolbox.reading() as connection:
        counts = undelivered(connection, toolbox.now() - RECENT)
    given_up = sum(count for (_, standing), count in counts.items() if standing == GIVEN_UP)
    if given_up:
        mend = "callrouter alerts deliveries, mend, callrouter alerts retry ID"
        raise Ailing(f"{given_up} deliveries were given up", mend)
    told = [f"by e-mail to {', '.join(own.alert_email)}"] if own.alert_email else []
    told += [f"by webhook to {origin_only(own.alert_webhook_url)}"] if own.alert_webhook_url else []
    return " and ".join(told) or (
        "only stored, and shown by `callrouter alerts list`; to be told, set ALERT_EMAIL, ALERT_FROM and SMTP_URL,"
        " or ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET"
    )


def invoices(toolbox: Toolbox) -> str:
    with toolbox.reading() as connection:
        waits, given_up = undelivered_invoices(connection)
    if given_up:
        mend = "callrouter billing deliveries --open, mend, callrouter billing send INVOICE"
        raise Ailing(f"{given_up} deliveries of invoices were given up", mend)
    if waits and not toolbox.settings.invoice_from:
        return f"{waits} wait to be sent, until INVOICE_FROM and SMTP_URL are set"
    return f"{waits} wait to be sent"


def messages(toolbox: Toolbox) -> str:
    with toolbox.reading() as connection:
        count, since, set_aside = unfetched(connection)
    if set_aside:
        raise Ailing(
            f"{set_aside} messages cannot be fetched from the carrier, or deleted there",
            "callrouter messages list, mend, callrouter messages retry",
        )
    if since and toolbox.now() - since > OLDEST_MESSAGE:
        hours = (toolbox.now() - since) / timedelta(hours=1)
        mend = "callrouter messages list tells why; see to the process external"
        raise Ailing(f"{count} messages are not fetched yet, the oldest for {hours:.0f} hours", mend)
    return f"{count} messages are to be fetched"


def web_server(toolbox: Toolbox) -> str:
    host, port = toolbox.settings.host, toolbox.settings.port
    where = address(host, port)
    answered = answer(host, port, "/readyz", timeout=PATIENCE)
    if answered is None:
        raise Ailing(f"nothing answers at {where}", "start it with `make run`")
    if answered[0] != OK:
        raise Ailing(f"{where}/readyz answers {answered[0]}: {answered[1].strip()}", "mend what it tells")
    return f"{where} is ready"


def signatures(toolbox: Toolbox) -> str:
    """A request of ours is let in and one of nobody's is not. It names no call, so nothing is written."""
    own = toolbox.settings
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
        raise Ailing(f"{own.public_url} is not reached from here: {error}", mend) from error
    finally:
        transport.close()
    if (signed, unsigned) != (BAD_REQUEST, FORBIDDEN):
        mend = "start the server with these settings; a proxy must hand on path and query as they are"
        raise Ailing(f"a signed request gets {signed} and an unsigned one {unsigned}", mend)
    return f"{own.public_url} knows our signature, and refuses to go without"


class Check:
    """One thing to examine, and what must be well before that makes sense."""

    def __init__(self, name: str, examine: Callable[[Toolbox], str], *after: str) -> None:
        self.name = name
        self.examine = examine
        self.after = after


CHECKS = (
    Check("settings", settings),
    Check("home", home, "settings"),
    Check("database", database, "settings"),
    Check("schema", schema, "database"),
    Check("vault key", vault_key, "schema"),
    Check("directory", directory, "schema"),
    Check("helplines", helplines, "directory"),
    Check("broker", broker, "settings"),
    Check("workers", workers, "schema"),
    Check("external", external, "schema"),
    Check("beat", beat, "schema"),
    Check("outbox_sweeper", outbox_sweeper, "schema"),
    Check("web", web, "schema"),
    Check("promises", promises, "schema"),
    Check("outbox", outbox, "schema"),
    Check("alerts", alerts, "schema"),
    Check("invoices", invoices, "schema"),
    Check("messages", messages, "schema"),
    Check("web server", web_server, "settings"),
    Check("signatures", signatures, "settings"),
    Check("carrier", carrier, "settings"),
    Check("numbers", numbers, "carrier", "directory"),
    Check("mail", mail, "settings"),
)
