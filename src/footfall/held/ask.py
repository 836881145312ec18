"""Asking the process that holds a workspace, as if its answers were made here."""

from __future__ import annotations

import inspect
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from footfall.errors import FootfallError
from footfall.held.words import Answered, Call, Progress, Refused, Stopped, Told, address, is_own
from footfall.messages import OutOf, receive, send
from footfall.version import installed_version

BROKE_OFF = (
    "the running `footfall serve` broke off while it was asked; ask again, and see what it says "
    "where it runs"
)
ASKED = "__asked__"
P = ParamSpec("P")
R = TypeVar("R")


class Askable(Protocol):
    """What can be asked here, or where somebody else holds it, there."""

    def holder(self) -> Holder | None:
        """Whoever holds it, unless it is this process or nobody."""
        ...


S = TypeVar("S", bound=Askable)


class HeldElsewhereError(FootfallError):
    """Another process began to hold the workspace just now; it can be asked."""


def asked(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Marks a method that needs the database: where another process holds it, that one does it."""
    signature = inspect.signature(method)

    @wraps(method)
    def here_or_there(itself: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        holder = itself.holder()
        if holder is None:
            try:
                return method(itself, *args, **kwargs)
            except HeldElsewhereError:
                holder = itself.holder()
                if holder is None:
                    raise
        words = dict(signature.bind(itself, *args, **kwargs).arguments)
        words.pop(next(iter(signature.parameters)))
        tell = words.pop("tell", None)
        return cast("R", holder.ask(method.__name__, words, tell))

    setattr(here_or_there, ASKED, True)
    return here_or_there


def is_asked(method: object) -> bool:
    """Whether it is a method that others may ask for."""
    return getattr(method, ASKED, False) is True


def find_holder(data: Path) -> Holder | None:
    """Whoever holds the workspace with this folder of data, if anybody does."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with address(data) as place:
            line.connect(place)
    except (FileNotFoundError, ConnectionRefusedError):
        line.close()
        return None
    except PermissionError as error:
        line.close()
        raise FootfallError(f"{data}: `footfall serve` of somebody else is at work here") from error
    if not is_own(line):
        line.close()
        raise FootfallError(f"{data}: what answers here is a process of somebody else")
    return Holder(line)


@dataclass(frozen=True, slots=True)
class Holder:
    """A line to whoever holds a workspace, for one question."""

    line: socket.socket

    def ask(self, name: str, words: dict[str, Any], tell: Told | None = None) -> Any:
        """What a method answers there. Raises what it raises, FootfallError where it breaks off."""
        call = Call(installed_version(), name, words, tells=tell is not None)
        try:
            # closing sends what is left of the question: that too may find nobody there
            with self.line, self.line.makefile("rwb") as stream:
                send(stream, call)
                return self._outcome(stream, tell)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise FootfallError(BROKE_OFF) from error

    def _outcome(self, stream: OutOf, tell: Told | None) -> Any:
        while True:
            try:
                told = receive(stream)
            except KeyboardInterrupt:
                self._stop()
                continue
            match told:
                case Progress(text) if tell is not None:
                    tell(text)
                case Answered(value):
                    return value
                case Refused(error):
                    raise error
                case Stopped():
                    raise KeyboardInterrupt
                case None:
                    raise FootfallError(BROKE_OFF)

    def _stop(self) -> None:
        """Says that the answer is not wanted any more; what becomes of it is told all the same."""
        with suppress(OSError):
            self.line.shutdown(socket.SHUT_WR)
