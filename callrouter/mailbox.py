"""E-mail addresses that mail servers accept. *Pure.*"""

from __future__ import annotations

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

# A mail server within a network, and a directory for tests, may have names that no public one has: .local, .test.
SPECIAL_USE_DOMAIN_NAMES.clear()


def mailbox(text: str) -> str:
    """The text, if it is one e-mail address without a name. Raises ValueError with the reason.

    It does not check that the mailbox exists. Only ASCII is accepted, because not every mail server takes more (RFC
    6531).
    """
    if not text.isascii():
        raise ValueError("it has letters that are not ASCII; write a domain in its xn-- form")
    try:
        validate_email(text, check_deliverability=False, allow_smtputf8=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    return text
