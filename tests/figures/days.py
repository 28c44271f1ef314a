"""Days of calls in a test: a history in which promises are made and kept, and the carrier names its prices."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

import callrouter.model as tables
from callrouter.figures.model import DIMENSIONS, FIGURES, DayTotal
from callrouter.figures.recount import FigureDifference, differences
from callrouter.reconciliation.carrier_cdrs import store_page
from callrouter.reconciliation.model import CarrierCdr
from tests.billing.history import START, Accounts, center_of
from tests.owner import as_owner

Totals = dict[tuple[Any, ...], dict[str, int]]
"""by the values of `DIMENSIONS`: the figures that are not 0"""


class Days(Accounts):
    """A history with its figures."""

    def promises(self, sid: str) -> None:
        """Nobody had been rung for the call: it was over with a promise."""
        ended = {"outcome": "promised", "answered_by": None}
        made = {"call": sid, "only_center": "", "state": "open", "attempts": 0, "rings": 0, "misses": 0}
        made |= {"made_at": START, "due_at": START, "owned_since": START, "expires_at": START}
        made |= {"consent_at": START, "consent_words": "", "consent_key": "1"}
        made |= {"called_purpose": "return", "area_code": "310", "message_allowed": False}
        with as_owner(self.database) as connection:
            connection.execute(sa.delete(tables.Leg).where(tables.Leg.call == sid))
            connection.execute(sa.update(tables.Call).where(tables.Call.sid == sid).values(ended))
            connection.execute(sa.insert(tables.Promise), made)

    def keeps(self, sid: str, partner: str, seconds: int) -> None:
        """A return call connects the two; its end is to be told."""
        tried = {
            "call": sid,
            "number": 1,
            "only_center": "",
            "center": center_of(partner),
            "partner": partner,
        }
        tried |= {"kind": "helpline", "name": "", "phone": "", "shown": "", "sid": f"{sid}-back"}
        tried |= {"progress": "completed", "has_line": False, "outcome": "kept", "talk_seconds": seconds}
        tried |= dict.fromkeys(("began_at", "taken_at", "agreed_at", "closed_at"), START)
        with self.database.engine.begin() as connection:
            connection.execute(sa.insert(tables.ReturnCall), tried)

    def costs(self, micros: Mapping[str, int | None]) -> None:
        """The carrier's records tell what a call and its leg (`CA1-leg`) cost; a price may be still to come."""
        read = partial(store_page, [_theirs(sid, price) for sid, price in micros.items()], self.now)
        self.database.transact(read)

    def totals(self) -> Totals:
        """As the database keeps them."""
        with self.database.engine.connect() as connection:
            return totals(connection)

    def differences(self) -> list[FigureDifference]:
        """Between them and a recount."""
        with self.database.engine.connect() as connection:
            return differences(connection)

    def counted(self) -> list[dict[str, Any]]:
        return self.rows("partner_call")


def totals(connection: sa.Connection) -> Totals:
    found = {
        tuple(row[name] for name in DIMENSIONS): {name: row[name] for name in FIGURES if row[name]}
        for row in connection.execute(sa.select(DayTotal.__table__)).mappings()
    }
    return {key: figures for key, figures in found.items() if figures}


def _theirs(sid: str, micros: int | None) -> CarrierCdr:
    parent = sid.removesuffix("-leg") if sid.endswith("-leg") else None
    direction = "outbound-dial" if parent else "inbound"
    return CarrierCdr(
        sid, parent, "2026-10-01", direction, "completed", 90, micros, None if micros is None else "USD"
    )
