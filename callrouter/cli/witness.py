"""`callrouter disclosure watch`: follows the evidence log of another installation as a witness."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import click
import urllib3

from callrouter.cli.dependencies import CommandDependencies, with_dependencies
from callrouter.cli.failures import CommandFailure, WrongUsage
from callrouter.errors import CallRouterError
from callrouter.evidence.note import NoteSigner
from callrouter.evidence.offline_verifier import public_key
from callrouter.evidence.witness import ObservedHead, SplitView, observe
from config.data_dir import make_private, new_key, replace_durably, stored_key
from config.parsers import key as decoded_key

SECONDS_TO_WAIT = 10.0
OLDEST_SIGNATURE = timedelta(minutes=5)
"""A log signs every minute. One that has not for so long stands still."""
LARGEST = 1 << 20
"""bytes; a tile has 8 KiB"""


class LogNotReached(CallRouterError):
    """The log does not answer as a log does."""


class LogStandsStill(CallRouterError):
    """The log shows a head that it signed a while ago. A living log signs every minute."""


class LogClient:
    """Reads a log at its address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = urllib3.PoolManager(timeout=SECONDS_TO_WAIT, retries=False)

    def fetch(self, path: str) -> bytes:
        """The content at a path. Raises LogNotReached."""
        url = f"{self._url}/{path}"
        try:
            answer = self._http.request("GET", url, redirect=False, preload_content=False)
            content: bytes = answer.read(LARGEST)
        except urllib3.exceptions.HTTPError as error:
            raise LogNotReached(f"{url} does not answer ({type(error).__name__})") from error
        if answer.status != HTTPStatus.OK:
            raise LogNotReached(f"{url} answers with status {answer.status}")
        return content


class Witness:
    """Looks at a log again and again, and keeps the latest head that it cosigned in a file."""

    def __init__(
        self, client: LogClient, key: str, signer: NoteSigner, file: Path, seen: Path | None
    ) -> None:
        """`seen` is a file with a head from elsewhere, such as that of an invoice."""
        self._client = client
        self._log_key = key
        self._signer = signer
        self._file = file
        self._seen = seen

    @property
    def key(self) -> str:
        """The verifier key of this witness."""
        return self._signer.witness_key

    def look(self, dependencies: CommandDependencies) -> ObservedHead:
        """The head of the log. A newer one is cosigned and kept.

        Raises SplitView, Refused, LogNotReached or LogStandsStill.
        """
        try:
            if self._seen:
                observe(self._client.fetch, self._log_key, _note_in(self._seen))
            seen = self._file.read_text() if self._file.exists() else None
            observed = observe(self._client.fetch, self._log_key, seen)
        except SplitView as split:
            shown = Path(f"{self._file}.split")
            shown.write_text(split.note)
            raise CommandFailure(f"{split}. The heads are in {self._file} and {shown}: keep both") from split
        if observed.is_newer:
            cosigned = observed.note + self._signer.cosign(observed.note, dependencies.now())
            replace_durably(self._file, cosigned)
        _check_signed_lately(observed, dependencies.now())
        return observed


@click.command()
@click.argument("url")
@click.option("--key", help="The log's public key, from somebody you trust. It is remembered.")
@click.option(
    "--seen",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="HEADFILE",
    help="A head that you have, as of an invoice: the log must still begin with what it signed.",
)
@click.option("--every", type=click.FloatRange(min=1), default=60.0, show_default=True, metavar="SECONDS")
@click.option("--once", is_flag=True, help="Look once.")
@with_dependencies
def watch(
    dependencies: CommandDependencies,
    url: str,
    key: str | None,
    seen: Path | None,
    every: float,
    *,
    once: bool,
) -> None:
    """Follow another installation's evidence log as a witness, until you stop it.

    Each head must extend the last one that was seen. Then it is cosigned and kept in CALLROUTER_HOME. If it does not,
    somebody is shown another log: both heads are kept, and the exit status is 1. A log that has not signed for five
    minutes stands still: it says so, and with --once the exit status is 1. The first line is the key of this witness:
    others need it to check its cosignatures.

    \b
    Example:
      callrouter disclosure watch https://calls.example.org/evidence
      callrouter disclosure watch https://calls.example.org/evidence --once --seen head-of-invoice
    """
    witness = _witness(dependencies, url, key, seen)
    click.echo(f"This witness has the key {witness.key}")
    while True:
        try:
            click.echo(_sentence(witness.look(dependencies)))
        except (LogNotReached, LogStandsStill) as error:
            if once:
                raise
            click.echo(f"{error}; it is tried again", err=True)
        except ValueError as error:
            raise CommandFailure(f"{url} shows no head of this log: {error}") from error
        if once:
            return
        time.sleep(every)


def _witness(dependencies: CommandDependencies, url: str, key: str | None, seen: Path | None) -> Witness:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise WrongUsage("that is not the address of a log: write it as https://calls.example.org/evidence")
    home = make_private(dependencies.settings.data_dir)
    (home / "witness").mkdir(exist_ok=True)
    file = home / "witness" / re.sub(r"[^0-9A-Za-z.-]", "_", parts.netloc + parts.path.rstrip("/"))
    known = _remembered_key(Path(f"{file}.key"), key)
    return Witness(LogClient(url), known, _signer(dependencies, home), Path(f"{file}.checkpoint"), seen)


def _note_in(file: Path) -> str:
    """A head that was copied out of an e-mail may have other line ends, and lines around it that are empty."""
    return "\n".join(file.read_text().strip().splitlines()) + "\n"


def _remembered_key(file: Path, key: str | None) -> str:
    """The key of the log. Raises WrongUsage if it is none, or another than before."""
    known = file.read_text().strip() if file.exists() else None
    if key is None and known is None:
        raise WrongUsage("name the log's public key with --key: its operator has it, and those who follow it")
    wanted = (key or known or "").strip()
    if known not in {None, wanted}:
        raise WrongUsage(f"this log had the key {known} before: a log keeps its key for ever")
    try:
        public_key(wanted)
    except ValueError as error:
        raise WrongUsage(f"that is not the public key of a log: {error}") from error
    file.write_text(f"{wanted}\n")
    return wanted


def _signer(dependencies: CommandDependencies, home: Path) -> NoteSigner:
    """A witness has a key of its own."""
    seed = decoded_key(stored_key(home / "witness.key", new_key()))
    return NoteSigner(f"{urlsplit(dependencies.settings.public_url).netloc}/witness", seed)


def _check_signed_lately(observed: ObservedHead, now: datetime) -> None:
    if observed.signed_at and now - observed.signed_at > OLDEST_SIGNATURE:
        minutes = (now - observed.signed_at) // timedelta(minutes=1)
        raise LogStandsStill(
            f"{observed.head.origin} has not signed its head with {observed.head.size} entries for {minutes} minutes"
        )


def _sentence(observed: ObservedHead) -> str:
    head = observed.head
    done = "cosigned" if observed.is_newer else "nothing new"
    return f"{head.origin}: {head.size} entries, {done}"
