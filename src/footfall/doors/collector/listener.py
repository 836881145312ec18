"""Other programs' clients at the collector: what they say is taken in as if it were in our words.

The dialect says what a request means; from there on it goes the way of every event: judged, put
into the journal, and answered, in the client's own words, when it is on disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import msgspec

from footfall.doors.collector.body import Turned
from footfall.doors.collector.dialects import Dialect, Heard, Meant, Outcome, settled, understand
from footfall.doors.collector.dialects.heard import Answer as Said
from footfall.doors.collector.dialects.heard import Event
from footfall.doors.collector.http import (
    CODINGS,
    MEDIA,
    UNPACKED_BYTES,
    WIRE_BYTES,
    Answer,
    Answered,
    Asked,
    NotPackedError,
    TooLargeError,
    problem,
    unpacked,
)
from footfall.doors.collector.intake import Intake, Told
from footfall.doors.collector.nameless import Nameless
from footfall.doors.collector.record import WHOLE, Turn
from footfall.event.codes import Rejection
from footfall.log.keys import Key

HOOK_KEY = "hook"


@dataclass
class Listener(Intake):
    """An intake that understands other programs' clients."""

    _nameless: Nameless = field(default_factory=Nameless)

    def foreign(self, asked: Asked, dialect: Dialect, answer: Answer) -> None:
        """A request in another program's words."""
        body = self._plain(asked, answer)
        if body is None:
            return
        heard = Heard(
            asked.method, asked.path, self.clock.now_ms(), asked.query, asked.headers, body,
            asked.remote, uuid4().hex,
        )  # fmt: skip
        meant = understand(heard)
        if meant is None:
            answer(problem(404, "not_found", f"nothing is taken at {asked.path}"))
        elif meant.reply is not None:
            answer(_answered(meant.reply))
        elif isinstance(key := self._sender(meant, dialect), Answered):
            answer(key)
        else:
            asked.body = body
            self._understood(asked, meant, dialect, key, answer)

    def _plain(self, asked: Asked, answer: Answer) -> bytes | None:
        """The body unpacked; None where it cannot be, which is answered."""
        key = self._known_key(asked.keys() or asked.address_keys())
        if isinstance(key, Key):
            return self._opened(asked, key, answer)
        # whose it is stands in the body, or nowhere: what cannot be opened is nobody's to keep
        coding = asked.headers.get("content-encoding", "").lower()
        if asked.media() not in MEDIA:
            answer(problem(415, "unsupported_media_type", f"nobody reads {asked.media()!r} here"))
        elif coding and coding not in CODINGS:
            answer(problem(415, "unsupported_encoding", f"packed with {', '.join(CODINGS)} only"))
        elif asked.length > WIRE_BYTES:
            answer(problem(413, "too_large", f"a body may have {WIRE_BYTES:,} bytes at most"))
        else:
            return _unpacked(asked.body, coding, answer)
        return None

    def _sender(self, meant: Meant, dialect: Dialect) -> Key | Answered:
        """Who sends: by a signature the site whose secret has made it, else by the key."""
        if meant.signature is None:
            return self._known_key(meant.keys)
        for site, secret in self.keyring.secrets(dialect.name):
            if meant.signature.proves(secret):
                return Key(HOOK_KEY, site, "server", dialect.name, 0, None)
        return problem(401, "unauthorized", "the signature was made with no secret of ours")

    def _understood(
        self, asked: Asked, meant: Meant, dialect: Dialect, key: Key, answer: Answer
    ) -> None:
        begun = self._begun(asked, key)
        whole = next((each for each in meant.refused if each.index is None), None)
        if whole is not None:
            turn = Turn(WHOLE, whole.code, whole.pointer, whole.detail)
            told = {"index": None, "code": whole.code, "pointer": whole.pointer}
            refused = meant.answer(Outcome(0, 0, ({**told, "detail": whole.detail},)))
            self._keep(begun, _answered(refused), turn, asked.body, answer)
            return
        events = self._events(asked, meant, key)
        refused_parts = [_encode(each.part) for each in meant.refused]
        raws = [*map(_encode, events), *refused_parts]
        beforehand = [
            Turned(at, Rejection(each.code, each.pointer, each.detail), raw)
            for at, each, raw in zip(
                range(len(events), len(raws)), meant.refused, refused_parts, strict=True
            )
        ]
        self._take(
            begun, b'{"events":[' + b",".join(raws) + b"]}", dialect.name, answer, _say(meant),
            meant.left_out, beforehand,
        )  # fmt: skip

    def _events(self, asked: Asked, meant: Meant, key: Key) -> list[Event]:
        salts, now_ms = self.keyring.salts, self.clock.now_ms()

        def nameless() -> str:
            agent = asked.headers.get("user-agent", "")
            return self._nameless.visitor(salts, now_ms, key.site, asked.remote, agent)

        return [settled(each, nameless, server=key.scope == "server") for each in meant.said]


def _say(meant: Meant) -> Told:
    """The outcome in the client's words, told by the parts of its own request."""
    parts = [each.index for each in meant.said] + [each.index for each in meant.refused]

    def say(accepted: int, duplicates: int, rejected: list[dict[str, Any]]) -> Answered:
        told = [{**each, "index": parts[each["index"]]} for each in rejected]
        told.sort(key=lambda each: each["index"])
        return _answered(meant.answer(Outcome(accepted, duplicates, tuple(told))))

    return say


def _unpacked(body: bytes, coding: str, answer: Answer) -> bytes | None:
    try:
        return unpacked(body, coding)
    except TooLargeError:
        most = f"a body may have {UNPACKED_BYTES:,} bytes unpacked at most"
        answer(problem(413, "too_large", most))
    except NotPackedError:
        answer(problem(400, "invalid_encoding", f"the body is not {coding}"))
    return None


def _answered(said: Said) -> Answered:
    return Answered(said.status, said.body, said.kind, said.headers)


_encode = msgspec.json.Encoder(decimal_format="number").encode
