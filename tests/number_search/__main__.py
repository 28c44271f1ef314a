"""`python -m tests.number_search [--numbers N] [--seed S]`: searches for N numbers, and prints what it found."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from config.logging import configure
from tests.number_search.everything import everything

MOST_SHOWN = 50


def main(arguments: list[str]) -> int:
    """1 where a number was found, or one that was put somewhere was not."""
    asked = _parser().parse_args(arguments)
    configure("error")
    with (
        tempfile.TemporaryDirectory(prefix="callrouter-numbers-") as place,
        everything(Path(place), asked.numbers, asked.seed) as done,
    ):
        done.happens()
        leaks, not_found = done.leaks(), done.not_found()
        searched, calls = done.searched, done.installation.count("call")
        sealed = done.installation.count("sealed_number")
    for part, seconds in done.seconds.items():
        print(f"{part}: {seconds:.0f} s")
    print(f"{asked.numbers} numbers, seed {asked.seed}: {calls} calls, {sealed} sealed numbers")
    print(f"{searched.places} places with {searched.size / 1e6:.0f} MB were searched")
    for found in leaks[:MOST_SHOWN]:
        print(f"{found.place}: {found.number} in {found.around}")
    for number, where in not_found.items():
        print(f"{number} was put into {where}, and was not found there")
    print(f"{len(leaks)} numbers were found" if leaks else "no number was found")
    return 1 if leaks or not_found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.number_search", description="Searches for numbers."
    )
    parser.add_argument("--numbers", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
