"""Shows the progress of long work on stderr, on terminals only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

T = TypeVar("T")


@contextmanager
def working(what: str, *, shown: bool = True) -> Iterator[Callable[[int], None]]:
    """Show what is being done and for how long; with a total, how far it is."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        disable=not (shown and console.is_terminal),
    ) as progress:
        task = progress.add_task(what, total=None)
        yield lambda number: progress.update(task, description=f"{what}: {number:,}")


def counted(rows: Iterable[T], what: str, *, shown: bool = True) -> Iterator[T]:
    """Pass rows through and count them for the display."""
    with working(what, shown=shown) as tell:
        for number, row in enumerate(rows, start=1):
            if number % 100 == 0:
                tell(number)
            yield row
