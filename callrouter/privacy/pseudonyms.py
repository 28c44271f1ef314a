"""Pseudonyms: a random name for each caller, by which calls and charges show that two are of the same caller.

Only the table `match_value` leads from a number to its pseudonym, by an HMAC with the key of a month. Calls and charges
keep the pseudonym for good, so no amount ever changes. Once the match values are deleted, it leads to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from secrets import token_hex

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from callrouter.database import Session
from callrouter.privacy.model import MatchValue
from callrouter.privacy.vault import Vault

NOBODY = "nobody"
"""stands for the pseudonym of a number that has none"""
_BYTES = 16
_QUOTED = r'"\\x{}"'
# No digits, so that nobody, no search and no mask takes one for a number.
_LETTERS = str.maketrans("0123456789", "ghijklmnop")

# The text of an array, because psycopg takes 80 µs to adapt a list of bytes.
_WANTED = (
    sa.func.unnest(sa.cast(sa.bindparam("values", type_=sa.Text), ARRAY(sa.LargeBinary)))
    .table_valued(sa.column("value", sa.LargeBinary), name="wanted")
    .render_derived()
)
_MATCHED = sa.select(MatchValue.value, MatchValue.pseudonym, MatchValue.period).where(
    MatchValue.value == _WANTED.c.value
)


def _newest_first(matched: sa.Select[bytes, str, date]) -> sa.Select[bytes, str]:
    """The match values that are wanted, of the latest month first.

    Each is looked up by itself. With one condition for all of them, the planner would go through the months instead.
    """
    found = matched.lateral("matched")
    newest = sa.select(found.c.value, found.c.pseudonym).select_from(_WANTED).join(found, sa.true())
    return newest.order_by(found.c.period.desc())


_FIND = _newest_first(_MATCHED)
# The lock keeps an erasure from deleting the value before the call that has its pseudonym is committed.
_FOUND = _newest_first(_MATCHED.with_for_update(read=True, key_share=True)).limit(1).cte("found")
_NEW = sa.select(
    sa.bindparam("value", type_=sa.LargeBinary),
    sa.func.coalesce(sa.select(_FOUND.c.pseudonym).scalar_subquery(), sa.bindparam("random", type_=sa.Text)),
    sa.bindparam("period", type_=sa.Date),
).where(~sa.exists().where(_FOUND.c.value == sa.bindparam("value", type_=sa.LargeBinary)))
_ADD = insert(MatchValue).from_select(["value", "pseudonym", "period"], _NEW)
# Of two first calls of a number at once, the second waits here, and has the pseudonym of the first.
RECOGNIZE = _ADD.on_conflict_do_update(index_elements=["value"], set_={"period": _ADD.excluded.period})
PSEUDONYM_OF_VALUE = (
    sa.select(MatchValue.pseudonym)
    .where(MatchValue.value == sa.bindparam("match_value", type_=sa.LargeBinary))
    .scalar_subquery()
)
"""the pseudonym that `match_value` leads to"""
_PSEUDONYM = sa.select(PSEUDONYM_OF_VALUE)
_FORGET = (
    sa.delete(MatchValue)
    .where(MatchValue.pseudonym == sa.any_(sa.bindparam("pseudonyms", type_=ARRAY(sa.Text))))
    .returning(MatchValue.value)
)


def recognize(session: Session, vault: Vault, number: str, now: datetime) -> bytes:
    """Have a number lead to its pseudonym, which is made at its first call. Returns its match value of this month.

    It reads nothing back: a call takes its pseudonym by `PSEUDONYM_OF_VALUE` when it is stored.
    """
    keys = vault.repeat_keys(session, now)
    values = [key.match(number) for key in keys]
    value, period = values[0], keys[0].name.period
    fresh = token_hex(_BYTES).translate(_LETTERS)
    row = {"value": value, "period": period, "random": fresh}
    session.execute(RECOGNIZE, {"values": _array(values), **row})
    return value


def pseudonym_for(session: Session, vault: Vault, number: str, now: datetime) -> str:
    """The pseudonym of a number, which is made if there is none."""
    value = recognize(session, vault, number, now)
    return str(session.execute(_PSEUDONYM, {"match_value": value}).scalar())


def pseudonyms_of(session: Session, vault: Vault, number: str) -> list[str]:
    """The pseudonyms that a number leads to, the latest first; none where nobody called from it, or it was erased.

    It is one, but for a number whose first two calls came at once over the turn of a month. Read-only.
    """
    values = [key.match(number) for key in vault.all_repeat_keys(session)]
    found = session.execute(_FIND, {"values": _array(values)})
    return list(dict.fromkeys(row.pseudonym for row in found))


def forget_pseudonyms(session: Session, pseudonyms: list[str]) -> int:
    """Delete what leads to these pseudonyms; how many match values. A later call of such a number is a new caller's."""
    return len(session.execute(_FORGET, {"pseudonyms": pseudonyms}).all())


def _array(values: Sequence[bytes]) -> str:
    """PostgreSQL's text of an array of bytes."""
    return f"{{{','.join(_QUOTED.format(value.hex()) for value in values)}}}"
