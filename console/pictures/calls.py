"""The pictures of calls: by time and outcome, by hour of the day, answer rate, wait, talk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from callrouter.calls.states import ANSWERED
from callrouter.figures.model import WAIT_BOUNDS
from callrouter.figures.recount_quarters import OUTCOMES
from callrouter.reports.calls.history import DAY, HOUR, WEEK, CallHistory, CallStep
from callrouter.reports.calls.totals import CallSums
from callrouter.reports.calls.waits import WaitRange, wait_percentile
from console.charts import bar_chart, line_chart
from console.pictures.picture import (
    Picture,
    PictureCell,
    PictureRow,
    PictureTable,
    number_words,
    several,
    share_words,
    span_words,
)
from console.pictures.scope import PictureScope

_SHARES = (0.5, 0.95)
_FORMATS = {HOUR: "%a %d %H:%M", DAY: "%a %Y-%m-%d", WEEK: "week of %Y-%m-%d"}
_SHORT = {HOUR: "%H:%M", DAY: "%m-%d", WEEK: "%m-%d"}
_MONTH = "%Y-%m"
ListAddress = Callable[..., str]


def call_pictures(history: CallHistory, scope: PictureScope) -> Iterator[Picture]:
    """Each picture of the history."""
    outcomes = [outcome for outcome in OUTCOMES if outcome == ANSWERED or history.total.of(outcome)]
    yield _by_time(history, scope, outcomes)
    yield _by_hour_of_day(history, scope, outcomes)
    yield _answer_rate(history, scope)
    yield _waits(history, scope)
    yield _talk(history, scope)


def wait_words(found: WaitRange | None) -> str:
    """Between which seconds a wait is."""
    if found is None:
        return "none"
    return f"over {found.above} s" if found.most is None else f"{found.above} to {found.most} s"


def step_label(step: CallStep, kind: str) -> str:
    """The name of an hour, day or month in a table."""
    return step.begins.strftime(_FORMATS.get(kind, _MONTH))


def short_labels(history: CallHistory) -> list[str]:
    """The names of the steps below a chart."""
    return [step.begins.strftime(_SHORT.get(history.step, _MONTH)) for step in history.steps]


def _by_time(history: CallHistory, scope: PictureScope, outcomes: Sequence[str]) -> Picture:
    rows = [
        PictureRow(
            step_label(step, history.step), _outcomes(step.sums, outcomes, scope.calls_of(step.period))
        )
        for step in history.steps
    ]
    values = [[step.sums.of(outcome) for outcome in outcomes] for step in history.steps]
    total = PictureRow("all", _outcomes(history.total, outcomes, scope.calls_of(scope.written.period)))
    return Picture(
        "by-time",
        f"Calls by {history.step} and outcome",
        f"A bar for each {history.step}, stacked by outcome, of {several(history.total.calls, 'call', 'calls')}.",
        bar_chart(outcomes, short_labels(history), values, number_words),
        PictureTable(f"Calls by {history.step}", scope.note, [history.step, "calls", *outcomes], rows, total),
    )


def _by_hour_of_day(history: CallHistory, scope: PictureScope, outcomes: Sequence[str]) -> Picture:
    labels = [f"{hour:02}:00" for hour in range(len(history.hours))]
    rows = [
        PictureRow(label, _outcomes(sums, outcomes, scope.calls_of(scope.written.period, hour=str(hour))))
        for hour, (label, sums) in enumerate(zip(labels, history.hours, strict=True))
    ]
    values = [[sums.of(outcome) for outcome in outcomes] for sums in history.hours]
    return Picture(
        "by-hour",
        "Calls by hour of the day and outcome",
        "A bar for each of the 24 hours of the day, of all days together, stacked by outcome.",
        bar_chart(outcomes, labels, values, number_words),
        PictureTable("Calls by hour of the day", scope.note, ["hour", "calls", *outcomes], rows),
    )


def _outcomes(sums: CallSums, outcomes: Sequence[str], listed: ListAddress) -> list[PictureCell]:
    calls = PictureCell(number_words(sums.calls), listed() if sums.calls else None)
    return [calls, *(_cell(sums.of(outcome), listed, outcome) for outcome in outcomes)]


def _cell(count: int, listed: ListAddress, outcome: str) -> PictureCell:
    return PictureCell(number_words(count), listed(outcome=outcome) if count else None)


def _answer_rate(history: CallHistory, scope: PictureScope) -> Picture:
    rates = [step.sums.answered / step.sums.ended if step.sums.ended else None for step in history.steps]
    rows = [
        PictureRow(step_label(step, history.step), _rate(step.sums, scope.calls_of(step.period)))
        for step in history.steps
    ]
    total = PictureRow("all", _rate(history.total, scope.calls_of(scope.written.period)))
    return Picture(
        "answer-rate",
        "Answer rate",
        f"A line of the share of calls that were answered, by {history.step}. All together:"
        f" {share_words(history.total.answered, history.total.ended)}.",
        line_chart(["answered"], short_labels(history), [rates], lambda rate: f"{100 * rate:.3g} %", 1.0),
        PictureTable(
            "Answered calls",
            scope.note,
            [history.step, "answered", "of calls with an outcome", "rate"],
            rows,
            total,
        ),
        "Answered: a person at a center took the call. A call that ended as a promise or a message is not answered.",
    )


def _rate(sums: CallSums, listed: ListAddress) -> list[PictureCell]:
    return [
        _cell(sums.answered, listed, ANSWERED),
        PictureCell(number_words(sums.ended)),
        PictureCell(share_words(sums.answered, sums.ended)),
    ]


def _waits(history: CallHistory, scope: PictureScope) -> Picture:
    values = [[_most(wait_percentile(step.sums.waits, share)) for step in history.steps] for share in _SHARES]
    rows = [PictureRow(step_label(step, history.step), _percentiles(step.sums)) for step in history.steps]
    total = PictureRow("all", _percentiles(history.total))
    series = ["half of the callers (p50) waited at most this long", "95 % of the callers (p95)"]
    return Picture(
        "wait",
        "Wait until a center answered",
        f"Two lines in seconds, by {history.step}: the wait of half of the callers, and of 95 in 100."
        f" All together: {wait_words(wait_percentile(history.total.waits, 0.5))}, and"
        f" {wait_words(wait_percentile(history.total.waits, 0.95))}.",
        line_chart(series, short_labels(history), values, lambda seconds: f"{seconds:g} s"),
        PictureTable(
            "Waits of answered calls", scope.note, [history.step, "waits", "p50", "p95"], rows, total
        ),
        f"Waits are counted in steps ({', '.join(map(str, WAIT_BOUNDS))} s and more), so each p50 and p95 is known to"
        " be within a step. The lines show the end of the step; a longer wait than the last is drawn there.",
    )


def _percentiles(sums: CallSums) -> list[PictureCell]:
    found = [PictureCell(wait_words(wait_percentile(sums.waits, share))) for share in _SHARES]
    return [PictureCell(number_words(sum(sums.waits))), *found]


def _most(found: WaitRange | None) -> float | None:
    if found is None:
        return None
    return WAIT_BOUNDS[-1] if found.most is None else found.most


def _talk(history: CallHistory, scope: PictureScope) -> Picture:
    hours = [[step.sums.talk_seconds / 3600] for step in history.steps]
    rows = [PictureRow(step_label(step, history.step), _talk_cells(step.sums)) for step in history.steps]
    return Picture(
        "talk",
        "Talk time",
        f"A bar of hours of talk for each {history.step}, {span_words(history.total.talk_seconds)} in all.",
        bar_chart(["talk"], short_labels(history), hours, lambda value: f"{value:.3g} h"),
        PictureTable(
            "Talk time",
            f"{scope.note}; of calls and of return calls that kept their promise",
            [history.step, "calls with talk", "talk", "on average"],
            rows,
            PictureRow("all", _talk_cells(history.total)),
        ),
    )


def _talk_cells(sums: CallSums) -> list[PictureCell]:
    average = span_words(sums.talk_seconds / sums.talks) if sums.talks else "none"
    return [
        PictureCell(number_words(sums.talks)),
        PictureCell(span_words(sums.talk_seconds)),
        PictureCell(average),
    ]
