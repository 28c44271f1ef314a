"""Destroys the salts of connections whose callers are not recognized any more. The log still verifies."""

from __future__ import annotations

import sqlalchemy as sa

from callrouter.evidence.model import ConnectionRecord
from callrouter.privacy.purge import PurgePart

_LAST = sa.bindparam("last", type_=sa.Date)
_END_OF_MONTH = sa.func.timezone("UTC", sa.cast(_LAST, sa.DateTime) + sa.text("interval '1 month'"))
_IS_DUE = sa.and_(ConnectionRecord.caller_salt.is_not(None), ConnectionRecord.arrived_at < _END_OF_MONTH)
_BATCH = sa.select(ConnectionRecord.id).where(_IS_DUE).limit(sa.bindparam("most", type_=sa.Integer))

OLD_SALTS = PurgePart(
    "salts",
    lambda limits: limits.matches,
    sa.update(ConnectionRecord)
    .where(ConnectionRecord.id.in_(_BATCH))
    .values(caller_salt=None)
    .returning(ConnectionRecord.id),
    sa.select(sa.func.count()).select_from(ConnectionRecord).where(_IS_DUE),
)
"""of the calls of the months whose match values are purged"""
