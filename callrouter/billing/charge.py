"""Charging: each accepted call becomes one entry in its partner's account, or none where its price is nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from callrouter.billing.pricing import AcceptedCall, price
from callrouter.database import Row, Session, sql
from callrouter.directory.versions import DirectoryShelf
from callrouter.money import Money

_ACCEPTED = sql(
    "SELECT call.sid, leg.partner, leg.kind, call.arrived_at, call.directory_version, call.caller_match,"
    " leg.talk_seconds, call.simulated"
    " FROM call JOIN leg ON leg.call = call.sid AND leg.outcome = 'accepted'"
    " WHERE AMONG(call.sid, :calls) AND call.ended_at IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM entry WHERE entry.call = call.sid AND entry.kind = leg.kind)"
    " ORDER BY call.arrived_at, call.sid"
)
_CHARGED_BEFORE = sql(
    "SELECT partner, caller_match, arrived_at FROM entry WHERE AMONG(caller_match, :matches) AND entry = 'charge'"
)
_CHARGE = sql(
    "INSERT INTO entry (entry, partner, call, kind, amount, currency, state, posted_at, period, caller_match,"
    " arrived_at, simulated) VALUES ('charge', :partner, :call, :kind, :amount, :currency, 'unconfirmed', :posted_at,"
    " :period, :caller_match, :arrived_at, :simulated) ON CONFLICT (call, kind, entry) DO NOTHING"
)

_Charged = dict[tuple[str, str], list[datetime]]


def charge_calls(session: Session, directories: DirectoryShelf, calls: list[str], now: datetime) -> None:
    """Enter the charges of calls that are over. Doing it again enters nothing."""
    accepted = session.ask(_ACCEPTED, calls=calls)
    charged = _charged_before(session, accepted)
    entries = []
    for row in accepted:
        amount = _price(session, directories, row, charged)
        if amount is not None:
            entries.append(_entry(session, directories, row, amount, now))
    session.tell_all(_CHARGE, entries)


def _charged_before(session: Session, accepted: list[Row]) -> _Charged:
    """By partner and match value: when charged calls of the same caller arrived."""
    charged: _Charged = defaultdict(list)
    matches = [match for *_, match, _, _ in accepted if match]
    if matches:
        for partner, match, arrived_at in session.ask(_CHARGED_BEFORE, matches=matches):
            charged[partner, match].append(arrived_at)
    return charged


def _price(session: Session, directories: DirectoryShelf, row: Row, charged: _Charged) -> Money | None:
    _, partner, kind, arrived_at, version, match, talk_seconds, _ = row
    rate = directories.at(session, version).partners[partner].rate(kind, arrived_at)
    before = charged[partner, match] if match else []
    amount = price(rate, AcceptedCall(arrived_at, talk_seconds or 0, tuple(before)))
    if amount is not None and match:
        before.append(arrived_at)
    return amount


def _entry(
    session: Session, directories: DirectoryShelf, row: Row, amount: Money, now: datetime
) -> dict[str, object]:
    sid, partner, kind, arrived_at, version, match, _, simulated = row
    zone = ZoneInfo(directories.at(session, version).partners[partner].timezone)
    return {
        "partner": partner,
        "call": sid,
        "kind": kind,
        "amount": amount.minor,
        "currency": amount.currency,
        "posted_at": now,
        "period": now.astimezone(zone).strftime("%Y-%m"),
        "caller_match": match,
        "arrived_at": arrived_at,
        "simulated": bool(simulated),
    }
