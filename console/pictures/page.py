"""The page Pictures."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Blueprint, render_template, request

from callrouter.billing.period import month_of
from callrouter.directory.directory import Directory, Helpline
from callrouter.reports.call_history import call_history
from callrouter.reports.charges_by_month import charges_by_month
from callrouter.reports.choices import call_choices
from callrouter.reports.coverage import Coverages, CoveredHour
from callrouter.reports.listed_calls import CallFilter, refuse_unknown
from callrouter.reports.promise_totals import promise_totals
from callrouter.reports.waits import wait_percentile
from callrouter.staff.roles import Right
from console.access import needs, viewer
from console.dependencies import ConsoleDependencies
from console.frame import address, asked_at
from console.periods import written_period
from console.pictures.calls import call_pictures, wait_words
from console.pictures.charges import charge_pictures
from console.pictures.picture import Picture, round_span_words, share_words
from console.pictures.promises import promise_picture
from console.pictures.scope import PictureScope
from console.zones import reader_zone

DAYS_SHOWN = 7
_PERIODS = {"today": 1, "7 days": 7, "30 days": 30, "90 days": 90, "12 months": 365}
_MONTHS = timedelta(days=335)
"""before the month of today: twelve months in all"""


def pictures_pages(dependencies: ConsoleDependencies) -> Blueprint:
    """The blueprint of the page."""
    pages = Blueprint("pictures", __name__)
    coverages = Coverages()

    @pages.get("/pictures")
    @needs(Right.SEE_CALLS)
    def pictures() -> str:
        scope = PictureScope(written_period(DAYS_SHOWN), request.args.get("helpline") or None, reader_zone())
        now, period = asked_at(), scope.written.period
        with dependencies.reading() as connection:
            refuse_unknown(connection, CallFilter(helpline=scope.helpline))
            history = call_history(connection, period, scope.helpline, scope.zone, now)
            promises = promise_totals(connection, [step.period for step in history.steps], scope.helpline)
            directory = dependencies.promises.directories.in_force(connection)
            choices = call_choices(connection)
            charges = _charges(connection, now, simulated=dependencies.simulated)
        return render_template(
            "pictures.html",
            scope=scope,
            total=history.total,
            in_progress=history.in_progress,
            answer_rate=share_words(history.total.answered, history.total.ended),
            median=wait_words(wait_percentile(history.total.waits, 0.5)),
            p95=wait_words(wait_percentile(history.total.waits, 0.95)),
            talk=round_span_words(history.total.talk_seconds),
            listed=scope.calls_of(period),
            pictures=[
                *call_pictures(history, scope),
                promise_picture(history, promises, scope),
                *charges,
            ],
            weeks=_weeks(coverages, directory, scope.helpline, now),
            helplines=choices.helplines,
            periods={words: _period_address(scope, now, days) for words, days in _PERIODS.items()},
        )

    return pages


def _charges(connection: sa.Connection, now: datetime, *, simulated: bool) -> list[Picture]:
    """Of this month and the eleven before it, for those who may see money."""
    if not viewer().may(Right.SEE_MONEY):
        return []
    zone = reader_zone().key
    months = charges_by_month(
        connection, month_of(now - _MONTHS, zone), month_of(now, zone), simulated=simulated
    )
    return list(charge_pictures(months))


def _weeks(
    coverages: Coverages, directory: Directory, key: str | None, now: datetime
) -> list[tuple[Helpline, list[CoveredHour]]]:
    """The hours of this week of the helpline, or of each."""
    helplines = [each for each in directory.helplines.values() if key in (None, each.key)]
    return [(helpline, coverages.of(directory, helpline, now)) for helpline in helplines]


def _period_address(scope: PictureScope, now: datetime, days: int) -> str:
    since = (now.astimezone(scope.zone) - timedelta(days=days - 1)).date().isoformat()
    helpline = {"helpline": scope.helpline} if scope.helpline else {}
    return address("pictures.pictures", since=since, **helpline)
