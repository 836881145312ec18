"""A process that does an import's tasks; started by `pool`, spoken to over its standard streams."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from footfall.doors.importers.pieces import Piece
from footfall.doors.importers.work import Desk, Outcome
from footfall.errors import FootfallError
from footfall.messages import receive, send

POLITE = 10
DONE = "done"
"""Follows the last piece of a task."""


class WithoutPandas:
    """Arrow loads pandas, where it is installed, to know its columns: half a second, 40 MB.

    No task has any, so that a worker does without.
    """

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """What the import system asks first."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def main() -> None:
    """Tasks come in, outcomes go out, until the other side has gone."""
    tasks, outcomes = sys.stdin.buffer, sys.stdout.buffer
    # Whatever prints would disturb the conversation.
    sys.stdout = sys.stderr
    sys.meta_path.insert(0, WithoutPandas)
    # Whoever waits for a page goes first; nobody waits for a single row of an import.
    os.nice(POLITE)
    folder, received_ms = sys.argv[-2], int(sys.argv[-1])
    desk = Desk(Path(folder), received_ms)
    try:
        while (number := receive(tasks)) is not None:
            send(outcomes, _done(desk, cast("int", number), _pieces(tasks)))
    except BrokenPipeError:
        # The import has ended without a word: there is nobody left to complain to.
        os._exit(1)


def _pieces(tasks: BinaryIO) -> Iterator[Piece]:
    """The pieces of a task, each worked on before the next is taken in: memory holds one."""
    while (message := receive(tasks)) != DONE:
        if message is None:
            raise BrokenPipeError
        yield cast("Piece", message)


def _done(desk: Desk, number: int, pieces: Iterator[Piece]) -> Outcome | FootfallError:
    try:
        return desk.do(number, pieces)
    except FootfallError as error:
        for _ in pieces:
            pass  # what was to be done of the task is still in the pipe
        return error
