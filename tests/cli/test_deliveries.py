"""`callrouter billing send` and `deliveries`: invoices by e-mail, asked for once more, and the log of them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from callrouter.cli.user import user
from callrouter.invoices.send import SCHEDULE
from tests.alerts.mail_server import MailServer, taking_mail
from tests.cli.running import CommandLine
from tests.invoices.sending import NAME, SENDER, InvoiceSending

BILLING = "billing@sunrise.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with taking_mail(MailServer()) as server:
        yield server


@pytest.fixture
def sending(callrouter: CommandLine, server: MailServer) -> Iterator[InvoiceSending]:
    """October is closed, and its invoice has not been sent yet."""
    callrouter.environment |= {"INVOICE_FROM": SENDER, "SMTP_URL": f"smtp://127.0.0.1:{server.port}"}
    sending = InvoiceSending(callrouter.settings.database_url, server)
    yield sending
    sending.accounts.close()


def gives_up(sending: InvoiceSending, server: MailServer) -> None:
    """No attempt is taken."""
    server.refuses = {"MAIL": "451 +13105550188 is busy"}
    for wait in (*SCHEDULE, timedelta(0)):
        sending.sends()
        sending.passes(wait)
    server.refuses = {}


def test_what_waits_and_what_has_arrived_is_listed(callrouter: CommandLine, sending: InvoiceSending) -> None:
    [waiting] = callrouter.rows("billing", "deliveries")
    assert (waiting["invoice"], waiting["number"], waiting["address"]) == (NAME, 1, BILLING)
    assert (waiting["asked_by"], waiting["status"], waiting["waits_for"]) == (
        "ada",
        "waiting",
        "the external worker",
    )
    assert sending.sends() == 1
    [done] = callrouter.rows("billing", "deliveries")
    assert (done["status"], done["waits_for"], done["attempts"]) == ("delivered", None, 1)
    assert done["delivered_at"] == "2026-11-03T09:00:00.000000Z"
    assert callrouter.rows("billing", "deliveries", "--open") == []


def test_without_a_sender_it_is_told_what_is_waited_for(
    callrouter: CommandLine, sending: InvoiceSending
) -> None:
    del callrouter.environment["INVOICE_FROM"]
    assert [row["waits_for"] for row in callrouter.rows("billing", "deliveries")] == ["INVOICE_FROM"]
    told = callrouter("billing", "send", NAME).stdout
    assert told.endswith("It waits until INVOICE_FROM and SMTP_URL are set.\n")


def test_a_dry_run_says_where_an_invoice_would_go_and_sends_nothing(
    callrouter: CommandLine, sending: InvoiceSending
) -> None:
    words = ("billing", "send", NAME, "--to", "accountant@sunrise.example")
    shown = callrouter(*words, "--dry-run")
    assert (shown.exit_code, len(callrouter.rows("billing", "deliveries"))) == (0, 1)
    assert shown.stdout == f"Dry run, nothing is changed:\n{callrouter(*words).stdout}"
    assert len(callrouter.rows("billing", "deliveries")) == 2


def test_what_failed_says_why_and_waits_for_its_next_try(
    callrouter: CommandLine, sending: InvoiceSending, server: MailServer
) -> None:
    sending.passes(timedelta(days=36_500))
    server.refuses = {"RCPT": "550 no"}
    sending.sends()
    [row] = callrouter.rows("billing", "deliveries", "--open")
    assert (row["waits_for"], row["error"]) == (
        "its next try",
        "the mail server refused the address (550)",
    )


def test_it_is_sent_once_more_and_to_somebody_else(
    callrouter: CommandLine, sending: InvoiceSending, server: MailServer
) -> None:
    sending.sends()
    assert callrouter("billing", "send", NAME).stdout == f"{NAME} is to be sent to {BILLING}, delivery 2.\n"
    done = callrouter("billing", "send", NAME, "--to", "books@sunrise.example")
    assert done.stdout == f"{NAME} is to be sent to books@sunrise.example, delivery 3.\n"
    assert [row["asked_by"] for row in callrouter.rows("billing", "deliveries")] == ["ada", user(), user()]
    sending.makes_due()
    assert sending.sends() == 2
    assert [taken.recipients for taken in server.accepted[1:]] == [(BILLING,), ("books@sunrise.example",)]


def test_what_was_given_up_is_open_until_it_is_asked_for_again(
    callrouter: CommandLine, sending: InvoiceSending, server: MailServer
) -> None:
    gives_up(sending, server)
    [given_up] = callrouter.rows("billing", "deliveries", "--open")
    assert (given_up["status"], given_up["next_try_at"]) == ("given up", None)
    callrouter("billing", "send", NAME)
    assert [row["number"] for row in callrouter.rows("billing", "deliveries", "--open")] == [2]
    sending.makes_due()
    assert sending.sends() == 1
    assert callrouter.rows("billing", "deliveries", "--open") == []


@pytest.mark.parametrize("address", ["nobody", "a@x.example,b@x.example", "a@x.example\nBcc: b@x.example"])
def test_an_address_is_one(callrouter: CommandLine, address: str) -> None:
    assert callrouter("billing", "send", NAME, "--to", address).exit_code == 2


@pytest.mark.parametrize("words", [(), ("--to", "books@sunrise.example")])
def test_an_invoice_that_nobody_issued_is_not_sent(callrouter: CommandLine, words: tuple[str, ...]) -> None:
    done = callrouter("billing", "send", "INV-000009", *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "there is no invoice INV-000009" in done.stderr


def test_a_partner_without_an_address_needs_one(callrouter: CommandLine, server: MailServer) -> None:
    sending = InvoiceSending(callrouter.settings.database_url, server, billing_email="")
    done = callrouter("billing", "send", NAME)
    assert (done.exit_code, "say where to with --to" in done.stderr) == (1, True)
    assert callrouter("billing", "send", NAME, "--to", BILLING).exit_code == 0
    sending.accounts.close()


def test_the_doctor_tells_what_waits_and_what_was_given_up(
    callrouter: CommandLine, sending: InvoiceSending, server: MailServer
) -> None:
    def finding() -> tuple[str, str]:
        rows = callrouter("doctor", "--format", "csv").stdout.splitlines()
        [row] = [row for row in rows if row.startswith("invoices,")]
        _, standing, found = row.split(",", maxsplit=2)
        return standing, found

    assert finding() == ("ok", "1 wait to be sent,")
    gives_up(sending, server)
    standing, found = finding()
    assert standing == "not ok"
    assert found.startswith("1 deliveries of invoices were given up")
    del callrouter.environment["INVOICE_FROM"]
    callrouter("billing", "send", NAME)
    assert "until INVOICE_FROM and SMTP_URL are set" in finding()[1]


def test_what_is_to_be_sent_is_told_for_programs(callrouter: CommandLine, sending: InvoiceSending) -> None:
    [asked] = callrouter.rows("billing", "send", NAME)
    assert (asked["invoice"], asked["to"]) == (NAME, BILLING)
