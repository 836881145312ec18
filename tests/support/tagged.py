"""A small shop with the tag on its pages, and a collector that answers as it is told to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from footfall.doors.collector.tag import KIND, TAG_PATH, served

KEY = "w_test-key"
EVENTS_PATH = "/v1/events"
PATIENCE_SECONDS = 15.0
STRICT = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'"
)
"""A strict policy: nothing inline, no eval, nothing from elsewhere."""
Event = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What the collector says: a status, and what its JSON holds beside the counts."""

    status: int = 202
    told: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """What was sent, in one go."""

    events: list[Event]
    sent_at: int
    cookieless: bool
    kind: str
    query: str
    status: int


@dataclass
class Shop:
    """Pages by their path, and everything that their tag has sent."""

    url: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    replies: list[Reply] = field(default_factory=list)
    """The next answers; what comes after them is taken."""
    always: Reply = field(default_factory=Reply)
    requests: list[Request] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Every address that was asked for."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def page(self, path: str, body: str = "", line: str = "", head: str = "") -> str:
        """Puts a page there; `line` is what stands in the tag's line beside the key."""
        self.pages[path] = (
            f"<!doctype html><html><head><title>{path}</title>{head}"
            f'<script async src="{TAG_PATH}" data-key="{KEY}" {line}></script></head>'
            f"<body>{body}</body></html>"
        )
        return path

    def script(self, path: str, source: str) -> str:
        """Puts a script of the shop's own there, and says how a page loads it."""
        self.pages[path] = source
        return f'<script src="{path}"></script>'

    @property
    def accepted(self) -> list[Event]:
        """The events that were taken, in the order of their time, each as often as it was sent."""
        with self.lock:
            found = [event for each in self.requests if each.status == 202 for event in each.events]
        return sorted(found, key=lambda event: (event["occurred_at"], event["event_id"]))

    @property
    def events(self) -> list[Event]:
        """The same, each once."""
        return list({event["event_id"]: event for event in reversed(self.accepted)}.values())[::-1]

    def named(self, *names: str) -> list[Event]:
        """The events of these names."""
        return [event for event in self.events if event["event"] in names]

    def names(self) -> list[str]:
        """What the events are called."""
        return [event["event"] for event in self.events]

    def wait(self, holds: Callable[[], Any], what: str = "it") -> Any:
        """Waits until something holds, and gives what it found."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not (found := holds()):
            if time.monotonic() > until:
                raise AssertionError(f"{what} never came; there are {self.names()}")
            time.sleep(0.01)
        return found

    def wait_for(self, name: str, number: int = 1) -> list[Event]:
        """Waits for so many events of a name."""
        self.wait(lambda: len(self.named(name)) >= number, name)
        return self.named(name)


@contextmanager
def shop() -> Iterator[Shop]:
    """The shop, on a free port of this machine."""
    made = Shop()
    handler = type("Handler", (_Handler,), {"shop": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    shop: Shop
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        with self.shop.lock:
            self.shop.asked.append(self.path)
        if path == TAG_PATH:
            self._send(200, served().script, KIND)
        elif path in self.shop.pages:
            kind = KIND if path.endswith(".js") else "text/html; charset=utf-8"
            self._send(200, self.shop.pages[path].encode(), kind)
        else:
            self._send(404, b"", "text/plain")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        address = urlsplit(self.path)
        if address.path != EVENTS_PATH:
            self._send(204, b"", "text/plain")
            return
        told = json.loads(body)
        with self.shop.lock:
            reply = self.shop.replies.pop(0) if self.shop.replies else self.shop.always
            self.shop.requests.append(Request(
                told["events"], told["sent_at"], told.get("cookieless", False),
                self.headers["content-type"], address.query, reply.status,
            ))  # fmt: skip
        counts = {"accepted": len(told["events"]), "duplicates": 0, "rejected": []}
        said = (counts if reply.status == 202 else {}) | reply.told
        self._send(reply.status, json.dumps(said).encode(), "application/json", reply.headers)

    def _send(
        self, status: int, body: bytes, kind: str, more: dict[str, str] | None = None
    ) -> None:
        headers = {
            "content-type": kind, "content-length": str(len(body)), "cache-control": "no-store",
            "content-security-policy": STRICT, "access-control-allow-origin": "*",
            "access-control-expose-headers": "retry-after", **(more or {}),
        }  # fmt: skip
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the page has gone, and what it sent is here

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Says nothing."""
