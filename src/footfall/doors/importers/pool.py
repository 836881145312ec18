"""Worker processes for big imports: tasks out, outcomes back in the order of the tasks.

Workers are plain Python processes started with the same modules at hand, and not forked: so neither
threads nor the program that calls an import can disturb them, and a worker that dies is noticed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO, Self, cast

from footfall import messages
from footfall.doors.importers import worker
from footfall.doors.importers.pieces import Piece
from footfall.doors.importers.work import Outcome
from footfall.errors import FootfallError

Task = tuple[Piece, ...]

START = """
import sys
sys.path[:] = {path!r}
from footfall.doors.importers.worker import main
main()
"""
MOST_WORKERS = 8


def cpus() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool:
    """Some workers. Outcomes come back in the order in which tasks were given."""

    def __init__(self, folder: Path, received_ms: int, size: int) -> None:
        self._workers = [_Worker(folder, received_ms) for _ in range(size)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for each in self._workers:
            self._idle.put(each)
        self._threads = ThreadPoolExecutor(size, "import")
        self._waiting: deque[Future[tuple[int, Outcome]]] = deque()
        self._most_waiting = size + 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._workers:
            each.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)

    def give(self, number: int, task: Task) -> Iterator[tuple[int, Outcome]]:
        """Hand a task out; answers the outcomes that had to be waited for, with their numbers."""
        self._waiting.append(self._threads.submit(self._do, number, task))
        yield from self._outcomes(self._most_waiting)

    def rest(self) -> Iterator[tuple[int, Outcome]]:
        """The outcomes of all tasks that are still under way."""
        yield from self._outcomes(0)

    def _outcomes(self, most_waiting: int) -> Iterator[tuple[int, Outcome]]:
        while len(self._waiting) > most_waiting:
            # Taken out only when it is there: an interruption must not lose it.
            self._waiting[0].exception()
            yield self._waiting.popleft().result()

    def _do(self, number: int, task: Task) -> tuple[int, Outcome]:
        each = self._idle.get()
        try:
            return number, each.do(number, task)
        finally:
            self._idle.put(each)


class _Worker:
    """One process, and the two pipes to it."""

    def __init__(self, folder: Path, received_ms: int) -> None:
        start = START.format(path=sys.path)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", start, str(folder), str(received_ms)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def do(self, number: int, task: Task) -> Outcome:
        """One task; FootfallError where it cannot be done."""
        try:
            tasks = cast("BinaryIO", self._process.stdin)
            for message in (number, *task, worker.DONE):
                messages.send(tasks, message)
            answer = messages.receive(cast("BinaryIO", self._process.stdout))
        except OSError:
            answer = None
        if isinstance(answer, Outcome):
            return answer
        if isinstance(answer, FootfallError):
            raise answer
        raise FootfallError(self._epitaph())

    def stop(self) -> None:
        """End the process: at once where it is at work, for what it has begun is not wanted."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            # What was still to be written has nobody to read it.
            with suppress(OSError):
                cast("BinaryIO", pipe).close()

    def _epitaph(self) -> str:
        code = self._process.wait()
        why = f"it was ended by signal {-code}" if code < 0 else f"it ended with code {code}"
        hint = "; is there enough memory?" if code == -9 else ""
        return f"a process of the import stopped unexpectedly ({why}){hint}"
