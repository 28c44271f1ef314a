"""`python -m bench [NAME …] [--short]`: measures. All of it, in full, is written to `RESULTS.md`; a part is shown."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from bench import behind, call, memory, seats, settle, signature
from bench.machine import machine
from bench.report import page, section, verdict
from bench.servers import bench_servers

BENCHMARKS: dict[str, ModuleType] = {
    "call": call,
    "seats": seats,
    "settle": settle,
    "behind": behind,
    "signature": signature,
    "memory": memory,
}
RESULTS = Path(__file__).with_name("RESULTS.md")
COMMAND = "make bench"


def main(arguments: list[str]) -> None:
    """Run what is asked for."""
    asked = _parser().parse_args(arguments)
    results = []
    with bench_servers() as servers:
        about = machine(servers.postgres)
        for name in asked.names or BENCHMARKS:
            results.append(BENCHMARKS[name].measure(servers, short=asked.short))
            print(section(results[-1]), flush=True)
    print(verdict(results))
    if not asked.names and not asked.short:
        RESULTS.write_text(page(results, about, COMMAND, datetime.now(UTC)))
        print(f"Written to bench/{RESULTS.name}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures speed.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", type=_known, help=f"one of {', '.join(BENCHMARKS)}"
    )
    parser.add_argument("--short", action="store_true", help="only to see that it works; nothing is written")
    return parser


def _known(name: str) -> str:
    if name not in BENCHMARKS:
        raise argparse.ArgumentTypeError(f"there is no benchmark {name}; there are {', '.join(BENCHMARKS)}")
    return name


if __name__ == "__main__":
    main(sys.argv[1:])
