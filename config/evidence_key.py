"""The private key that signs the evidence log: a setting, or a file in the data directory that is made once.

Only the writer of the log makes the file. A command on another machine must not make a second key.
"""

from pathlib import Path

from config import parsers
from config.data_dir import make_private, new_key, stored_key
from config.settings import Settings

FILE = "evidence.key"


def evidence_seed(settings: Settings) -> bytes:
    """The key, which is made if it is not there."""
    if settings.evidence_key is None:
        return parsers.key(stored_key(make_private(settings.data_dir) / FILE, new_key()))
    return parsers.key(settings.evidence_key)


def known_evidence_seed(settings: Settings) -> bytes | None:
    """The key, if it is set or was made here."""
    return evidence_seed(settings) if settings.evidence_key or _file(settings).exists() else None


def _file(settings: Settings) -> Path:
    return settings.data_dir / FILE
