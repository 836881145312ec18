"""A collector as small as can be, on loopback: what real clients send goes through the dialects.

It has what a test needs of a collector (`url`, the keys, `stored`), so that the real one can take
its place.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, time
from typing import Any, ClassVar, Protocol
from uuid import uuid4

from footfall.doors.collector.dialects import Heard, Outcome, find, settled, understand
from footfall.event.accept import Acceptor, Rejection
from footfall.schema.log import LOG_COLUMNS

PUBLIC, SECRET = "w_0123456789abcdef", "s_0123456789abcdef"
PATIENCE_SECONDS = 20.0


class Collecting(Protocol):
    """A running collector, as the tests of clients need it."""

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        ...

    def stored(self, many: int) -> list[dict[str, Any]]:
        """What is stored, in the order of the events' times, when there are so many."""
        ...


@dataclass
class Listening:
    """The small collector."""

    port: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    busy: int = 0
    """How many of the next requests are answered with 503."""
    came: threading.Condition = field(default_factory=threading.Condition)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def stored(self, many: int) -> list[dict[str, Any]]:
        """What is stored, in the order of the events' times, when there are so many."""
        until = monotonic() + PATIENCE_SECONDS
        with self.came:
            while len(self.rows) < many and monotonic() < until:
                self.came.wait(until - monotonic())
            found = sorted(self.rows, key=lambda row: row["occurred_ms"])
        assert len(found) == many, (found, self.refused, self.asked)
        return found

    def take(self, heard: Heard) -> tuple[int, bytes, str]:
        """A request is understood, accepted, kept once, and answered in its client's words."""
        self.asked.append(f"{heard.method} {heard.path}")
        meant = understand(heard)
        if meant is None:
            return 404, b"", ""
        if meant.reply is not None:
            return meant.reply.status, meant.reply.body, meant.reply.kind
        if self.busy:
            self.busy -= 1
            return 503, b"", ""
        key = next((each for each in meant.keys if each in {PUBLIC, SECRET}), None)
        if key is None:
            return 401, b"", ""
        outcome = self._accepted(heard, key == SECRET)
        answer = meant.answer(outcome)
        return answer.status, answer.body, answer.kind

    def _accepted(self, heard: Heard, server: bool) -> Outcome:
        meant = understand(heard)
        assert meant is not None
        acceptor = Acceptor(heard.received_ms, correct_clock=True)
        rejected = [{"index": each.index, "code": each.code} for each in meant.refused]
        taken = 0
        with self.came:
            for said in meant.said:
                event = settled(said, lambda: "nameless", server=server)
                own = {key: each for key, each in event["properties"].items() if key != "source"}
                event = {**event, "properties": {**own, **({"source": "server"} if server else {})}}
                found = acceptor.accept(event)
                if isinstance(found, Rejection):
                    rejected.append({"index": said.index, "code": found.code})
                    self.refused.append(found)
                else:
                    taken += 1
                    names = (column.name for column in LOG_COLUMNS)
                    self._keep(dict(zip(names, found, strict=True)))
            self.came.notify_all()
        self.refused += meant.refused
        return Outcome(taken, 0, tuple(rejected))

    def _keep(self, row: dict[str, Any]) -> None:
        if row["event_id"] not in {each["event_id"] for each in self.rows}:
            self.rows.append(row)


class _Line(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    collector: ClassVar[Listening]

    def do_GET(self) -> None:
        self._asked()

    def do_POST(self) -> None:
        self._asked()

    def do_HEAD(self) -> None:
        self._answer(200, b"", "")

    def do_OPTIONS(self) -> None:
        path = self.path.partition("?")[0]
        known = find("POST", path) or find("GET", path)
        self._answer(204 if known else 404, b"", "")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Says nothing."""

    def _asked(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        heard = Heard(
            self.command, path, int(time() * 1000), query, headers, body, number=uuid4().hex
        )
        self._answer(*self.collector.take(heard))

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("access-control-allow-origin", self.headers.get("origin", "*"))
        self.send_header("access-control-allow-credentials", "true")
        wanted = self.headers.get("access-control-request-headers", "")
        self.send_header("access-control-allow-headers", wanted)
        if status == 503:
            self.send_header("retry-after", "1")
        if kind:
            self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def listening() -> Iterator[Listening]:
    """The small collector, for as long as the block lasts."""
    line = type("Line", (_Line,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), line)
    server.daemon_threads = True
    collector = Listening(server.server_address[1])
    line.collector = collector  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
