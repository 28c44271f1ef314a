"""The keys that are made once and kept in the home, and the ring of vault keys."""

import base64
import binascii
import hashlib
import os
import re
import secrets
from pathlib import Path

KEY_BYTES = 32
SHORTEST_SECRET = 32
WEBHOOK_PREFIX = "whsec_"
WEBHOOK_KEY_BYTES = range(24, 65)


def new_secret() -> str:
    return secrets.token_hex(KEY_BYTES)


def new_vault_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def kept(path: Path, made: str) -> str:
    """The key kept at this path; when there is none, the one just made. All who ask at once get the same."""
    if not path.exists():
        _put_once(path, made)
    return path.read_text().strip()


def _put_once(path: Path, key: str) -> None:
    # A link is made whole or not at all, and only once: nobody reads half a key, nobody replaces one.
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        _write_durably(draft, key + "\n")
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _write_durably(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def secret(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValueError("too short")
    return text


def webhook_text(text: str) -> str:
    """The text, when it is a secret that webhooks are signed with."""
    webhook_key(text)
    return text


def webhook_key(text: str) -> bytes:
    """The key in `whsec_` and base64, as Standard Webhooks writes it."""
    try:
        key = base64.b64decode(text.removeprefix(WEBHOOK_PREFIX), validate=True)
    except ValueError:
        raise ValueError("not base64") from None
    if not text.startswith(WEBHOOK_PREFIX) or len(key) not in WEBHOOK_KEY_BYTES:
        raise ValueError("not whsec_ and 24 to 64 bytes")
    return key


def ring_text(text: str) -> str:
    """The text, when it is a ring of keys."""
    ring(text)
    return text


def ring(text: str) -> dict[str, bytes]:
    """The vault keys by id, the current one first. A key without an id gets one that follows from the key."""
    keys = [_named_key(part.strip()) for part in text.split(",")]
    by_id = dict(keys)
    if len(by_id) < len(keys):
        raise ValueError("two keys have the same id")
    return by_id


def _named_key(text: str) -> tuple[str, bytes]:
    name, _, encoded = text.rpartition(":")
    key = _decoded(encoded)
    name = name or hashlib.sha256(b"vault key id:" + key).hexdigest()[:8]
    if not re.fullmatch(r"[a-z0-9-]{1,16}", name):
        raise ValueError("not a key id")
    return name, key


def _decoded(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError("not 32 bytes")
    return key
