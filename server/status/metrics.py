"""Figures for Prometheus: what this process counts itself, and what the database knows, asked at each scrape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from math import inf

import sqlalchemy as sa
from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from callrouter.alerts.channel import EMAIL, WEBHOOK
from callrouter.calls.model import Call
from callrouter.database import Database
from callrouter.events.heartbeat import last_seen
from callrouter.events.model import OutboxFact
from callrouter.reports.alerts import GIVEN_UP, RECENT, WAITING, undelivered
from callrouter.reports.evidence_log import evidence_log_state, seconds_since
from callrouter.reports.promises.figures import promise_figures
from callrouter.reports.waiting import oldest_waiting
from callrouter.routing.model import RotationRow
from callrouter.staff.refusals import refusal_counts

LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def process_registry() -> CollectorRegistry:
    """A registry with what prometheus-client tells of each process: memory, CPU, open files, Python, its garbage."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


class WebhookMetrics:
    """Counts what the carrier's door does."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "callrouter_webhook_duration_seconds",
            "Time from a webhook to its answer.",
            ["route"],
            buckets=LATENCY_BUCKETS,
            registry=registry,
        )
        self._rejections = Counter(
            "callrouter_webhook_rejections",
            "Webhooks refused, by the status of the answer.",
            ["status"],
            registry=registry,
        )
        self._errors = Counter(
            "callrouter_webhook_errors",
            "Webhooks answered with last words because of an error of ours.",
            ["route"],
            registry=registry,
        )

    def answered(self, route: str, seconds: float) -> None:
        """A callback was answered."""
        self._seconds.labels(route).observe(seconds)

    def refused(self, status: int) -> None:
        """A request was refused."""
        self._rejections.labels(str(status)).inc()

    def failed(self, route: str) -> None:
        """A callback was answered with last words, because of an error of ours."""
        self._errors.labels(route).inc()


class ProofMetrics:
    """Counts what became of the codes that were entered at `/proof`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._results = Counter(
            "callrouter_proof_lookups",
            "Codes entered at /proof, by what became of them.",
            ["result"],
            registry=registry,
        )

    def looked_up(self, result: str) -> None:
        """`shown`, `unknown`, `waits`, `throttled` or `busy`."""
        self._results.labels(result).inc()


class StoredFigures:
    """What the database knows, for each scrape anew.

    These are totals of the whole installation, so only one process may export them, or sums would count them as
    often as there are processes; `exports_totals` says whether it is this one (docs/decisions/0031).
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        exports_totals: Callable[[], bool] = lambda: True,
    ) -> None:
        self._database = database
        self._clock = clock
        self._exports_totals = exports_totals

    def collect(self) -> Iterator[Metric]:
        """Whether the database answers this process; and the totals, where they are this one's to export."""
        try:
            totals = self._totals()
        except sa.exc.SQLAlchemyError:
            totals = None
        yield GaugeMetricFamily(
            "callrouter_database_up", "Whether the database answers.", value=int(totals is not None)
        )
        yield from totals or ()

    def _totals(self) -> list[Metric]:
        with self._database.engine.connect() as connection:
            connection.execute(sa.select(1))
            return list(_figures(connection, self._clock())) if self._exports_totals() else []


def _figures(connection: sa.Connection, now: datetime) -> Iterator[Metric]:
    yield _decisions(connection)
    yield _outcomes(connection, now)
    in_progress = sa.select(sa.func.count()).select_from(Call).where(Call.ended_at.is_(None))
    yield GaugeMetricFamily(
        "callrouter_calls_in_progress",
        "Calls that are not over.",
        value=connection.execute(in_progress).scalar_one(),
    )
    yield from _outbox(connection, now)
    yield from _evidence(connection, now)
    yield _processes(connection, now)
    yield _alerts(connection, now)
    yield from _promises(connection, now)
    yield _refusals(connection)


