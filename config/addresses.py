"""Addresses as people write them, checked, and in the spelling that each library wants."""

import re
from urllib.parse import SplitResult, urlsplit

from callrouter.mailbox import mailbox

DATABASE_SCHEMES = {"postgres", "postgresql", "postgresql+psycopg"}
BROKER_SCHEMES = {"redis", "rediss", "unix", "redis+socket"}
MAIL_SCHEMES = {"smtp", "smtps"}
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


def origin(address: str) -> str:
    """The address without its trailing slash, when it is an origin and nothing more."""
    parts = _split(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not an http or https origin")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or address[-1] in "?#":
        raise ValueError("more than an origin")
    return f"{parts.scheme}://{parts.netloc}"


def listening(address: str) -> tuple[str, int]:
    """Host and port of `host:port`, for a server of this machine; an IPv6 host stands in brackets."""
    parts = _split("//" + address)
    if not parts.hostname or not parts.port or parts.netloc != address or "@" in address:
        raise ValueError("not a host and a port")
    return parts.hostname, parts.port


def database(address: str) -> str:
    """The address as SQLAlchemy wants it, with the driver that is installed."""
    scheme = _split(address).scheme
    if scheme not in DATABASE_SCHEMES:
        raise ValueError("not a database that is supported")
    return "postgresql+psycopg" + address[len(scheme) :]


def broker(address: str) -> str:
    """The address, when it is one of a Redis or Valkey server."""
    parts = _split(address)
    if parts.scheme not in BROKER_SCHEMES or not (parts.hostname or parts.path):
        raise ValueError("not a Redis address")
    return address


def mail_server(address: str) -> str:
    """The address, when it is one of a mail server."""
    parts = _split(address)
    if parts.scheme not in MAIL_SCHEMES or not parts.hostname or bool(parts.username) != bool(parts.password):
        raise ValueError("not a mail server")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("more than a mail server")
    return address


def mailboxes(text: str) -> tuple[str, ...]:
    """E-mail addresses with commas between them, each once."""
    return tuple(dict.fromkeys(mailbox(part.strip()) for part in text.split(",")))


def receiver(address: str) -> str:
    """The address of a webhook's receiver; what goes to another machine goes encrypted."""
    parts = _split(address)
    if not parts.hostname or "@" in parts.netloc or parts.fragment or not address.isascii():
        raise ValueError("not the address of a receiver")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in THIS_MACHINE):
        raise ValueError("neither https nor http to this machine")
    return address


def of_origin(address: str) -> str:
    """The address fit for a screen: what follows its origin may be a secret."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" + ("/…" if parts.path.strip("/") or parts.query else "")


def for_celery(address: str) -> str:
    return address.replace("unix://", "redis+socket://", 1) if address.startswith("unix://") else address


def for_redis(address: str) -> str:
    return address.replace("redis+socket://", "unix://", 1)


def without_password(address: str) -> str:
    """The address fit for a screen. Libraries also take a password after the question mark."""
    return re.sub(r"\?.+", "?••••", re.sub(r"(?<=://)([^:/@]*):.*@", r"\1:••••@", address))


def _split(address: str) -> SplitResult:
    if any(character.isspace() for character in address):
        raise ValueError("a space in an address")
    parts = urlsplit(address)
    if parts.port == 0:  # Reading the port is what checks it.
        raise ValueError("no port is 0")
    return parts
