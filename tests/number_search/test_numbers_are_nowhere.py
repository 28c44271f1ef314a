"""No caller's number is at rest anywhere outside of the vault, and none leaves, whatever happens: with real processes,
on a PostgreSQL that logs all that reaches it.

`make soak-numbers` does the same with 10,000 numbers. What is searched: docs/operating.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.number_search.everything import Everything, everything
from tests.number_search.planted import PLANTERS

pytestmark = pytest.mark.xdist_group("numbers are nowhere")
NUMBERS, SEED = 100, 11


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    """Everything has happened and was searched, once for all tests."""
    with everything(tmp_path_factory.mktemp("installation"), NUMBERS, SEED) as everything_that_happens:
        everything_that_happens.happens()
        yield everything_that_happens


def test_no_number_of_a_caller_is_found_in_any_place(done: Everything) -> None:
    assert [(each.place, each.around) for each in done.leaks()] == []


def test_the_same_search_finds_a_number_in_every_kind_of_place(done: Everything) -> None:
    assert len(done.planted) == len(PLANTERS)
    assert done.not_found() == {}


def test_numbers_have_gone_every_way_that_they_can_take(done: Everything) -> None:
    installation = done.installation
    for what in (
        "call WHERE outcome = 'answered'",
        "call WHERE outcome = 'promised'",
        "call WHERE outcome = 'crisis'",
        "call WHERE outcome = 'abandoned'",
        "sealed_number",
        "message",
        "return_call WHERE outcome = 'kept'",
        "return_call WHERE caller_sid IS NOT NULL",
        "do_not_call",
        "ledger_entry",
        "invoice",
        "invoice_delivery WHERE delivered_at IS NOT NULL",
        "alert_delivery WHERE delivered_at IS NOT NULL",
        "evidence_entry",
    ):
        assert installation.count(what) > 0, what
    assert {200, 400, 403, 404} <= done.statuses
    assert 500 not in done.statuses
    assert "callback failed" in installation.printed()
    assert "is started again in" in installation.printed()


def test_numbers_are_purged_after_their_time_while_all_this_happens(done: Everything) -> None:
    count = done.installation.count
    assert count("call WHERE arrived_at < current_date - 8") > 0
    assert count("sealed_number WHERE day < current_date - 8") == 0
    assert count("data_key WHERE purpose = 'number' AND period < current_date - 8") == 0
    assert count("privacy_act WHERE act = 'purge' AND numbers > 0") > 0
    assert count("privacy_act WHERE act = 'erasure'") >= 2


def test_staff_have_seen_every_page_and_written_a_number_wherever_they_can(done: Everything) -> None:
    pages = Counter(answer.status for browser in done.browsers for answer in browser.answers)
    assert pages[200] > 100
    assert len(done.forms) > 8
    assert done.numbers[0] in done.revealed.replace(" ", "")
    audit = done.browsers[0].opens("/console/audit")
    assert "[number] asked" in audit.text
