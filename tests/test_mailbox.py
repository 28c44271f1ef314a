"""An e-mail address that no mail server takes is refused before anything is sent to it."""

import pytest

from callrouter.mailbox import mailbox


@pytest.mark.parametrize(
    "text", ["billing@sunrise.example", "a.b+c@x.org", "root@localhost", "night@clinic.test", "o'neil@x.org"]
)
def test_what_a_mail_server_takes_is_taken_as_it_is_written(text: str) -> None:
    assert mailbox(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a,b@x.org",
        "a b@x.org",
        "a@x.org ",
        "x.org",
        "a@b@x.org",
        "a@[1.2.3.4]",
        "Ann <a@x.org>",
        "a..b@x.org",
        "a@-x.org",
        "",
    ],
)
def test_what_it_would_refuse_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        mailbox(text)


@pytest.mark.parametrize("text", ["ü@x.org", "a@münchen.de"])
def test_what_not_every_server_takes_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="not ASCII; write a domain in its xn-- form"):
        mailbox(text)
