"""Figures: a call as each partner has it, and what calls and entries of a day come to, kept by triggers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")
BATCH = 1_000

_DIMENSIONS = ("day", "partner", "center", "helpline", "kind", "simulated", "currency")
# What a row adds: each figure, and what it is of that row.
_OF_CALL = {
    "calls": "CASE WHEN home THEN 1 ELSE 0 END",
    "rung": "1",
    "answered": "CASE WHEN answered THEN 1 ELSE 0 END",
    "promised": "CASE WHEN promised THEN 1 ELSE 0 END",
    "kept": "CASE WHEN kept THEN 1 ELSE 0 END",
    "waits": "CASE WHEN wait_seconds IS NULL THEN 0 ELSE 1 END",
    "wait_seconds": "COALESCE(wait_seconds, 0)",
    "talk_seconds": "talk_seconds",
}
_OF_COST = {"costed": "1", "cost_micros": "cost_micros"}
_OF_ENTRY = {
    "charged": "CASE WHEN entry = 'charge' THEN 1 ELSE 0 END",
    "amount": "CASE WHEN entry = 'credit' OR amount < 0 THEN 0 ELSE amount END",
    "credited": "CASE WHEN entry = 'credit' THEN amount WHEN amount < 0 THEN -amount ELSE 0 END",
}
_FIGURES = (*_OF_CALL, *_OF_COST, *_OF_ENTRY)
_COLUMNS = ", ".join((*_DIMENSIONS, *_FIGURES))
_ADD = f"ON CONFLICT ({', '.join(_DIMENSIONS)}) DO UPDATE SET " + ", ".join(
    f"{name} = day_total.{name} + excluded.{name}" for name in _FIGURES
)


def _part(currency: str, figures: dict[str, str], rows: str, sign: str = "") -> str:
    """What rows add to the totals, a row each; with the sign `-` what they take off."""
    told = ", ".join(
        f"{sign}({figures[name]}) AS {name}" if name in figures else f"0 AS {name}" for name in _FIGURES
    )
    return (
        "SELECT day, partner, COALESCE(center, '') AS center, COALESCE(helpline, '') AS helpline, kind, simulated,"
        f" {currency} AS currency, {told} FROM {rows}"
    )


def _calls(rows: str, sign: str = "") -> str:
    """Of rows of `partner_call`. The carrier's cost stands with its currency."""
    cost = _part("cost_currency", _OF_COST, f"{rows} WHERE cost_micros IS NOT NULL", sign)
    return f"{_part(chr(39) * 2, _OF_CALL, rows, sign)} UNION ALL {cost}"


def _entries(rows: str) -> str:
    """Of rows of `entry`. A payment is no figure of what was done for it."""
    return _part("currency", _OF_ENTRY, f"{rows} WHERE entry <> 'payment'")


def _added_up(parts: str) -> str:
    sums = ", ".join(f"SUM({name})" for name in _FIGURES)
    anything = " OR ".join(f"SUM({name}) <> 0" for name in _FIGURES)
    keys = ", ".join(_DIMENSIONS)
    return (
        f"INSERT INTO day_total ({_COLUMNS}) SELECT {keys}, {sums} FROM ({parts}) AS parts"
        f" GROUP BY {keys} HAVING {anything} ORDER BY {keys} {_ADD}"
    )


def _on_postgresql() -> Iterator[str]:
    """Once a statement, for all of its rows."""
    for name, table, event, tables, parts in (
        ("call_comes", "partner_call", "INSERT", "NEW TABLE AS come", _calls("come")),
        (
            "call_changes",
            "partner_call",
            "UPDATE",
            "OLD TABLE AS gone NEW TABLE AS come",
            f"{_calls('come')} UNION ALL {_calls('gone', '-')}",
        ),
        ("call_goes", "partner_call", "DELETE", "OLD TABLE AS gone", _calls("gone", "-")),
        ("entry_comes", "entry", "INSERT", "NEW TABLE AS come", _entries("come")),
    ):
        yield (
            f"CREATE FUNCTION {name}_to_total() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN {_added_up(parts)}; RETURN NULL; END $$"
        )
        yield (
            f"CREATE TRIGGER {name}_to_total AFTER {event} ON {table} REFERENCING {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}_to_total()"
        )


