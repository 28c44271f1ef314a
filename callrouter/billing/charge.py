"""Charging: each accepted call becomes one entry in its partner's account, or none where its price is nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from callrouter.billing.pricing import AcceptedCall, price
from callrouter.database import Session, sql
from callrouter.directory.directory import Partner
from callrouter.directory.versions import DirectoryShelf
from callrouter.money import Money

_ACCEPTED = sql(
    "SELECT call.sid, leg.partner, leg.kind, call.arrived_at, call.directory_version, call.caller_match,"
    " COALESCE(leg.talk_seconds, 0), call.simulated"
    " FROM call JOIN leg ON leg.call = call.sid AND leg.outcome = 'accepted'"
    " WHERE AMONG(call.sid, :calls) AND call.ended_at IS NOT NULL"
    # A promise that was kept costs what an answered call of its kind costs.
    " UNION ALL SELECT call.sid, kept.partner, kept.kind, call.arrived_at, call.directory_version, call.caller_match,"
    " COALESCE(kept.talk_seconds, 0), call.simulated"
    " FROM call JOIN return_call kept ON kept.call = call.sid AND kept.outcome = 'kept'"
    " WHERE AMONG(call.sid, :calls) AND call.ended_at IS NOT NULL"
    " ORDER BY 4, 1"
)
_CHARGED_BEFORE = sql(
    "SELECT partner, caller_match, arrived_at FROM entry WHERE AMONG(caller_match, :matches) AND entry = 'charge'"
)
_CHARGE = sql(
    "INSERT INTO entry (entry, partner, call, kind, amount, currency, state, posted_at, period, caller_match,"
    " arrived_at, simulated) VALUES ('charge', :partner, :call, :kind, :amount, :currency, 'unconfirmed', :posted_at,"
    " :period, :caller_match, :arrived_at, :simulated) ON CONFLICT (call) WHERE entry = 'charge' DO NOTHING"
)

_Charged = dict[tuple[str, str], list[datetime]]


@dataclass(frozen=True, slots=True)
class _Accepted:
    """An accepted call, as far as its charge is concerned."""

    sid: str
    partner: str
    kind: str
    arrived_at: datetime
    directory_version: int
    caller_match: str | None
    talk_seconds: int
    simulated: bool


def charge_calls(session: Session, directories: DirectoryShelf, calls: list[str], now: datetime) -> None:
    """Enter the charges of calls that are over. Doing it again enters nothing."""
    accepted = [_Accepted(*row) for row in session.ask(_ACCEPTED, calls=calls)]
    charged = _charged_before(session, accepted)
    entries = []
    for call in accepted:
        # A partner that was not there when the call arrived had no rate in force then, so its call is free.
        partner = directories.at(session, call.directory_version).partners.get(call.partner)
        amount = _price(partner, call, charged) if partner else None
        if partner and amount:
            entries.append(_entry(partner, call, amount, now))
    session.tell_all(_CHARGE, entries)


def _charged_before(session: Session, accepted: list[_Accepted]) -> _Charged:
    """By partner and match value: when charged calls of the same caller arrived."""
    charged: _Charged = defaultdict(list)
    matches = [call.caller_match for call in accepted if call.caller_match]
    if matches:
        for partner, match, arrived_at in session.ask(_CHARGED_BEFORE, matches=matches):
            charged[partner, match].append(arrived_at)
    return charged


def _price(partner: Partner, call: _Accepted, charged: _Charged) -> Money | None:
    before = charged[call.partner, call.caller_match] if call.caller_match else []
    rate = partner.rate(call.kind, call.arrived_at)
    amount = price(rate, AcceptedCall(call.arrived_at, call.talk_seconds, tuple(before)))
    if amount is not None and call.caller_match:
        before.append(call.arrived_at)
    return amount


def _entry(partner: Partner, call: _Accepted, amount: Money, now: datetime) -> dict[str, object]:
    return {
        "partner": call.partner,
        "call": call.sid,
        "kind": call.kind,
        "amount": amount.minor,
        "currency": amount.currency,
        "posted_at": now,
        "period": _month(now, partner.timezone),
        "caller_match": call.caller_match,
        "arrived_at": call.arrived_at,
        "simulated": bool(call.simulated),
    }


@lru_cache(maxsize=256)
def _month(moment: datetime, timezone: str) -> str:
    """`2026-11`, where it is that month."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m")
