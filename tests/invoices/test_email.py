"""The message that an invoice comes with: what it says, what is attached, and what a name cannot do to it."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from callrouter.billing.period import TIME_TO_OBJECT
from callrouter.errors import NotDelivered
from callrouter.invoices.email import Envelope, invoice_email
from callrouter.invoices.printing.words import OBJECTIONS
from tests.invoices.made import ISSUED, call, invoice

DOCUMENTS = {"pdf": b"%PDF-1.3\r\n\x00\xff\n.\n", "csv": b"number,caller\r\n,+1 310 \xe2\x80\xa2\r\n.\n"}
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]


def sent(address: str = "billing@sunrise.example", number: int = 1, **changes: Any) -> EmailMessage:
    """As it arrives."""
    envelope = Envelope("billing@example.org", address, number, ISSUED)
    handed_in = invoice_email(invoice(call(1), call(2), **changes), envelope, DOCUMENTS).as_bytes(
        policy=policy.SMTP
    )
    return message_from_bytes(handed_in, policy=policy.default)


def text(mail: EmailMessage) -> str:
    body = mail.get_body()
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def test_it_says_what_it_is() -> None:
    mail = sent()
    assert (mail["From"], mail["To"]) == ("billing@example.org", "billing@sunrise.example")
    assert mail["Subject"] == "Invoice INV-000017 for October 2026"
    assert mail["Date"] == "Mon, 02 Nov 2026 17:00:00 +0000"
    assert mail["Message-ID"] == "<INV-000017.1@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_it_says_the_total_what_is_attached_and_until_when_to_object() -> None:
    assert text(sent()).splitlines() == [
        "Invoice INV-000017 for October 2026",
        "Sunrise Recovery",
        "",
        "Total: 70.00 USD",
        "",
        "Attached:",
        "  INV-000017-sunrise-2026-10.pdf: the invoice, with every call and every entry",
        "  INV-000017-sunrise-2026-10.csv: the same lines, for a spreadsheet",
        "",
        "You can object to a charge until 2026-12-02 09:00:00 PST, 30 days after this invoice was issued.",
        "",
        "No fee depends on the choice of treatment.",
    ]


def test_the_documents_arrive_byte_for_byte() -> None:
    attached = {part.get_filename(): part for part in sent().iter_attachments()}
    assert [(name, part.get_content_type()) for name, part in attached.items()] == [
        ("INV-000017-sunrise-2026-10.pdf", "application/pdf"),
        ("INV-000017-sunrise-2026-10.csv", "text/csv"),
    ]
    assert [part.get_payload(decode=True) for part in attached.values()] == list(DOCUMENTS.values())
    assert [part.get_content_charset() for part in attached.values()] == [None, "utf-8"]


def test_another_delivery_is_another_message() -> None:
    assert sent(number=2)["Message-ID"] == "<INV-000017.2@example.org>"


def test_what_was_only_simulated_is_no_bill() -> None:
    mail = sent(simulated=True, number=1)
    assert mail["Subject"] == "SIMULATED, not a bill: Invoice INV-000017 for October 2026"
    assert text(mail).startswith("SIMULATED, not a bill: Invoice INV-000017")
    assert "Total: 70.00 USD. Nothing of it is due: the calls were simulated." in text(mail)


def test_what_is_owed_to_the_partner_is_said() -> None:
    envelope = Envelope("billing@example.org", "a@sunrise.example", 1, ISSUED)
    mail = invoice_email(invoice(call(1, what="credit", amount=-3500)), envelope, DOCUMENTS)
    assert "Total: -35.00 USD, in your favor\n" in text(mail)


@pytest.mark.parametrize(
    "name",
    [
        "Sunrise\r\nBcc: everybody@example.org",
        "Sunrise\nContent-Type: text/html\n\n<b>",
        "\x00\x1b]0;owned\x07\u202eesirnuS\u2028\ud800",
        "Clínica Sueño 家 " * 40,
        "",
    ],
)
def test_a_name_makes_no_headers_and_no_lines(name: str) -> None:
    mail = sent(name=name)
    assert mail.keys() == HEADERS
    lines = text(mail).splitlines()
    assert (lines[0], lines[2:4]) == ("Invoice INV-000017 for October 2026", ["", "Total: 70.00 USD"])
    assert lines[1].isprintable()


def test_a_name_is_read_in_its_own_letters() -> None:
    assert "Clínica Sueño" in text(sent(name="Clínica Sueño"))


@pytest.mark.parametrize(
    "address",
    [
        "a@sunrise.example\r\nBcc: b@example.org",
        "a@sunrise.example, b@example.org",
        "a@sunrise.example b@example.org",
        "Sunrise <a@sunrise.example>",
        "nobody",
        "@sunrise.example",
        "a@",
        "",
    ],
)
def test_it_goes_to_one_address_alone(address: str) -> None:
    with pytest.raises(NotDelivered, match="is not one e-mail address"):
        sent(address)


@pytest.mark.parametrize(
    ("zone", "until"),
    [("America/Los_Angeles", "2026-11-17 00:30:00 PST"), ("Europe/Berlin", "2026-11-17 09:30:00 CET")],
)
def test_until_when_to_object_is_told_by_the_partners_clock(zone: str, until: str) -> None:
    """Clocks are set back in between."""
    issued = datetime(2026, 10, 18, 8, 30, tzinfo=UTC)
    assert f"until {until}, 30 days" in text(sent(timezone=zone, issued_at=issued))


def test_paper_and_letter_tell_the_days_that_whoever_decides_counts() -> None:
    days = f"{TIME_TO_OBJECT.days} days after"
    assert days in OBJECTIONS
    assert days in text(sent())
