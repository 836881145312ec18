"""A process that is killed while it sends, and started again: one letter, never two."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from footfall.clock import SystemClock
from footfall.log.control import open_control
from footfall.log.subscriptions import DOUBTFUL, SENT
from support.mailbox import TAKEN, Mailbox, write_settings
from support.moment import ms
from support.process import Footfall
from support.served import serving

WORK = """
import sys
from pathlib import Path
from footfall.clock import FixedClock
from footfall.doors.mail.worker import Worker
from footfall.holding import holding

with holding(Path(sys.argv[1])) as held:
    held.clock = FixedClock(int(sys.argv[2]))
    Worker(held).turn()
"""
"""What `footfall serve` does about reports, once, at a moment."""


def work(footfall: Footfall) -> subprocess.Popen[bytes]:
    """A process of its own that sends what is due."""
    words = [sys.executable, "-c", WORK, str(footfall.workspace), str(ms("2026-01-06T06:00"))]
    return subprocess.Popen(words, env=footfall.environment, stderr=subprocess.PIPE)


@pytest.fixture
def subscribed(footfall: Footfall, box: Mailbox) -> Footfall:
    """A shop with a subscriber whose letter is due."""
    write_settings(footfall.workspace, box)
    control = open_control(footfall.workspace / "data" / "control.sqlite")
    control.subscriptions.add("shop", "", "ana@shop.example", "daily", 7, ms("2026-01-05T12:00"))
    control.close()
    return footfall


def state(folder: Path) -> str:
    control = open_control(folder / "data" / "control.sqlite")
    try:
        (found,) = control.subscriptions.listed()
        letter = control.subscriptions.latest(found)
        return letter.state if letter else ""
    finally:
        control.close()


def killing(processes: list[subprocess.Popen[bytes]], said: str) -> Callable[..., str]:
    """A mail server's step at which the process that sends is killed, the first time."""

    def step(*_: object) -> str:
        if processes[-1].returncode is None and len(processes) == 1:
            os.kill(processes[-1].pid, signal.SIGKILL)
            processes[-1].wait()
        return said

    return step


@pytest.mark.parametrize(
    ("at", "becomes"), [("at_recipient", SENT), ("at_end", DOUBTFUL)], ids=["before", "after"]
)
def test_killed_between_sending_and_recording_there_is_one_letter(
    subscribed: Footfall, box: Mailbox, at: str, becomes: str
) -> None:
    """Killed before the server has the letter it comes later; killed after it, it came already."""
    processes: list[subprocess.Popen[bytes]] = []
    setattr(box, at, killing(processes, TAKEN if at == "at_end" else "250 fine"))
    processes.append(work(subscribed))
    processes[0].communicate(timeout=60)
    assert processes[0].returncode == -signal.SIGKILL
    for _ in range(2):
        processes.append(work(subscribed))
        _, said = processes[-1].communicate(timeout=60)
        assert (processes[-1].returncode, said) == (0, b"")
    assert len(box.letters) == 1
    assert len({each["Message-ID"] for each in box.letters}) == 1
    assert state(subscribed.workspace) == becomes


@pytest.mark.slow
def test_a_server_that_is_killed_while_it_sends_sends_nothing_twice(
    footfall: Footfall, box: Mailbox
) -> None:
    """`footfall serve` itself, on the machine's own clock: what was due yesterday is caught up."""
    write_settings(footfall.workspace, box)
    control = open_control(footfall.workspace / "data" / "control.sqlite")
    since = SystemClock().now_ms() - 3 * 86_400_000
    control.subscriptions.add("shop", "", "ana@shop.example", "daily", 0, since)
    control.close()
    came, is_gone = threading.Event(), threading.Event()

    def taken() -> str:
        came.set()
        return TAKEN if is_gone.wait(60) else "451 nobody was killed"

    box.at_end = taken
    with serving(footfall) as first:
        assert came.wait(60)
        first.process.kill()
        first.process.wait()
        is_gone.set()
    with serving(footfall):
        until = time.monotonic() + 30
        while state(footfall.workspace) != DOUBTFUL and time.monotonic() < until:
            time.sleep(0.1)
    assert state(footfall.workspace) == DOUBTFUL
    assert len(box.letters) == 1
