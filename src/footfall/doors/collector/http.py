"""A request to the collector, and its answer, as far as HTTP goes."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

import msgspec

WIRE_BYTES = 1 << 20
UNPACKED_BYTES = 8 << 20
HEAD_KEPT = 4 << 10
PIECE = 64 << 10
JSON, PROBLEM = "application/json", "application/problem+json"
FORM = "application/x-www-form-urlencoded"
MEDIA = frozenset({"", JSON, "text/plain", "application/octet-stream", FORM})
"""What a native body may be called: sendBeacon cannot say more than text/plain, and curl says that
everything is a form. Whatever it is called, it is JSON."""
CODINGS = ("gzip", "deflate", "identity")


@dataclass(slots=True)
class Asked:
    """A request as it arrived, its body still as sent. Names of headers are in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    remote: str = ""
    length: int = 0
    """How long the body was, also where it is over the limit and not all of it is here."""
    digest: str = ""
    """The SHA-256 of such a body, as far as it was read."""

    def keys(self) -> list[str]:
        """The keys that the request names: in its header, and in its address for write keys."""
        found = []
        scheme, _, rest = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            found.append(rest.strip())
        elif scheme.lower() == "basic":
            found.append(_basic_user(rest))
        return [key for key in found if key]

    def address_keys(self) -> list[str]:
        """The keys in the address, where everybody between could read them: write keys only."""
        if "key=" not in self.query:
            return []
        return [key for key in parse_qs(self.query).get("key", []) if key.startswith("w_")]

    def media(self) -> str:
        """What the body is called, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(slots=True)
class Answered:
    """An answer."""

    status: int
    body: bytes = b""
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    close: bool = False
    """Whether the line ends with it."""


Answer = Callable[[Answered], None]


class TooLargeError(Exception):
    """A body is larger unpacked than it may be; `head` is how it begins."""

    def __init__(self, head: bytes) -> None:
        super().__init__("too large")
        self.head = head


class NotPackedError(Exception):
    """A body is not packed as its request says."""


def problem(
    status: int, code: str, detail: str, *, pointer: str = "", retry: str = "after_fix", **more: Any
) -> Answered:
    """A refusal as `application/problem+json` (RFC 9457)."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "pointer": pointer,
        "retry": retry,
        **more,
    }
    return Answered(status, msgspec.json.encode(told), PROBLEM)


def later(status: int, code: str, detail: str, seconds: int) -> Answered:
    """A refusal that is over after a while."""
    answered = problem(status, code, detail, retry="later")
    answered.headers = {"retry-after": str(seconds)}
    return answered


def unpacked(body: bytes, coding: str) -> bytes:
    """A body without its packing, of at most 8 MiB however it was packed.

    Raises TooLargeError beyond that, and NotPackedError where it is not packed so.
    """
    if coding in ("", "identity"):
        return body
    window = 31 if coding == "gzip" else 15
    found, size = [], 0
    while body:
        piece, body, size = _member(body, window, size)
        found.extend(piece)
    return b"".join(found)


def _member(body: bytes, window: int, size: int) -> tuple[list[bytes], bytes, int]:
    """One packed member: its pieces, what follows it, and how much there is by now."""
    found: list[bytes] = []
    unpack = zlib.decompressobj(window)
    data = body
    try:
        while not unpack.eof:
            piece = unpack.decompress(data, PIECE)
            data = unpack.unconsumed_tail
            found.append(piece)
            size += len(piece)
            if size > UNPACKED_BYTES:
                raise TooLargeError(b"".join(found[:1])[:HEAD_KEPT])
            if not piece and not data and not unpack.eof:
                raise NotPackedError
    except zlib.error:
        raise NotPackedError from None
    return found, unpack.unused_data, size


def _basic_user(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
