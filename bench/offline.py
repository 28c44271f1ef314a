"""The offline verifier over an export of a million records, as whoever gets one runs it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure, Result, at_most
from bench.log_writer import KEY
from bench.proof import expect
from callrouter.evidence import offline_verifier
from callrouter.evidence.note import NoteSigner, checkpoint_text
from callrouter.evidence.offline_verifier import FORMAT, TreePeaks, canonical, commitment, leaf_hash

MEANING = """\
`python offline_verifier.py EXPORT KEY` as a process of its own, from its start to its end: every line is parsed and its
form compared, every record is committed again, and the tree is computed to the signed head."""
RECORDS = 1_000_000
ROUNDS = 2


def measure(records: int = RECORDS, rounds: int = ROUNDS) -> Result:
    """Write an export, and verify it."""
    with TemporaryDirectory() as directory:
        export = Path(directory) / "evidence.jsonl"
        _write(export, records)
        seconds = [_verify(export, records) for _ in range(rounds)]
    figures = [
        Figure(f"{records:,} records", seconds, at_most(60), "s"),
        Figure("records a second", [records / each for each in seconds], unit="a second"),
    ]
    return Result("offline", "The offline verifier", MEANING, figures)


def _write(export: Path, records: int) -> None:
    tree = TreePeaks()
    lines = export.with_suffix(".lines")
    with lines.open("wb") as stream:
        for number in range(records):
            salt, record = number.to_bytes(32), _record(number)
            tree.add(leaf_hash(commitment(salt, record)))
            stream.write(canonical({"salt": salt.hex(), "record": record}) + b"\n")
    note = NoteSigner(*KEY).sign(checkpoint_text(KEY.origin, records, tree.root()))
    first = canonical({"format": FORMAT, "contents": "export", "checkpoint": note})
    with export.open("wb") as stream, lines.open("rb") as rest:
        stream.write(first + b"\n")
        while chunk := rest.read(1 << 20):
            stream.write(chunk)


def _record(number: int) -> dict[str, object]:
    """As long as a disclosure is."""
    return {
        "source": "disclosure",
        "sequence": number,
        "call": f"CA{number:032x}",
        "turn": 1,
        "at": "2026-11-30T12:00:00.000000Z",
        "what": "connecting",
        "center": "sunrise-la",
        "partner": "sunrise",
        "wording": "connecting@1",
        "language": "en",
        "words": "Connecting you to Sunrise Recovery Los Angeles, a paid advertiser.",
    }


def _verify(export: Path, records: int) -> float:
    command = [sys.executable, offline_verifier.__file__, str(export), NoteSigner(*KEY).log_key]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - began
    expect("what it says", done.stdout.startswith(f"Verified: {records} records"), wanted=True)
    return seconds
