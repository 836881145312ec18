"""Holding a workspace: one database for the whole process, and a desk where others ask.

Reads have cursors of their own and wait for nobody; those who write wait for each other.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from footfall.errors import FootfallError, RequestError
from footfall.held.ask import find_holder
from footfall.held.words import (
    SOCKET_NAME,
    Answered,
    Call,
    Interrupted,
    Progress,
    Refused,
    Stopped,
    Told,
    address,
    is_own,
)
from footfall.messages import Into, receive, send
from footfall.version import installed_version

if TYPE_CHECKING:
    import duckdb

IMPATIENCE_SECONDS = 0.05
WAITING_CALLS = 64


@dataclass
class Hold:
    """The database of a workspace, held by this process for all its threads."""

    root: duckdb.DuckDBPyConnection
    in_doubt: set[str] = field(default_factory=set)
    """Sites whose log may be ahead of the facts: not looked at yet, or a write there broke off."""
    is_writable: bool = True
    """Whether the disk takes what is written; where it does not, numbers are shown all the same."""
    _writes: threading.RLock = field(default_factory=threading.RLock)
    _opening: threading.RLock = field(default_factory=threading.RLock)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor for whoever asks; waits while the database is being opened anew."""
        with self._opening:
            return self.root.cursor()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody writes or begins to ask in this block."""
        with self._writes, self._opening:
            yield

    @contextmanager
    def writing(self, site_id: str) -> Iterator[None]:
        """Nobody else writes in this block; where it breaks off the site is in doubt."""
        with self._writes:
            try:
                yield
            except BaseException:
                self.in_doubt.add(site_id)
                raise


class Clerk(Protocol):
    """Whoever does what is asked for in one call."""

    def do(self, call: Call, tell: Told) -> object:
        """What the method answers. Raises FootfallError, or Interrupted."""
        ...

    def interrupt(self) -> None:
        """Breaks off what is being done, as soon as may be."""
        ...


class Desk:
    """Where other processes ask: a socket, and a thread for each call."""

    def __init__(self, data: Path, clerk: Callable[[], Clerk]) -> None:
        self._data, self._clerk = data, clerk
        self._socket = _bound(data)
        self._calls: set[threading.Thread] = set()
        self._door = threading.Thread(target=self._open, name="desk", daemon=True)

    def open(self) -> None:
        """Begins to answer."""
        self._door.start()

    def close(self, patience_seconds: float) -> None:
        """Takes no more calls, and waits for those that are under way."""
        with suppress(FileNotFoundError):
            (self._data / SOCKET_NAME).unlink()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        if self._door.is_alive():
            self._door.join(patience_seconds)  # the call it has just taken has begun by then
        for call in list(self._calls):
            call.join(patience_seconds)

    def _open(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return  # closed
            call = threading.Thread(target=self._answer, args=(line,), name="call", daemon=True)
            self._calls.add(call)
            call.start()

    def _answer(self, line: socket.socket) -> None:
        try:
            with line, line.makefile("rwb") as stream, suppress(BrokenPipeError, OSError):
                if is_own(line) and isinstance(call := receive(stream), Call):
                    _Conversation(line, stream, self._clerk()).have(call)
        finally:
            self._calls.discard(threading.current_thread())


@dataclass
class _Conversation:
    """One call: a thread does it, this one listens whether the caller is still there."""

    line: socket.socket
    stream: Into
    clerk: Clerk
    _done: threading.Event = field(default_factory=threading.Event)

    def have(self, call: Call) -> None:
        work = threading.Thread(target=self._do, args=(call,), name=call.name, daemon=True)
        work.start()
        if not self._until_gone():
            while not self._done.wait(IMPATIENCE_SECONDS):
                self.clerk.interrupt()
        work.join()

    def _until_gone(self) -> bool:
        """Waits until it is done, or the caller has gone; whether it is done."""
        self.line.recv(1)
        return self._done.is_set()

    def _do(self, call: Call) -> None:
        try:
            self._say(self._outcome(call))
        finally:
            self._done.set()
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)

    def _outcome(self, call: Call) -> Answered | Refused | Stopped:
        own = installed_version()
        if call.version != own:
            return Refused(FootfallError(
                f"the running `footfall serve` is version {own} and this is {call.version}; "
                "restart it"
            ))  # fmt: skip
        try:
            return Answered(self.clerk.do(call, self._tell if call.tells else lambda _: None))
        except FootfallError as error:
            return Refused(error)
        except Interrupted:
            return Stopped()

    def _tell(self, text: str) -> None:
        self._say(Progress(text))

    def _say(self, message: object) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            send(self.stream, message)


def refuse_second(data: Path) -> None:
    """Raises RequestError where another process holds the workspace with this folder of data."""
    if (holder := find_holder(data)) is not None:
        raise RequestError(
            f"{data.parent} is served already, {holder.ask('about', {})}; one is enough"
        )


def _bound(data: Path) -> socket.socket:
    """The socket of whoever has the database, and so is the only one to have it."""
    with suppress(FileNotFoundError):
        (data / SOCKET_NAME).unlink()  # of a process that is no longer there
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with address(data) as place:
        found.bind(place)
    (data / SOCKET_NAME).chmod(0o600)
    found.listen(WAITING_CALLS)
    return found