def _decisions(connection: sa.Connection) -> Metric:
    family = CounterMetricFamily(
        "callrouter_rotation_decisions", "Decisions taken, by helpline.", labels=["helpline"]
    )
    for helpline, number in connection.execute(sa.select(RotationRow.helpline, RotationRow.number)):
        family.add_metric([helpline], number)
    return family


def _outcomes(connection: sa.Connection, now: datetime) -> Metric:
    family = GaugeMetricFamily(
        "callrouter_calls_last_hour",
        "Calls that arrived within the last hour and are over.",
        labels=["outcome"],
    )
    asked = (
        sa.select(Call.outcome, sa.func.count())
        .where(Call.arrived_at > now - timedelta(hours=1), Call.ended_at.is_not(None))
        .group_by(Call.outcome)
    )
    for outcome, calls in connection.execute(asked):
        family.add_metric([str(outcome)], calls)
    return family


def _outbox(connection: sa.Connection, now: datetime) -> Iterator[Metric]:
    oldest = oldest_waiting(connection)
    age = (now - oldest).total_seconds() if oldest else 0.0
    yield GaugeMetricFamily(
        "callrouter_outbox_oldest_age_seconds", "Age of the oldest fact that waits.", value=max(age, 0.0)
    )
    aside = sa.select(sa.func.count()).select_from(OutboxFact).where(OutboxFact.set_aside_at.is_not(None))
    yield GaugeMetricFamily(
        "callrouter_outbox_set_aside",
        "Facts that kept failing.",
        value=connection.execute(aside).scalar_one(),
    )


def _evidence(connection: sa.Connection, now: datetime) -> Iterator[Metric]:
    state = evidence_log_state(connection, now)
    yield GaugeMetricFamily(
        "callrouter_evidence_records_waiting",
        "Records that are not in the evidence log yet.",
        value=state.waiting,
    )
    age = seconds_since(state.signed_at, now)
    yield GaugeMetricFamily(
        "callrouter_evidence_head_age_seconds",
        "How long ago the head of the evidence log was signed; +Inf: never. It is signed every minute.",
        value=inf if age is None else age,
    )


def _processes(connection: sa.Connection, now: datetime) -> Metric:
    family = GaugeMetricFamily(
        "callrouter_process_last_seen_age_seconds",
        "How long ago a process of each kind was last seen at work; +Inf: never.",
        labels=["process"],
    )
    for process, age, _ in last_seen(connection, now):
        family.add_metric([process], inf if age is None else age)
    return family


def _alerts(connection: sa.Connection, now: datetime) -> Metric:
    family = GaugeMetricFamily(
        "callrouter_alerts_undelivered",
        "Alerts of the last 7 days that have not arrived; those given up are not tried again.",
        labels=["channel", "state"],
    )
    counts = undelivered(connection, now - RECENT)
    for channel in (EMAIL, WEBHOOK):
        for state in (WAITING, GIVEN_UP):
            family.add_metric([channel, state], counts.get((channel, state), 0))
    return family


def _promises(connection: sa.Connection, now: datetime) -> Iterator[Metric]:
    figures = promise_figures(connection, now)
    yield GaugeMetricFamily("callrouter_promises_open", "Return calls that are owed.", value=figures.open)
    yield GaugeMetricFamily(
        "callrouter_promises_overdue", "Return calls whose owner has missed them.", value=figures.overdue
    )
    yield GaugeMetricFamily(
        "callrouter_promises_oldest_age_seconds",
        "Age of the oldest return call that is owed.",
        value=figures.oldest,
    )
    ended = GaugeMetricFamily(
        "callrouter_promises_ended_last_day",
        "Promises that ended within the last day; kept ones in time, by their first due time, or late.",
        labels=["state", "in_time"],
    )
    for (state, in_time), promises in figures.ended.items():
        ended.add_metric([state, "yes" if in_time else "no"], promises)
    yield ended


def _refusals(connection: sa.Connection) -> Metric:
    family = CounterMetricFamily(
        "callrouter_console_refusals", "Requests that the console refused, by kind.", labels=["kind"]
    )
    for kind, refusals in refusal_counts(connection).items():
        family.add_metric([kind], refusals)
    return family
