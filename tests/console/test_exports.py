"""Every export, of staff and of partners: it stands in the audit log, and only some run at once."""

import gc
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callrouter.staff.roles import Role
from console.running_exports import MOST_AT_ONCE
from tests.console.conftest import OpenConsole
from tests.scenarios.three_calls import place_three_calls
from tests.scenarios.world import World

BASE = "/console"
FIGURE = "?figure=amount~2026-03~simulated~partner:sunrise~USD"
EXPORTS = (
    "calls/export.csv",
    f"billing/entries/export.csv{FIGURE}",
    "billing/accounts/sunrise/export.csv",
    "billing/export.csv",
    "promises/export.csv",
    "messages/export.csv",
    "audit/export.csv",
)


@pytest.fixture
def page(world: World, as_role: OpenConsole) -> FlaskClient:
    place_three_calls(world)
    return as_role(Role.ADMIN)


def audited(world: World) -> list[tuple[str, str]]:
    return [(row["action"], row["subject"]) for row in world.rows("audit_log")]


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("calls/export.csv?outcome=answered", ("calls exported", "csv: outcome answered; 2 rows")),
        ("promises/export.csv?state=all", ("promises exported", "csv: state all")),
        ("messages/export.jsonl", ("messages exported", "jsonl: all")),
        ("audit/export.csv?person=Pat", ("audit exported", "csv: person Pat")),
        (
            "billing/export.csv?month=2026-03&by=partner&by=kind&zone=UTC",
            ("billing report exported", "csv: month 2026-03, by partner, kind; 3 rows"),
        ),
        (
            "billing/accounts/sunrise/export.csv?since=2026-03",
            ("account exported", "csv: partner sunrise, since 2026-03"),
        ),
        ("billing/accounts/export.xlsx", ("accounts exported", "xlsx: all; 2 rows")),
        ("billing/invoices/export.csv", ("invoices exported", "csv: all; 0 rows")),
        (
            "billing/disputes/export.csv?partner=sunrise",
            ("disputes exported", "csv: partner sunrise; 0 rows"),
        ),
    ],
)
def test_every_export_stands_in_the_audit_log(
    page: FlaskClient, world: World, address: str, entry: tuple[str, str]
) -> None:
    answer = page.get(f"{BASE}/{address}")
    assert answer.status_code == 200, answer.text
    assert audited(world) == [entry]


def test_an_export_of_a_partner_stands_in_the_audit_log(world: World, as_role: OpenConsole) -> None:
    place_three_calls(world)
    partner = as_role(Role.PARTNER)
    for what in ("calls", "promises", "account", "invoices", "disputes"):
        assert partner.get(f"{BASE}/partner/{what}/export.csv").status_code == 200
    entries = audited(world)
    assert [action for action, _ in entries] == [
        f"{what} exported" for what in ("calls", "promises", "account", "invoices", "disputes")
    ]
    assert all("partner sunrise" in subject for _, subject in entries)


def test_a_number_in_an_address_is_not_kept(page: FlaskClient, world: World) -> None:
    page.get(f"{BASE}/billing/accounts/export.csv?note=+13105550188&long={'x' * 5000}")
    [(_, subject)] = audited(world)
    assert "5550188" not in subject
    assert len(subject) < 600


def begin(page: FlaskClient, address: str) -> Iterator[bytes]:
    pieces = iter(page.get(address, buffered=False).iter_encoded())
    next(pieces)
    return pieces


def test_only_some_exports_run_at_once_whatever_they_export(page: FlaskClient, world: World) -> None:
    begun = [begin(page, f"{BASE}/{address}") for address in EXPORTS[:MOST_AT_ONCE]]
    for address in EXPORTS:
        assert page.get(f"{BASE}/{address}").status_code == 503, address
    assert len(audited(world)) == MOST_AT_ONCE
    list(begun[0])
    assert page.get(f"{BASE}/{EXPORTS[0]}").status_code == 200


def test_a_token_that_is_used_again_is_no_way_around_the_limit(page: FlaskClient) -> None:
    begun = [begin(page, f"{BASE}/calls/export.csv?token=t") for _ in range(MOST_AT_ONCE)]
    assert page.get(f"{BASE}/calls/export.csv?token=t").status_code == 503
    del begun
    gc.collect()
    assert page.get(f"{BASE}/calls/export.csv?token=t").status_code == 200


def test_an_answer_of_which_nobody_takes_a_byte_holds_nothing(page: FlaskClient) -> None:
    def closed(answer: TestResponse) -> int:
        answer.close()
        return answer.status_code

    for _ in range(MOST_AT_ONCE + 1):
        assert closed(page.head(f"{BASE}/calls/export.csv")) == 200
        assert closed(page.get(f"{BASE}/calls/export.csv")) == 200
