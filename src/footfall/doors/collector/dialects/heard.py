"""What a client sent, what it means in our words, and how that client wants to be answered.

A dialect is a pure function from `Heard` to `Meant`: it opens no file, asks no clock and never
raises for what was sent. Keys, limits, acceptance, durability and the answer's way out are the
collector's.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it arrived: its body already unpacked and within the limits.

    `path` and `query` (without its `?`) are as sent, still percent-encoded; `headers` have lower
    case names. `number` is a random name of this one request: what makes an id where the protocol
    has neither an id nor a time.
    """

    method: str
    path: str
    received_ms: int
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    remote: str = ""
    number: str = ""
    scheme: str = "http"


@dataclass(frozen=True, slots=True)
class Said:
    """An event in our vocabulary, as `footfall import` would take it as JSON.

    `index` is its part of the request. Its `source` counts for nothing: the key says it.
    `otherwise` is the visitor where it says none and a public key makes it visitor activity.
    `cookieless` clients know no visitors: the collector makes one that nobody can trace.
    """

    index: int
    event: Event
    otherwise: str | None = None
    cookieless: bool = False


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A part of the request that is no event: why, where, and the part itself as JSON can say it.

    `code` is one of `event.codes.CODES`, `pointer` the JSON pointer within the part, and `index`
    None where it is the request as a whole.
    """

    index: int | None
    code: str
    pointer: str
    detail: str
    part: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status, a body and what kind of body it is."""

    status: int
    body: bytes = b""
    kind: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request once all that was accepted is durable.

    `rejected` are the refused parts as the native answer has them: index, code, pointer, detail,
    retry, quarantine_ref.
    """

    accepted: int
    duplicates: int = 0
    rejected: tuple[Mapping[str, Any], ...] = ()

    @property
    def nothing_good(self) -> bool:
        """Whether there was something to take, and all of it was refused."""
        return bool(self.rejected) and not self.accepted and not self.duplicates


@dataclass(frozen=True, slots=True)
class Signature:
    """A proof that the body comes from who knows a secret: HMAC-SHA256 of the bytes as sent."""

    given: bytes
    body: bytes

    def proves(self, secret: bytes) -> bool:
        """Whether it was made with this secret; takes as long for a wrong one."""
        return hmac.compare_digest(hmac.digest(secret, self.body, sha256), self.given)


AnswerTo = Callable[[Outcome], Answer]


def unsaid(_outcome: Outcome) -> Answer:
    """The answer where nothing else is waited for."""
    return Answer(202)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a request means.

    `keys` are where this client may have put the write key, the likeliest first: the first that
    is a known key decides site and scope. With a `signature` it is the secret that proves it which
    decides the site, and the events are the server's. A `reply` is all that the client wants:
    nothing is stored and no key is asked for. `answer` says it in the client's own words; what has
    to be sent again later is 503 with Retry-After for every client. `left_out` parts are no events
    of anybody (a client's own bookkeeping).
    """

    keys: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    refused: tuple[Unsaid, ...] = ()
    left_out: int = 0
    answer: AnswerTo = unsaid
    reply: Answer | None = None
    signature: Signature | None = None