def _on_sqlite() -> Iterator[str]:
    """For each row."""
    old, new = (
        f"(SELECT {', '.join(f'{row}.{name} AS {name}' for name in _OF_PARTNER_CALL)})"
        for row in ("OLD", "NEW")
    )
    entry = f"(SELECT {', '.join(f'NEW.{name} AS {name}' for name in _OF_ENTRIES)})"
    for name, table, event, parts in (
        ("call_comes", "partner_call", "INSERT", _calls(new)),
        ("call_changes", "partner_call", "UPDATE", f"{_calls(new)} UNION ALL {_calls(old, '-')}"),
        ("call_goes", "partner_call", "DELETE", _calls(old, "-")),
        ("entry_comes", "entry", "INSERT", _entries(entry)),
    ):
        yield f"CREATE TRIGGER {name}_to_total AFTER {event} ON {table} BEGIN {_added_up(parts)}; END"


_OF_PARTNER_CALL = (
    "day",
    "partner",
    "center",
    "helpline",
    "kind",
    "simulated",
    "home",
    "answered",
    "promised",
    "kept",
    "wait_seconds",
    "talk_seconds",
    "cost_micros",
    "cost_currency",
)
_WRITTEN = ("call", "arrived_at", "directory_version", "caller", *_OF_PARTNER_CALL[:-2])
_OF_ENTRIES = ("day", "partner", "center", "helpline", "kind", "simulated", "entry", "amount", "currency")

_ENDED = (
    "SELECT sid, arrived_at, route, listing, helpline, simulated, directory_version, caller, outcome FROM call"
    " WHERE ended_at IS NOT NULL AND sid > :after ORDER BY sid LIMIT :most"
)
_LEGS = (
    "SELECT call, partner, center, kind, COALESCE(talk_seconds, 0), outcome = 'accepted', began_at, ring_seconds,"
    " taken_at, closed_at FROM leg WHERE call > :after AND call <= :last ORDER BY call, number"
)
_KEPT = (
    "SELECT call, partner, center, kind, COALESCE(talk_seconds, 0) FROM return_call"
    " WHERE call > :after AND call <= :last AND outcome = 'kept'"
)
_VERSION = "SELECT document FROM directory_version WHERE version = :version"
_BOOKED = (
    "SELECT cost_micros, currency, status FROM carrier_call WHERE sid = partner_call.call"
    " UNION ALL SELECT cost_micros, currency, status FROM carrier_call WHERE parent = partner_call.call"
    " UNION ALL SELECT booked.cost_micros, booked.currency, booked.status FROM return_call tried"
    " JOIN carrier_call booked ON booked.sid = tried.sid WHERE tried.call = partner_call.call"
    " UNION ALL SELECT booked.cost_micros, booked.currency, booked.status FROM return_call tried"
    " JOIN carrier_call booked ON booked.parent = tried.sid WHERE tried.call = partner_call.call"
)
_ALL_KNOWN = (
    "MIN(currency) = MAX(currency) AND SUM(CASE WHEN cost_micros IS NULL"
    " AND status NOT IN ('busy', 'failed', 'no-answer', 'canceled') THEN 1 ELSE 0 END) = 0"
)
_COST = (
    "UPDATE partner_call SET (cost_micros, cost_currency) ="
    f" (SELECT CASE WHEN {_ALL_KNOWN} THEN SUM(cost_micros) END, CASE WHEN {_ALL_KNOWN} THEN MIN(currency) END"
    f" FROM ({_BOOKED}) AS booked)"
    " WHERE home AND EXISTS (SELECT 1 FROM carrier_call own WHERE own.sid = partner_call.call)"
)


def upgrade() -> None:
    _create_partner_call()
    _create_day_total()
    op.execute(sa.text(_added_up(_entries("entry"))))
    for statement in _on_postgresql() if op.get_bind().dialect.name == "postgresql" else _on_sqlite():
        op.execute(sa.text(statement))
    _fill(op.get_bind())
    op.execute(sa.text(_COST))


