"""The first thing a request meets: limits and deadlines for all, and a short way to the collector.

It is uvicorn's own protocol, on httptools' parser. What is not the collector's goes uvicorn's way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from footfall.doors.collector.http import WIRE_BYTES, Answered, Asked, problem
from footfall.doors.server.deadlines import Phase, Watch

if TYPE_CHECKING:
    import asyncio

MOST_HEADERS = 100
HEADER_BYTES = 16 << 10
ADDRESS_BYTES = 8 << 10
WAITING_REQUESTS = 64
"""Requests of one line that wait for their turn before no more is read of it."""
DRAINED_BYTES = 8 << 20
"""So much of a body over the limit is read, so that whoever sends it can hear why it is refused."""
NO_STORE = b"cache-control: no-store\r\n"
ALWAYS = (
    b"access-control-allow-origin: *\r\naccess-control-expose-headers: retry-after\r\n"
    b"cross-origin-resource-policy: cross-origin\r\nx-content-type-options: nosniff\r\n"
) + NO_STORE
"""What stands in every answer of the collector: any page may send here, and hear the answer."""
Handle = Callable[[Asked, Callable[[Answered], None]], None]
Find = Callable[[str], Handle | None]
"""Who answers at a path of the collector's; None where it is none of them."""


@dataclass(slots=True)
class _Turn:
    """A request of the collector's that is complete, and whether the line goes on after it."""

    handle: Handle
    asked: Asked
    keeps: bool


