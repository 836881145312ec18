"""Holding a workspace for as long as a process serves it, and answering the processes that ask."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Protocol

from footfall.clock import Clock, SystemClock
from footfall.errors import FootfallError
from footfall.held import Call, Desk, Hold, Interrupted, Told, is_asked, refuse_second
from footfall.workspace import DiskError, Workspace

if TYPE_CHECKING:
    import duckdb

PATIENCE_SECONDS = 20.0
MENDING_SECONDS = 5.0


@dataclass
class Held:
    """A workspace that this process holds. Each thread and each request opens a view of its own."""

    folder: Path
    hold: Hold
    address: str = ""
    clock: Clock = field(default_factory=SystemClock)

    def view(self) -> Workspace:
        """The workspace with today's settings and a cursor of its own; close it after use."""
        return Workspace(self.folder, self.clock, self.hold)

    def mend(self) -> None:
        """Opens the database anew where it can be read only, or cannot be asked any more.

        What was committed is there again; nobody who asked meanwhile was told anything wrong.
        """
        hold = self.hold
        with hold.alone():
            answers = _answers(hold.root)
            may_write = os.access(self.folder / "data", os.W_OK)
            if answers and (hold.is_writable or not may_write):
                return
            hold.root.close()
            until = monotonic() + MENDING_SECONDS
            while not self._opened(hold, is_last=monotonic() > until):
                sleep(0.05)  # somebody still reads the database as it was

    def _opened(self, hold: Hold, *, is_last: bool) -> bool:
        """Opens the database anew; whether that was possible."""
        with Workspace(self.folder, self.clock) as workspace:
            try:
                hold.root, hold.is_writable = workspace.database()
            except DiskError:
                if is_last:
                    raise
                return False
            hold.in_doubt |= set(workspace.settings.sites)
        return True

    def prepare(self, tell: Told = lambda _: None) -> None:
        """Brings every site's facts up to its log; reads that come before wait for it."""
        with self.view() as workspace:
            for site in workspace.settings.sites.values():
                workspace.projection(site, tell=tell)

    @property
    def errors(self) -> Path:
        """Where the details of what nobody foresaw are kept."""
        return self.folder / "data" / "errors"

    def is_ready(self) -> bool:
        """Whether every site can be asked at once."""
        return not self.hold.in_doubt


class Views(Protocol):
    """Where whoever shows numbers gets the workspace from, for one question."""

    @property
    def errors(self) -> Path:
        """Where the details of what nobody foresaw are kept."""
        ...

    def view(self) -> Workspace:
        """The workspace; close it after use."""
        ...


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A workspace that another process holds: it is asked, again for every question."""

    folder: Path
    clock: Clock = field(default_factory=SystemClock)

    @property
    def errors(self) -> Path:
        """Where the details of what nobody foresaw are kept."""
        return self.folder / "data" / "errors"

    def view(self) -> Workspace:
        """The workspace with today's settings; close it after use."""
        return Workspace(self.folder, self.clock)


@contextmanager
def holding(folder: Path, address: str = "") -> Iterator[Held]:
    """Holds a workspace while the block lasts; what is said of it is that it is at `address`.

    Raises RequestError where another process does so already.
    """
    with ExitStack() as stack, Workspace(folder) as workspace:
        refuse_second(workspace.data)
        root, is_writable = workspace.database()
        hold = Hold(root, set(workspace.settings.sites), is_writable)
        found = Held(folder, hold, address, workspace.clock)
        stack.callback(lambda: hold.root.close())  # noqa: PLW0108 - it may be another one by then
        try:
            desk = Desk(workspace.data, lambda: _Clerk(found))
        except OSError:
            if is_writable:
                raise
            yield found  # nobody can be told where to ask
            return
        desk.open()
        try:
            yield found
        finally:
            desk.close(PATIENCE_SECONDS)


def _answers(root: duckdb.DuckDBPyConnection) -> bool:
    """Whether a database can be asked; after some failures it answers nobody any more."""
    import duckdb  # noqa: PLC0415 - who holds it has it loaded

    try:
        root.cursor().execute("SELECT 1").fetchone()
    except duckdb.Error:
        return False
    return True


class _Clerk:
    """Does one call of another process, on a view of its own."""

    def __init__(self, held: Held) -> None:
        self._held, self._view = held, held.view()

    def do(self, call: Call, tell: Told) -> object:
        """What the method answers. Raises FootfallError, or Interrupted."""
        import duckdb  # noqa: PLC0415 - who holds it has it loaded

        if call.name == "about":
            return f"at {self._held.address}"
        method = getattr(self._view, call.name, None)
        if method is None or not is_asked(method):
            raise FootfallError(f"{call.name!r} is nothing that a workspace answers")
        words = dict(call.words) | ({"tell": tell} if call.tells else {})
        with self._view:
            try:
                return method(**words)
            except duckdb.InterruptException as interrupted:
                raise Interrupted from interrupted

    def interrupt(self) -> None:
        """Breaks off the statement that runs, and the next ones."""
        self._view.interrupt()
