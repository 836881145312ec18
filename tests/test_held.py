"""Asking the one who holds a workspace: answers, refusals, progress, and calls that break off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from footfall.errors import FootfallError, RequestError
from footfall.held import Call, Desk, Hold, Interrupted, Told, find_holder, hold
from footfall.held.words import Stopped
from footfall.messages import receive, send
from footfall.version import installed_version

PATIENCE_SECONDS = 10.0


@dataclass
class Clerk:
    """Does what its name says."""

    begun: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    def do(self, call: Call, tell: Told) -> object:
        match call.name:
            case "double":
                return [each * 2 for each in call.words["numbers"]]
            case "tell":
                tell("half of it")
                return "all of it"
            case "refuse":
                raise RequestError("--from tomorrow is no date")
            case "wait":
                self.begun.set()
                assert self.stop.wait(PATIENCE_SECONDS)
                raise Interrupted
        raise AssertionError("what nobody foresaw")

    def interrupt(self) -> None:
        self.stop.set()


@pytest.fixture
def clerk() -> Clerk:
    return Clerk()


@pytest.fixture
def data(tmp_path: Path, clerk: Clerk) -> Iterator[Path]:
    desk = Desk(tmp_path, lambda: clerk)
    desk.open()
    yield tmp_path
    desk.close(PATIENCE_SECONDS)


def ask(data: Path, name: str, tell: Told | None = None, **words: object) -> object:
    holder = find_holder(data)
    assert holder is not None
    return holder.ask(name, words, tell)


def test_what_is_answered_there_is_answered_here(data: Path) -> None:
    assert ask(data, "double", numbers=[1, 2]) == [2, 4]
    big = ask(data, "double", numbers=["x" * 5_000_000])
    assert big == ["x" * 10_000_000]


def test_how_far_it_is_is_told_to_who_wants_to_know(data: Path) -> None:
    heard: list[str] = []
    assert ask(data, "tell", heard.append) == "all of it"
    assert ask(data, "tell") == "all of it"
    assert heard == ["half of it"]


def test_what_is_refused_there_is_refused_here(data: Path) -> None:
    with pytest.raises(RequestError, match="tomorrow is no date"):
        ask(data, "refuse")


def test_who_does_not_wait_any_more_interrupts_it(data: Path, clerk: Clerk) -> None:
    holder = find_holder(data)
    assert holder is not None
    with holder.line as line, line.makefile("rwb") as stream:
        send(stream, Call(installed_version(), "wait", {}))
        assert clerk.begun.wait(PATIENCE_SECONDS)
        assert not clerk.stop.is_set()
        line.shutdown(socket.SHUT_WR)
        assert isinstance(receive(stream), Stopped)


def test_who_is_of_another_version_is_told_to_restart_the_server(data: Path) -> None:
    holder = find_holder(data)
    assert holder is not None
    with holder.line as line, line.makefile("rwb") as stream:
        send(stream, Call("0.0.0", "double", {"numbers": []}))
        refused = receive(stream)
    assert "is version" in str(getattr(refused, "error", ""))
    assert "restart it" in str(getattr(refused, "error", ""))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_foresaw_there_breaks_off_here(data: Path) -> None:
    with pytest.raises(FootfallError, match="broke off while it was asked"):
        ask(data, "unheard of")
    assert ask(data, "double", numbers=[3]) == [6]


def test_where_nobody_holds_it_there_is_nobody_to_ask(tmp_path: Path, clerk: Clerk) -> None:
    assert find_holder(tmp_path) is None
    desk = Desk(tmp_path, lambda: clerk)
    desk.open()
    desk.close(PATIENCE_SECONDS)
    assert find_holder(tmp_path) is None
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "serve.sock"))
    left.close()
    assert find_holder(tmp_path) is None


def test_a_process_of_somebody_else_is_not_believed(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footfall.held.ask.is_own", lambda _: False)
    with pytest.raises(FootfallError, match="somebody else"):
        find_holder(data)


def test_a_caller_of_somebody_else_is_not_heard(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold, "is_own", lambda _: False)
    with pytest.raises(FootfallError, match="broke off"):
        ask(data, "double", numbers=[1])


def test_a_write_that_breaks_off_leaves_its_site_in_doubt() -> None:
    held = Hold(duckdb.connect())
    with held.writing("shop"):
        pass
    assert held.in_doubt == set()
    with pytest.raises(ZeroDivisionError), held.writing("shop"):
        raise ZeroDivisionError
    assert held.in_doubt == {"shop"}
