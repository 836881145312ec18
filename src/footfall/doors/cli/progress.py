"""How far things are, drawn on standard error while somebody is watching."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from footfall.doors.cli.screen import is_watched

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

    from footfall.doors.importers.stage import Progress

Told = Callable[[str], None]


@contextmanager
def telling(first: str) -> Iterator[Told]:
    """Says what is being done at the moment; nothing where nobody is watching."""
    if not is_watched():
        yield lambda _: None
        return
    console = _console()
    with console.status(first) as status:
        yield status.update


class ImportProgress:
    """An import's bar: bytes, rows and speed while it reads, then in words what it does."""

    def __init__(self) -> None:
        from rich.progress import (  # noqa: PLC0415 - slow to import
            BarColumn,
            DownloadColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bar  # noqa: PLC0415

        self._console = _console()
        self._status: Status | None = None
        self._bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(None),
            DownloadColumn(),
            TextColumn("{task.fields[rows]}"),
            TimeRemainingColumn(compact=True),
            console=self._console,
            transient=True,
            expand=True,
        )
        self._task = self._bar.add_task("reading", rows="", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        if self._status:
            self._status.stop()

    def read(self, progress: Progress) -> None:
        """How far the reading is."""
        from footfall.report.numbers import count  # noqa: PLC0415

        rows = f"{count(progress.rows)} rows, {count(round(progress.rows_per_second))}/s"
        self._bar.update(
            self._task,
            description="reading",
            completed=progress.bytes_done,
            total=progress.bytes_total,
            rows=rows,
        )

    def tell(self, text: str) -> None:
        """What is done after the reading; how long it takes is not known."""
        if self._status is None:
            self._bar.stop()
            self._status = self._console.status(text)
            self._status.start()
        else:
            self._status.update(text)


@contextmanager
def import_progress() -> Iterator[ImportProgress | None]:
    """The bar of an import; None where nobody is watching."""
    if not is_watched():
        yield None
        return
    with ImportProgress() as progress:
        yield progress


def _console() -> Console:
    from rich.console import Console  # noqa: PLC0415 - slow to import

    return Console(stderr=True)
