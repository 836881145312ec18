"""Slow and silent clients beside a good one (L3).

python tests/faults/slow.py --lines 500
"""

from __future__ import annotations

import argparse
import selectors
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from support.collected import Shop, collecting, shop_in
from support.ledger import Client, Ledger, sending
from support.served import Served

HEAD = b"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
KINDS = {
    "silent": (b"", b""),
    "slow head": (b"POST /v1/events HTTP/1.1\r\nX-Slow: ", b"x"),
    "slow body": (HEAD, b" "),
}
"""What is sent at once, and then again every second."""


@dataclass
class Told:
    """When the last line of each kind was closed, and how a good client fared."""

    closed: dict[str, float] = field(default_factory=dict)
    good: int = 0
    bad: int = 0
    p99_alone: float = 0.0
    p99: float = 0.0


def run(served: Served, shop: Shop, lines: int, seconds: float = 25) -> Told:
    """Opens so many lines of every kind, and watches."""
    told, ledger = Told(), Ledger()
    client = Client(ledger, "good", served.url, shop.write, int(time.time()))
    with sending([client]):
        time.sleep(2)
    told.p99_alone, ledger.took = _p99(ledger.took), []
    with sending([client]), selectors.DefaultSelector() as watch:
        _open(served, watch, lines)
        _watch(watch, told, seconds)
    told.good, told.bad = ledger.answers[202], ledger.answers.total() - ledger.answers[202]
    told.p99 = _p99(ledger.took)
    return told


def _open(served: Served, watch: selectors.BaseSelector, lines: int) -> None:
    parts = urlsplit(served.url)
    for kind, (first, _) in KINDS.items():
        for _ in range(lines):
            line = socket.create_connection((parts.hostname, parts.port), timeout=10)
            if first:
                line.sendall(first)
            line.setblocking(False)
            watch.register(line, selectors.EVENT_READ, kind)


def _watch(watch: selectors.BaseSelector, told: Told, seconds: float) -> None:
    began = dripped = time.monotonic()
    while watch.get_map() and time.monotonic() - began < seconds:
        for key, _ in watch.select(0.1):
            line: socket.socket = key.fileobj  # type: ignore[assignment]
            if _is_closed(line):
                told.closed[key.data] = time.monotonic() - began
                watch.unregister(line)
                line.close()
        if time.monotonic() - dripped >= 1:
            dripped = time.monotonic()
            _drip(watch)
    assert not watch.get_map(), f"{len(watch.get_map())} slow lines are still open"


def _drip(watch: selectors.BaseSelector) -> None:
    for key in list(watch.get_map().values()):
        more = KINDS[key.data][1]
        if more:
            try:
                key.fileobj.send(more)  # type: ignore[union-attr]
            except OSError:
                continue


def _is_closed(line: socket.socket) -> bool:
    try:
        return line.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _p99(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)] if took else 0.0


def main() -> int:
    """Runs, and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=500)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="footfall-slow-") as name:
        shop = shop_in(Path(name))
        with collecting(shop) as served:
            told = run(served, shop, args.lines)
    print(told)
    return 1 if told.bad else 0


if __name__ == "__main__":
    sys.exit(main())
