"""An invoice has the signed head of the evidence log that has all of its entries, and is never printed without."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from callrouter.evidence.offline_verifier import open_checkpoint
from callrouter.evidence.prove import NotLoggedYet
from callrouter.invoices.checkpoint import add_checkpoints, checkpoint_faults
from callrouter.invoices.documents import FORMS
from callrouter.invoices.email import Envelope, invoice_email
from tests.billing.history import Accounts, directory
from tests.evidence.logs import LOG_KEY, NOW, head_of, logs, signed_head
from tests.invoices.closing import close, close_unlogged, invoice, printed, take, talk
from tests.invoices.reading import pdf_text, sheet_rows
from tests.owner import as_owner

OCTOBER = datetime(2026, 10, 14, 18, tzinfo=UTC)
NAME = "SIM-000001"


@pytest.fixture
def accounts(database_url: str) -> Iterator[Accounts]:
    accounts = Accounts(database_url, directory())
    accounts.now = datetime(2026, 11, 3, 9, tzinfo=UTC)
    take(accounts, [talk(1, OCTOBER), talk(2, OCTOBER, kind="listing")])
    yield accounts
    accounts.close()


def faults(accounts: Accounts) -> list[str]:
    with accounts.database.engine.connect() as connection:
        return [fault for _, fault in checkpoint_faults(connection, LOG_KEY) if fault]


def changed(accounts: Accounts, statement: str, **values: object) -> None:
    with as_owner(accounts.database) as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.execute(sa.text(statement), values)


def test_an_invoice_has_the_head_that_has_all_of_its_entries(accounts: Accounts) -> None:
    close(accounts, "2026-10")
    head = invoice(accounts, NAME).head
    assert head
    assert (head.origin, head.size, head.root) == open_checkpoint(head.note, LOG_KEY)
    assert head.size == head_of(accounts.database).size
    assert head.signed_at == NOW
    assert faults(accounts) == []


@pytest.mark.parametrize("form", FORMS)
def test_without_a_head_it_is_not_printed(accounts: Accounts, form: str) -> None:
    close_unlogged(accounts, "2026-10")
    assert invoice(accounts, NAME).head is None
    with pytest.raises(NotLoggedYet, match="in the evidence log"):
        printed(accounts, NAME, form)
    logs(accounts.database)
    first = printed(accounts, NAME, form)
    take(accounts, [talk(3, OCTOBER + timedelta(days=30))])
    logs(accounts.database)
    assert printed(accounts, NAME, form) == first


def test_a_head_that_lacks_an_entry_is_not_taken(accounts: Accounts) -> None:
    logs(accounts.database)
    take(accounts, [talk(3, OCTOBER)])
    close_unlogged(accounts, "2026-10")
    accounts.database.transact(add_checkpoints)
    assert invoice(accounts, NAME).head is None
    logs(accounts.database)
    assert invoice(accounts, NAME).head


def test_a_head_stays_when_the_log_goes_on(accounts: Accounts) -> None:
    close(accounts, "2026-10")
    before = invoice(accounts, NAME).head
    take(accounts, [talk(3, OCTOBER + timedelta(days=30))])
    logs(accounts.database)
    assert invoice(accounts, NAME).head == before


def test_it_is_printed_in_each_form_for_people(accounts: Accounts) -> None:
    close(accounts, "2026-10")
    made = invoice(accounts, NAME)
    assert made.head
    text = pdf_text(made)
    for part in ("Evidence", "calls.example/evidence", made.head.short_root, "2026-11-30 04:00:00 PST"):
        assert part in text
    for line in filter(None, made.head.note.splitlines()):
        assert line in text
    [row] = sheet_rows(made, "evidence")
    assert (row["entries"].value, row["signed_head"].value) == (made.head.size, made.head.note)
    mail = invoice_email(made, Envelope("billing@example.org", "a@example.org", 1, accounts.now), {})
    body = message_from_bytes(mail.as_bytes(), policy=policy.default).get_content()
    assert made.head.note in body
    assert made.head.short_root in body


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE invoice_checkpoint SET size = size - 1", "is not one of the log"),
        ("UPDATE invoice_checkpoint SET note = :other", "is not one of the log"),
        ("UPDATE invoice_checkpoint SET signed_at = signed_at + interval '1 day'", "is not one of the log"),
        ("DELETE FROM evidence_head", "is not one of the log"),
        ("UPDATE evidence_entry SET position = position + 9000", "does not have all of its entries"),
        ("DELETE FROM invoice_checkpoint", "has no head of the log"),
    ],
)
def test_what_was_changed_is_found(accounts: Accounts, change: str, fault: str) -> None:
    close(accounts, "2026-10")
    changed(accounts, change, **({"other": signed_head(3, bytes(32))} if ":other" in change else {}))
    [found] = faults(accounts)
    assert NAME in found
    assert fault in found


def test_one_that_was_issued_a_moment_ago_is_no_fault(accounts: Accounts) -> None:
    accounts.now = NOW
    close_unlogged(accounts, "2026-10")
    logs(accounts.database)
    changed(accounts, "DELETE FROM invoice_checkpoint")
    assert faults(accounts) == []