class Front(HttpToolsProtocol):
    """One line to a client. `find` and `watch` are set by the class that a server makes of it."""

    find: Find
    watch: Watch

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.phase = Phase.HEAD
        self.since = monotonic()
        self.unheard_since: float | None = None
        self.body_size = 0
        self._handle: Handle | None = None
        self._asked: Asked | None = None
        self._body: list[bytes] = []
        self._digest: Any = None
        self._waiting: deque[_Turn] = deque()
        self._at_work: _Turn | None = None
        self._head_size = 0
        self._is_deaf = False
        """Whether nothing more is read: what is under way is answered, then the line ends."""

    # --- the line -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self.since = monotonic()
        self.watch.lines.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self.watch.lines.discard(self)
        self._waiting.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Bytes came in."""
        if self._is_deaf:
            return
        if self.phase is Phase.IDLE:
            self._enter(Phase.HEAD)
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            return  # nothing else is spoken here: it is answered as HTTP/1.1, as it may be
        except httptools.HttpParserError as error:
            if not self._is_deaf:
                self._refuse(problem(400, "bad_request_framing", f"this is not HTTP: {error}"))

    def pause_writing(self) -> None:
        """The client does not read what it is told."""
        super().pause_writing()
        self.unheard_since = monotonic()

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self.unheard_since = None
        self._next()

    def shutdown(self) -> None:
        """The server stops: what is under way is answered."""
        self._is_deaf = True
        if self._at_work is None and not self._waiting:
            super().shutdown()

    def end_late(self, detail: str) -> None:
        """The client was too slow."""
        if self.phase in {Phase.IDLE, Phase.BUSY}:
            self.transport.abort()
        else:
            self._refuse(problem(408, "too_slow", detail, retry="later"))

    # --- what the parser finds --------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """A request begins."""
        self._handle = self._asked = self._digest = None
        self._body, self.body_size, self._head_size = [], 0, 0
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self.url += url
        if len(self.url) > ADDRESS_BYTES:
            most = f"an address has {ADDRESS_BYTES:,} bytes at most"
            self._refuse(problem(414, "too_large", most))

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        if self._is_deaf:
            return
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))
        self._head_size += len(name) + len(value)
        if self._head_size > HEADER_BYTES or len(self.headers) > MOST_HEADERS:
            most = f"{MOST_HEADERS} headers of {HEADER_BYTES:,} bytes together"
            self._refuse(problem(431, "too_large", f"there may be {most} at most"))

    def on_headers_complete(self) -> None:
        """The head is there."""
        if self._is_deaf:
            return
        path, _, query = self.url.partition(b"?")
        self._handle = self.find(path.decode("latin-1"))
        is_theirs = self._is_theirs()
        if self._handle is None:
            if self._at_work is not None:
                self._is_deaf = True  # answers of two kinds would get out of order: it asks again
                return
            self._theirs()
        elif is_theirs:
            self.cycle.keep_alive = False
            self._is_deaf = True
            return
        else:
            self._asked = Asked(
                self.parser.get_method().decode("latin-1"),
                path.decode("latin-1"),
                query.decode("latin-1"),
                {name.decode("latin-1"): value.decode("latin-1") for name, value in self.headers},
                remote=self.client[0] if self.client else "",
            )
            if self.expect_100_continue:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._enter(Phase.BODY)

    def _theirs(self) -> None:
        """A request that goes uvicorn's way, from its beginning."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self.body_size += len(body)
        if self._is_deaf:
            return
        if self._handle is None:
            if self.body_size > WIRE_BYTES:
                most = f"a body has {WIRE_BYTES:,} bytes at most"
                self._refuse(problem(413, "too_large", most))
            else:
                super().on_body(body)
        elif self.body_size <= WIRE_BYTES:
            self._body.append(body)
        else:
            self._too_much(body)

    def _too_much(self, body: bytes) -> None:
        """A body over the limit is read on for a while, so that its sender hears of it."""
        if self._digest is None:
            self._digest = sha256(b"".join(self._body))
        self._digest.update(body)
        if self.body_size > DRAINED_BYTES:
            self._complete(keeps=False)
            self._is_deaf = True

    def on_message_complete(self) -> None:
        """All of the request is there."""
        if self._is_deaf:
            return
        if self._handle is None:
            super().on_message_complete()
            self._enter(Phase.BUSY)
        else:
            self._complete(keeps=self.parser.should_keep_alive())

    # --- the collector's answers ------------------------------------------------------------------

    def _complete(self, *, keeps: bool) -> None:
        """A request of the collector's waits for its turn."""
        assert self._asked is not None  # noqa: S101 - it was made with its handler
        assert self._handle is not None  # noqa: S101
        asked = self._asked
        asked.body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        asked.length = self.body_size
        asked.digest = self._digest.hexdigest() if self._digest else ""
        self._body = []
        self._enter(Phase.BUSY)
        self._waiting.append(_Turn(self._handle, asked, keeps))
        if len(self._waiting) >= WAITING_REQUESTS:
            self.flow.pause_reading()
        self._next()

    def _next(self) -> None:
        """Begins with the next request that waits, where the client reads its answers."""
        if self._at_work is None and self._waiting and not self.flow.write_paused:
            self._at_work = turn = self._waiting.popleft()
            turn.handle(turn.asked, self._answer)

    def _answer(self, answered: Answered) -> None:
        """Sends an answer, and takes the next request that waits."""
        turn, self._at_work = self._at_work, None
        if turn is None or self.transport.is_closing():
            return
        is_last = self._is_deaf and not self._waiting
        keeps = turn.keeps and not answered.close and not is_last
        self.transport.write(self._bytes_of(answered, keeps=keeps))
        self.server_state.total_requests += 1
        if not keeps:
            self.transport.close()
        elif self._waiting:
            self.loop.call_soon(self._next)
        else:
            self.flow.resume_reading()
            if self.phase is Phase.BUSY:
                self._enter(Phase.IDLE)

    def on_response_complete(self) -> None:
        """The dashboard has answered."""
        super().on_response_complete()
        if self.phase is Phase.BUSY and not self.pipeline:
            self._enter(Phase.IDLE)

    def _bytes_of(self, answered: Answered, *, keeps: bool = True) -> bytes:
        found = [_STATUS[answered.status]]
        if "cache-control" in answered.headers:
            found[0] = found[0].replace(NO_STORE, b"")
        for name, value in self.server_state.default_headers:
            found += (name, b": ", value, b"\r\n")
        if answered.kind:
            found.append(b"content-type: %b\r\n" % answered.kind.encode())
        for key, told in answered.headers.items():
            found.append(f"{key}: {told}\r\n".encode("latin-1"))
        if not keeps:
            found.append(b"connection: close\r\n")
        found.append(b"content-length: %d\r\n\r\n" % len(answered.body))
        found.append(answered.body)
        return b"".join(found)

    def _is_theirs(self) -> bool:
        """Whether the dashboard is about to answer."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _refuse(self, last: Answered) -> None:
        """Says why nothing more is read, where nothing else is being said, and hangs up."""
        if self._is_deaf:
            return
        self._is_deaf = True
        is_theirs = self._is_theirs()
        if is_theirs or self._at_work is not None or self._waiting:
            return  # what was asked before is answered, and then the line ends
        self.transport.write(self._bytes_of(last, keeps=False))
        self.transport.close()

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.since = monotonic()


_STATUS = {
    status.value: b"HTTP/1.1 %d %b\r\n%b" % (status.value, status.phrase.encode(), ALWAYS)
    for status in HTTPStatus
}