def _create_partner_call() -> None:
    op.create_table(
        "partner_call",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False, comment="empty: nobody was rung"),
        sa.Column(
            "center", sa.Text(), nullable=False, comment="of the partner: that took it, else the first rung"
        ),
        sa.Column("helpline", sa.Text(), nullable=True, comment="that the caller had dialled, or asked for"),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="`helpline` or `listing`; empty: no number of ours"
        ),
        sa.Column(
            "day", sa.Text(), nullable=False, comment="of its arrival in the partner's zone, `2026-11-24`"
        ),
        sa.Column("arrived_at", INSTANT, nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("directory_version", sa.Integer(), nullable=False, comment="in force at its arrival"),
        sa.Column("caller", sa.Text(), nullable=False, comment="masked"),
        sa.Column("home", sa.Boolean(), nullable=False, comment="where the call is counted, once"),
        sa.Column("answered", sa.Boolean(), nullable=False, comment="on its call"),
        sa.Column(
            "promised",
            sa.Boolean(),
            nullable=False,
            comment="the call ended as a promise; where it is counted",
        ),
        sa.Column("kept", sa.Boolean(), nullable=False, comment="the promise, by this partner's return call"),
        sa.Column(
            "wait_seconds", sa.Integer(), nullable=True, comment="from the arrival until it was answered"
        ),
        sa.Column("talk_seconds", sa.Integer(), nullable=False),
        sa.Column(
            "cost_micros",
            sa.BigInteger(),
            nullable=True,
            comment="what the carrier takes for the call and all that was rung for it; empty: not known (yet)",
        ),
        sa.Column("cost_currency", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("call", "partner", name=op.f("pk_partner_call")),
        sa.CheckConstraint(
            "home OR (NOT promised AND cost_micros IS NULL)", name=op.f("ck_partner_call_counted_once")
        ),
        sa.CheckConstraint(
            "(cost_micros IS NULL) = (cost_currency IS NULL)", name=op.f("ck_partner_call_cost")
        ),
        comment="written behind the calls, from what is stored of them",
    )
    op.create_index(
        "uq_partner_call_home",
        "partner_call",
        ["call"],
        unique=True,
        postgresql_where=sa.text("home"),
        sqlite_where=sa.text("home"),
    )
    op.create_index("ix_partner_call_day", "partner_call", ["partner", "day"], unique=False)


def _create_day_total() -> None:
    op.create_table(
        "day_total",
        sa.Column(
            "day",
            sa.Text(),
            nullable=False,
            comment="the partner's: of the call, or that an entry counts for",
        ),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("helpline", sa.Text(), nullable=False, comment="empty: none"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column(
            "currency", sa.Text(), nullable=False, comment="of the figures of money; empty: those of calls"
        ),
        sa.Column("calls", sa.BigInteger(), nullable=False, comment="each once"),
        sa.Column("rung", sa.BigInteger(), nullable=False, comment="calls that the partner had a part in"),
        sa.Column("answered", sa.BigInteger(), nullable=False),
        sa.Column("promised", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("waits", sa.BigInteger(), nullable=False, comment="how many are in `wait_seconds`"),
        sa.Column("wait_seconds", sa.BigInteger(), nullable=False),
        sa.Column("talk_seconds", sa.BigInteger(), nullable=False),
        sa.Column(
            "costed", sa.BigInteger(), nullable=False, comment="calls of which the carrier's cost is known"
        ),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False, comment="what the carrier takes for those"),
        sa.Column("charged", sa.BigInteger(), nullable=False, comment="how many charges"),
        sa.Column(
            "amount", sa.BigInteger(), nullable=False, comment="minor units that were entered to be paid"
        ),
        sa.Column(
            "credited",
            sa.BigInteger(),
            nullable=False,
            comment="minor units that were taken off; no payments",
        ),
        sa.PrimaryKeyConstraint(
            "day", "partner", "center", "helpline", "kind", "simulated", "currency", name=op.f("pk_day_total")
        ),
        comment="sums of `partner_call` and `entry`, kept by triggers",
    )


def _fill(connection: sa.Connection) -> None:
    """The calls that are over already; the triggers count them."""
    partner_call = sa.table("partner_call", *(sa.column(name) for name in _WRITTEN))
    zones: dict[int, dict[str, str]] = {}
    after = ""
    while calls := connection.execute(sa.text(_ENDED), {"after": after, "most": BATCH}).all():
        of_batch = {"after": after, "last": calls[-1].sid}
        rung: dict[str, list[Sequence[Any]]] = defaultdict(list)
        for leg in connection.execute(sa.text(_LEGS), of_batch):
            rung[leg.call].append((*leg[1:6], False, *leg[6:]))
        for kept in connection.execute(sa.text(_KEPT), of_batch):
            rung[kept.call].append((*kept[1:5], False, True, None, None, None, None))
        rows = [row for call in calls for row in _rows(call, rung[call.sid], _zones(connection, zones, call))]
        connection.execute(sa.insert(partner_call), rows)
        after = calls[-1].sid


def _zones(connection: sa.Connection, known: dict[int, dict[str, str]], call: Any) -> dict[str, str]:
    """By what it is of (`partner sunrise`): the zone, in the version that the call arrived under."""
    version = call.directory_version
    if version not in known:
        document = connection.execute(sa.text(_VERSION), {"version": version}).scalar()
        known[version] = _read(json.loads(document or "{}"))
    return known[version]


def _read(directory: dict[str, Any]) -> dict[str, str]:
    zones = {f"partner {one['key']}": one["timezone"] for one in directory.get("partners", ())}
    zones |= {f"helpline {one['key']}": one["timezone"] for one in directory.get("helplines", ())}
    owners = {one["key"]: f"partner {one['partner']}" for one in directory.get("centers", ())}
    return zones | {
        f"listing {one['key']}": zones[owners[one["center"]]] for one in directory.get("listings", ())
    }


def _rows(call: Any, rung: list[Sequence[Any]], zones: dict[str, str]) -> Iterator[dict[str, Any]]:
    """One for each partner; who talked, else who was rung first, is the home of the call."""
    own = zones.get(f"helpline {call.helpline}") or zones.get(f"listing {call.listing}", "UTC")
    rung = rung or [("", "", call.route or "", 0, False, False, None, None, None, None)]
    home = next((one for one in rung if one[4] or one[5]), rung[0])[0]
    for partner in dict.fromkeys(one[0] for one in rung):
        mine = [one for one in rung if one[0] == partner]
        had = next((one for one in mine if one[4] or one[5]), mine[0])
        timezone = zones.get(f"partner {partner}", "UTC") if partner else own
        yield {
            "call": call.sid,
            "partner": partner,
            "center": had[1],
            "helpline": call.helpline,
            "kind": had[2],
            "day": _moment(call.arrived_at).astimezone(ZoneInfo(timezone)).date().isoformat(),
            "arrived_at": call.arrived_at,
            "simulated": bool(call.simulated),
            "directory_version": call.directory_version,
            "caller": call.caller,
            "home": partner == home,
            "answered": bool(had[4]),
            "promised": partner == home and call.outcome == "promised",
            "kept": bool(had[5]),
            "wait_seconds": _seconds_waited(call, had) if had[4] else None,
            "talk_seconds": had[3],
        }


def _seconds_waited(call: Any, leg: Sequence[Any]) -> int:
    talk_seconds, ring_seconds = leg[3], leg[7]
    began_at, closed_at = _moment(leg[6]), _moment(leg[9] or leg[6])
    answered_at = min(
        max(closed_at - timedelta(seconds=talk_seconds), began_at), began_at + timedelta(seconds=ring_seconds)
    )
    if leg[8]:
        answered_at = _moment(leg[8])
    return max(round((answered_at - _moment(call.arrived_at)).total_seconds()), 0)


def _moment(stored: Any) -> datetime:
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored
