"""The vault of a process, by its settings: where the ring of vault keys is kept, and how it is read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

import structlog

from callrouter.privacy.vault import Vault
from config.data_dir import VAULT_KEY_FILE
from config.environment import MADE_ONCE, SettingsError
from config.settings import Settings, read_settings
from config.vault_key_command import ring_by_command
from config.vault_key_file import VaultKeyFile

log = structlog.get_logger("config.vault")

PAUSE_SECONDS = 10.0
"""after a ring that could not be read: a command may take long, and callers wait for it"""


class RingReader:
    """Reads the ring again. After a failure it returns an empty one for some seconds, without another try."""

    def __init__(
        self, read: Callable[[], Mapping[str, bytes]], clock: Callable[[], float] = monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._not_before = clock()

    def __call__(self) -> Mapping[str, bytes]:
        if self._clock() < self._not_before:
            return {}
        ring = self._read()
        if not ring:
            self._not_before = self._clock() + PAUSE_SECONDS
        return ring


def open_vault(settings: Settings) -> Vault:
    """The vault with the ring of these settings."""
    return Vault(settings.vault_keys, RingReader(read_ring_again))


def read_ring_again() -> Mapping[str, bytes]:
    """The ring where it is kept now: in the file, behind the command, or in `.env`. Empty where that fails."""
    ring_by_command.cache_clear()
    try:
        return read_settings().vault_keys
    except SettingsError as error:
        log.warning("the vault keys cannot be read again", faults=[fault.name for fault in error.faults])
        return {}


def source_of_ring(settings: Settings) -> str:
    """Where the ring comes from, in words."""
    source = settings.sources.get("CALLROUTER_VAULT_KEY", "")
    return f"{VAULT_KEY_FILE} in CALLROUTER_HOME" if source == MADE_ONCE else source


def key_store(settings: Settings) -> VaultKeyFile | None:
    """The file of the ring, if it was made here. None: the operator keeps the ring (environment, `.env`, command)."""
    if settings.sources.get("CALLROUTER_VAULT_KEY") != MADE_ONCE:
        return None
    return VaultKeyFile(settings.data_dir / VAULT_KEY_FILE)
