"""Parses the text of a setting: numbers, paths, addresses and keys. *Pure.*

Each function returns the value, or raises ValueError.
"""

import base64
import binascii
import hashlib
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from callrouter.mailbox import mailbox

DATABASE_SCHEMES = {"postgres", "postgresql", "postgresql+psycopg"}
BROKER_SCHEMES = {"redis", "rediss", "unix", "redis+socket"}
MAIL_SCHEMES = {"smtp", "smtps"}
THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
KEY_BYTES = 32
SHORTEST_SECRET = 32
WEBHOOK_PREFIX = "whsec_"
WEBHOOK_KEY_BYTES = range(24, 65)


def number(least: int, most: int) -> Callable[[str], int]:
    def check(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"not from {least} to {most}")
        return int(text)

    return check


def matching(pattern: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError("not of the form that is expected")
        return text

    return check


def one_of(*words: str) -> Callable[[str], str]:
    return lambda text: matching("|".join(words))(text.lower())


def path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def existing_file(text: str) -> Path:
    file = path(text)
    if not file.is_file():
        raise ValueError("no such file")
    return file


def origin(address: str) -> str:
    """The URL without its trailing slash, if it is an origin."""
    parts = _split(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not an http or https origin")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or address[-1] in "?#":
        raise ValueError("more than an origin")
    return f"{parts.scheme}://{parts.netloc}"


def listening(address: str) -> tuple[str, int]:
    """Host and port of `host:port`, where a server of this machine listens. An IPv6 host is in brackets."""
    parts = _split("//" + address)
    if not parts.hostname or not parts.port or parts.netloc != address or "@" in address:
        raise ValueError("not a host and a port")
    return parts.hostname, parts.port


def database(address: str) -> str:
    """The URL for SQLAlchemy, with the installed driver."""
    scheme = _split(address).scheme
    if scheme not in DATABASE_SCHEMES:
        raise ValueError("not a database that is supported")
    return "postgresql+psycopg" + address[len(scheme) :]


def broker(address: str) -> str:
    """The URL of a Redis or Valkey server."""
    parts = _split(address)
    if parts.scheme not in BROKER_SCHEMES or not (parts.hostname or parts.path):
        raise ValueError("not a Redis address")
    return address


def mail_server(address: str) -> str:
    """The URL of a mail server."""
    parts = _split(address)
    if parts.scheme not in MAIL_SCHEMES or not parts.hostname or bool(parts.username) != bool(parts.password):
        raise ValueError("not a mail server")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("more than a mail server")
    return address


def mailboxes(text: str) -> tuple[str, ...]:
    """E-mail addresses separated by commas, without repetitions."""
    return tuple(dict.fromkeys(mailbox(part.strip()) for part in text.split(",")))


def receiver(address: str) -> str:
    """The URL of a webhook receiver. Only this machine may be reached without TLS."""
    parts = _split(address)
    if not parts.hostname or "@" in parts.netloc or parts.fragment or not address.isascii():
        raise ValueError("not the address of a receiver")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in THIS_MACHINE):
        raise ValueError("neither https nor http to this machine")
    return address


def issuer(address: str) -> str:
    """The URL by which an OpenID Connect provider names itself, which has no query (Discovery 1.0, section 3)."""
    if _split(receiver(address)).query or address[-1] in "?#":
        raise ValueError("more than an issuer")
    return address


def secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValueError("too short")
    return text


def webhook_text(text: str) -> str:
    """The text of a secret that signs webhooks."""
    webhook_key(text)
    return text


def webhook_key(text: str) -> bytes:
    """The key in `whsec_` and base64, as in Standard Webhooks."""
    try:
        key = base64.b64decode(text.removeprefix(WEBHOOK_PREFIX), validate=True)
    except ValueError:
        raise ValueError("not base64") from None
    if not text.startswith(WEBHOOK_PREFIX) or len(key) not in WEBHOOK_KEY_BYTES:
        raise ValueError("not whsec_ and 24 to 64 bytes")
    return key


def key_text(text: str) -> str:
    """The text of one key."""
    key(text)
    return text


def key(text: str) -> bytes:
    """The 32 bytes of a key in base64."""
    return _decode_key(text)


def vault_keys_text(text: str) -> str:
    """The text of one or more vault keys."""
    vault_keys(text)
    return text


def command_line(text: str) -> str:
    """A command with its arguments, quoted as for a shell."""
    if not shlex.split(text):
        raise ValueError("no command")
    return text


def vault_keys(text: str) -> dict[str, bytes]:
    """The vault keys by id, the current one first. A key without an id gets one that is derived from it."""
    named = [_vault_key(part.strip()) for part in text.split(",")]
    by_id = dict(named)
    if len(by_id) < len(named):
        raise ValueError("two keys have the same id")
    return by_id


def _vault_key(text: str) -> tuple[str, bytes]:
    name, _, encoded = text.rpartition(":")
    key = _decode_key(encoded)
    name = name or hashlib.sha256(b"vault key id:" + key).hexdigest()[:8]
    if not re.fullmatch(r"[a-z0-9-]{1,16}", name):
        raise ValueError("not a key id")
    return name, key


def _decode_key(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError("not 32 bytes")
    return key


def _split(address: str) -> SplitResult:
    if any(character.isspace() for character in address):
        raise ValueError("a space in an address")
    parts = urlsplit(address)
    if parts.port == 0:  # Reading the port is what checks it.
        raise ValueError("no port is 0")
    return parts


def origin_only(address: str) -> str:
    """A URL to show: only its origin, because the rest may be a secret."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" + ("/…" if parts.path.strip("/") or parts.query else "")


def for_celery(address: str) -> str:
    return address.replace("unix://", "redis+socket://", 1) if address.startswith("unix://") else address


def for_redis(address: str) -> str:
    return address.replace("redis+socket://", "unix://", 1)


def without_password(address: str) -> str:
    """A URL to show without its password. Libraries also accept a password after the question mark."""
    return re.sub(r"\?.+", "?••••", re.sub(r"(?<=://)([^:/@]*):.*@", r"\1:••••@", address))
