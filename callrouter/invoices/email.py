"""The e-mail of an invoice, with its documents attached. *Pure.*"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple

from callrouter.billing.period import TIME_TO_OBJECT
from callrouter.errors import NotDelivered
from callrouter.invoices.invoice import Invoice, file_name
from callrouter.invoices.printing.words import (
    NO_CHOICE,
    how_the_head_is_checked,
    money,
    month_in_words,
    printable,
    what_the_head_proves,
    when,
)

NOT_A_BILL = "SIMULATED, not a bill"
_KINDS: Mapping[str, tuple[str, str, str]] = {
    "pdf": ("application", "pdf", "the invoice, with every call and every entry"),
    "csv": ("text", "csv", "the same lines, for a spreadsheet"),
}


class Envelope(NamedTuple):
    """The sender, the recipient, the time, and the number of the delivery."""

    sender: str
    address: str
    number: int
    at: datetime


def invoice_email(invoice: Invoice, envelope: Envelope, documents: Mapping[str, bytes]) -> EmailMessage:
    """The message. Every attempt has the same `Message-ID`. `documents` are by format, `pdf` and `csv`.

    Raises NotDelivered if the address is not exactly one address.
    """
    mail = EmailMessage()
    mail["From"] = envelope.sender
    mail["To"] = _one_address(envelope.address)
    mail["Subject"] = _subject(invoice)
    mail["Date"] = format_datetime(envelope.at)
    domain = envelope.sender.rpartition("@")[2]
    mail["Message-ID"] = f"<{invoice.number}.{envelope.number}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    # A server need not accept more than ASCII.
    mail.set_content(_text(invoice, documents), cte="quoted-printable")
    for form, content in documents.items():
        maintype, subtype, _ = _KINDS[form]
        name = f"{file_name(invoice)}.{form}"
        charset = {"charset": "utf-8"} if maintype == "text" else {}
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name, params=charset)
    return mail


def _one_address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError) as error:  # what its parser raises, by what is wrong
        raise NotDelivered(f"{text!r} is not one e-mail address") from error


def _subject(invoice: Invoice) -> str:
    title = f"Invoice {invoice.number} for {month_in_words(invoice.period)}"
    return f"{NOT_A_BILL}: {title}" if invoice.simulated else title


def _text(invoice: Invoice, documents: Mapping[str, bytes]) -> str:
    attached = (f"  {file_name(invoice)}.{form}: {_KINDS[form][2]}" for form in documents)
    paragraphs = (
        f"{_subject(invoice)}\n{printable(invoice.name)}",
        _total(invoice),
        "\n".join(("Attached:", *attached)),
        _objections(invoice),
        NO_CHOICE,
        *_evidence(invoice),
    )
    return "\n\n".join(paragraphs) + "\n"


def _evidence(invoice: Invoice) -> tuple[str, ...]:
    if (head := invoice.head) is None:
        return ()
    facts = (
        f"Log: {head.origin}",
        f"Entries: {head.size:,}",
        f"Root: {head.short_root} …",
        f"Signed: {when(invoice, head.signed_at)}",
    )
    what, how = what_the_head_proves(head), how_the_head_is_checked(head)
    return what, "\n".join(facts), how, head.note.rstrip("\n")


def _total(invoice: Invoice) -> str:
    total = f"Total: {money(invoice.total, invoice.currency)}"
    if invoice.simulated:
        return f"{total}. Nothing of it is due: the calls were simulated."
    return f"{total}, in your favor" if invoice.total < 0 else total


def _objections(invoice: Invoice) -> str:
    until, days = when(invoice, invoice.issued_at + TIME_TO_OBJECT), TIME_TO_OBJECT.days
    return f"You can object to a charge until {until}, {days} days after this invoice was issued."
