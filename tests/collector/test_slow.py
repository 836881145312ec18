"""Clients that are slow, or only pretend, are let go; others do not notice (L3)."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from faults.slow import KINDS, run
from footfall.doors.server.deadlines import (
    BODY_SECONDS,
    GRACE_SECONDS,
    HEAD_SECONDS,
    IDLE_SECONDS,
    LEAST_BYTES_PER_SECOND,
    UNHEARD_SECONDS,
    Phase,
    late,
)
from support.collected import Shop
from support.posting import post
from support.served import Served


class _Line:
    """A line as its deadlines see it."""

    def __init__(self, phase: Phase, size: int = 0, unheard: float | None = None) -> None:
        self.phase, self.body_size = phase, size
        self.since, self.unheard_since = 100.0, unheard

    def end_late(self, detail: str) -> None:
        raise AssertionError(detail)


@pytest.mark.parametrize(
    ("phase", "size", "seconds"),
    [
        (Phase.HEAD, 0, HEAD_SECONDS),
        (Phase.BODY, 1 << 20, BODY_SECONDS),
        (Phase.BODY, int(GRACE_SECONDS * LEAST_BYTES_PER_SECOND) - 1, GRACE_SECONDS),
        (Phase.IDLE, 0, IDLE_SECONDS),
    ],
)
def test_every_phase_has_its_deadline(phase: Phase, size: int, seconds: float) -> None:
    line = _Line(phase, size)
    assert late(line, 100 + seconds) == ""  # type: ignore[arg-type]
    assert late(line, 100 + seconds + 0.01) != ""  # type: ignore[arg-type]


def test_work_has_no_deadline_but_answers_must_be_read() -> None:
    assert late(_Line(Phase.BUSY), 1e9) == ""  # type: ignore[arg-type]
    line = _Line(Phase.BUSY, unheard=100.0)
    assert late(line, 100 + UNHEARD_SECONDS) == ""  # type: ignore[arg-type]
    assert late(line, 100 + UNHEARD_SECONDS + 0.01) != ""  # type: ignore[arg-type]


@pytest.mark.slow
def test_slow_clients_are_let_go_and_a_good_one_goes_on(running: Served, one_shop: Shop) -> None:
    told = run(running, one_shop, lines=20)
    assert set(told.closed) == set(KINDS)
    assert told.closed["silent"] < HEAD_SECONDS + 3
    assert told.closed["slow head"] < HEAD_SECONDS + 3
    assert told.closed["slow body"] < BODY_SECONDS + 3
    assert told.bad == 0
    assert told.good > 20


@contextmanager
def line_to(served: Served) -> Iterator[socket.socket]:
    """A line of one's own."""
    host, _, port = served.url.removeprefix("http://").rstrip("/").partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as line:
        yield line


def everything(line: socket.socket, until: bytes = b"") -> bytes:
    """What comes, to the end or until something."""
    found = b""
    while not until or until not in found:
        piece = line.recv(65536)
        if not piece:
            break
        found += piece
    return found


def test_many_requests_at_once_are_answered_in_order(running: Served) -> None:
    with line_to(running) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
        line.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        told = everything(line)
    assert told.count(b"HTTP/1.1 200 OK") == 1001


FRAMINGS = {
    "two lengths": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /",
    "a length that is none": b"Content-Length: +4\r\n\r\n",
    "two different lengths": b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
    "a header without a name": b": x\r\n\r\n",
}


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS)
def test_what_can_be_read_in_two_ways_is_refused(running: Served, framing: bytes) -> None:
    with line_to(running) as line:
        line.sendall(b"POST /v1/events HTTP/1.1\r\nHost: x\r\n" + framing + b"\r\n\r\n")
        told = everything(line)
    assert told.startswith(b"HTTP/1.1 400 ")
    assert b'"code":"bad_request_framing"' in told
    assert told.count(b"HTTP/1.1") == 1


def test_a_head_has_bounds(running: Served, one_shop: Shop) -> None:
    headers = "".join(f"X-H{n}: 1\r\n" for n in range(5000))
    with line_to(running) as line:
        line.sendall(f"POST /v1/events HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode())
        assert everything(line).startswith(b"HTTP/1.1 431 ")
    with line_to(running) as line:
        line.sendall(b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert everything(line).startswith(b"HTTP/1.1 414 ")
    assert post(running, {"events": []}, one_shop.write).status == 202


def test_the_dashboard_and_the_collector_share_a_line(running: Served, one_shop: Shop) -> None:
    event = b'{"events":[]}'
    head = f"POST /v1/events?key={one_shop.write} HTTP/1.1\r\nHost: localhost\r\n"
    request = f"{head}Content-Length: {len(event)}\r\n\r\n".encode() + event
    with line_to(running) as line:
        for _ in range(3):
            line.sendall(request)
            assert b"202 Accepted" in everything(line, b'"rejected":[]}')
            line.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200 OK" in everything(line, b'"openapi"')
            time.sleep(0.1)
