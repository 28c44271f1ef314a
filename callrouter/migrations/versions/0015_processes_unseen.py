"""When each kind of process was last seen, and the alert about one that is not."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


class _InstantOnSQLite(sa.types.UserDefinedType[Any]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INSTANT"


INSTANT = sa.DateTime(timezone=True).with_variant(_InstantOnSQLite(), "sqlite")
SEEN = {
    "web_at": "when a web server last wrote here",
    "schedule_at": "when a message that beat sent last came through the broker and a worker to here",
    "relay_at": "when the relay last looked at the outbox",
}
WHAT = (
    "what IN ('center-paused', 'message-left', 'nobody-eligible', 'process-unseen', 'promise-overdue',"
    " 'unknown-number')"
)


def upgrade() -> None:
    for name, comment in SEEN.items():
        op.add_column("heartbeat", sa.Column(name, INSTANT, nullable=True, comment=comment))
    op.add_column(
        "outbox",
        sa.Column("process", sa.Text(), nullable=True, comment="the kind of process that an alert is about"),
    )
    if op.get_bind().dialect.name == "sqlite":
        # SQLite makes the table anew, and would take its deliveries along.
        op.execute("CREATE TEMP TABLE delivery_before AS SELECT * FROM delivery")
        op.execute("DELETE FROM delivery")
        _alter_alert()
        op.execute("INSERT INTO delivery SELECT * FROM delivery_before")
        op.execute("DROP TABLE delivery_before")
    else:
        _alter_alert()


def _alter_alert() -> None:
    moments = tuple(sa.Column(name, INSTANT, nullable=False) for name in ("happened_at", "raised_at"))
    with op.batch_alter_table("alert", reflect_args=moments) as alert:
        alert.add_column(
            sa.Column("process", sa.Text(), nullable=True, comment="the kind of process that is not seen")
        )
        alert.drop_constraint(op.f("ck_alert_what"), type_="check")
        alert.create_check_constraint(op.f("ck_alert_what"), WHAT)
