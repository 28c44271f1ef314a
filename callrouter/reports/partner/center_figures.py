"""What each center of a partner had of calls, over a connection that shows that partner's rows alone."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from callrouter.figures.model import PartnerCall
from callrouter.reports.partner.calls import OwnCallFilter, own_conditions


class OwnCenterFigures(NamedTuple):
    """Calls of a center: all of them, how many it answered, and the seconds of talk."""

    calls: int
    answered: int
    talk_seconds: int


NO_CALLS = OwnCenterFigures(0, 0, 0)


def own_center_figures(connection: sa.Connection, wanted: OwnCallFilter) -> dict[str, OwnCenterFigures]:
    """By center, for those that had any. They count what the list of calls has with the same filter."""
    query = (
        sa.select(
            PartnerCall.center,
            sa.func.count(),
            sa.func.count().filter(PartnerCall.answered),
            sa.func.sum(PartnerCall.talk_seconds),
        )
        .where(*own_conditions(wanted))
        .group_by(PartnerCall.center)
    )
    return {center: OwnCenterFigures(*map(int, figures)) for center, *figures in connection.execute(query)}
