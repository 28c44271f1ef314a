"""How sums are figures: two currencies never in one line, every call once, and to the last decimal."""

from typing import Any

import pytest

from callrouter.reports.money.sums import FigureSums, ReportFigures, added, lines, totals

OF_CALLS = FigureSums(calls=4, primary_calls=4, answered=3, waits=3, wait_seconds=100, talk_seconds=270)
CHARGED = FigureSums(charged=2, amount=7000, credited=500)
COST = FigureSums(calls_with_cost=4, cost_micros=157_500)
BOTH = added([CHARGED, COST])


def figures(**by_currency: FigureSums) -> list[ReportFigures]:
    """What is figures of sums by currency; those of calls are `of_calls`."""
    sums = {"" if name == "of_calls" else name: found for name, found in by_currency.items()}
    return [line.figures() for line in lines(("sunrise",), False, sums)]


def picked(rows: list[ReportFigures], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]  # type: ignore[literal-required]


def test_calls_amounts_and_costs_stand_in_one_line() -> None:
    [row] = figures(of_calls=OF_CALLS, USD=BOTH)
    assert row == {
        "currency": "USD",
        "calls": 4,
        "answered": 3,
        "charged": 2,
        "amount": "70.00",
        "credited": "5.00",
        "simulated": False,
        "promised": 0,
        "kept": 0,
        "average_wait_seconds": 33.3,
        "talk_seconds": 270,
        "carrier_cost": "0.1575",
        "cost_currency": "USD",
        "calls_with_cost": 4,
        "margin": "64.8425",
    }


def test_where_nothing_was_charged_the_margin_is_what_the_carrier_took() -> None:
    [row] = figures(of_calls=OF_CALLS, USD=COST)
    assert (row["currency"], row["amount"], row["margin"]) == (None, "0.00", "-0.1575")


def test_where_nothing_is_known_nothing_is_told() -> None:
    [row] = figures(of_calls=FigureSums(calls=1))
    assert (row["carrier_cost"], row["margin"], row["average_wait_seconds"]) == (None, None, None)


def test_as_long_as_a_call_has_no_price_yet_there_is_no_margin() -> None:
    [row] = figures(of_calls=OF_CALLS, USD=BOTH._replace(calls_with_cost=3))
    assert (row["carrier_cost"], row["calls_with_cost"], row["margin"]) == ("0.1575", 3, None)


def test_a_fee_alone_costs_the_carrier_nothing() -> None:
    [row] = figures(USD=FigureSums(amount=50_000))
    assert (row["calls"], row["carrier_cost"], row["margin"]) == (0, None, "500.00")


NAMES = ("currency", "calls", "amount", "cost_currency", "carrier_cost", "margin")
SEVERAL: list[tuple[dict[str, FigureSums], list[tuple[Any, ...]]]] = [
    ({"EUR": CHARGED, "USD": COST}, [("EUR", 4, "70.00", "USD", "0.1575", None)]),
    (
        {"EUR": CHARGED, "USD": BOTH},
        [("EUR", 4, "70.00", None, None, None), ("USD", 0, "70.00", "USD", "0.1575", "64.8425")],
    ),
    (
        {"CAD": COST, "USD": BOTH},
        [("USD", 4, "70.00", "USD", "0.1575", "64.8425"), (None, 0, "0.00", "CAD", "0.1575", "-0.1575")],
    ),
    ({"JPY": CHARGED, "USD": COST}, [("JPY", 4, "7000", "USD", "0.1575", None)]),
]


@pytest.mark.parametrize(("sums", "rows"), SEVERAL)
def test_currencies_are_never_added_up(sums: dict[str, FigureSums], rows: list[tuple[Any, ...]]) -> None:
    assert picked(figures(of_calls=OF_CALLS, **sums), *NAMES) == rows


def test_totals_add_up_what_is_of_one_currency_and_equally_real() -> None:
    real = [*lines(("a",), False, {"": OF_CALLS, "USD": CHARGED}), *lines(("b",), False, {"": OF_CALLS})]
    other = [*lines(("c",), False, {"": OF_CALLS, "EUR": CHARGED})]
    simulated = [*lines(("a",), True, {"": OF_CALLS, "USD": BOTH})]
    found = [total.figures() for total in totals([*simulated, *real, *other])]
    assert picked(found, "simulated", "currency", "calls", "amount", "carrier_cost") == [
        (False, "EUR", 8, "70.00", None),
        (False, "USD", 4, "70.00", None),
        (True, "USD", 4, "70.00", "0.1575"),
    ]


def test_a_cost_of_two_currencies_has_no_total() -> None:
    found = [*lines(("a",), False, {"USD": COST}), *lines(("b",), False, {"EUR": COST})]
    assert picked([total.figures() for total in totals(found)], "carrier_cost", "calls_with_cost") == [
        (None, 0)
    ]
