"""Other programs' clients at the collector: what they say is taken in as if it were in our words.

The dialect says what a request means; from there on it goes the way of every event: judged, put
into the journal, and answered, in the client's own words, when it is on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import msgspec

from footfall.doors.collector.answers import Rejected, Say
from footfall.doors.collector.begun import SENDERS, Begun, Whole, begun
from footfall.doors.collector.body import Turned, judge, overruled
from footfall.doors.collector.dialects import Dialect, Heard, Meant, Outcome, settled, understand
from footfall.doors.collector.dialects.heard import Answer as Said
from footfall.doors.collector.dialects.heard import Event, Unsaid
from footfall.doors.collector.http import Answer, Answered, Asked, problem
from footfall.doors.collector.intake import Intake, forbidden
from footfall.doors.collector.reading import read_native
from footfall.event.codes import Rejection
from footfall.log.keys import Key

HOOK_KEY = "hook"


@dataclass
class Listener:
    """Understands other programs' clients, for the intake."""

    intake: Intake

    def hear(self, asked: Asked, dialect: Dialect, answer: Answer) -> None:
        """A request in another program's words."""
        body = read_native(asked)
        if isinstance(body, Whole):
            self._unread(asked, body, answer)
            return
        asked.body = body
        meant = understand(Heard(
            asked.method, asked.path, self.intake.clock.now_ms(), asked.query, asked.headers, body,
            asked.remote, uuid4().hex,
        ))  # fmt: skip
        if meant is None:
            answer(problem(404, "not_found", f"nothing is taken at {asked.path}"))
        elif meant.reply is not None:
            answer(_answered(meant.reply))
        elif isinstance(key := self._sender(meant, dialect), Answered):
            answer(key)
        else:
            at = begun(key, asked, self.intake.clock.now_ms())
            at.door, at.left_out = dialect.name, meant.left_out
            self._take(at, asked, meant, answer)

    def _unread(self, asked: Asked, why: Whole, answer: Answer) -> None:
        """A body that nobody can open is kept where its key stands outside of it."""
        key = self.intake.keyring.find(asked.keys() or asked.address_keys())
        if key is not None and key.scope in SENDERS:
            self.intake.refuse(begun(key, asked, self.intake.clock.now_ms()), why, answer)
        else:
            answer(problem(why.status, why.code, why.detail))

    def _sender(self, meant: Meant, dialect: Dialect) -> Key | Answered:
        """Who sends: by a signature the site whose secret has made it, else by the key."""
        if meant.signature is None:
            return self._known(meant.keys)
        for site, secret in self.intake.keyring.secrets(dialect.name):
            if meant.signature.proves(secret):
                return Key(HOOK_KEY, site, "server", dialect.name, 0, None)
        return problem(401, "unauthorized", "the signature was made with no secret of ours")

    def _known(self, told: Sequence[str]) -> Key | Answered:
        key = self.intake.keyring.find(told)
        if key is None:
            why = "the key is not known, or was revoked" if told else "there is no key"
            # RudderStack's client reads `message`, and sends once more where there is none
            return problem(401, "unauthorized", why, message=why)
        return key if key.scope in SENDERS else forbidden(key)

    def _take(self, at: Begun, asked: Asked, meant: Meant, answer: Answer) -> None:
        whole = next((each for each in meant.refused if each.index is None), None)
        if whole is not None:
            self.intake.refuse(at, _Whole.of(whole, asked.body, meant), answer)
            return
        events = [_encode(each) for each in self._events(at, asked, meant)]
        others = [_encode(each.part) for each in meant.refused]
        body = b'{"events":[' + b",".join((*events, *others)) + b"]}"
        beforehand = [
            Turned(place, Rejection(each.code, each.pointer, each.detail), raw)
            for place, (each, raw) in enumerate(
                zip(meant.refused, others, strict=True), len(events)
            )
        ]
        self.intake.received.begin(at.request())
        judged = overruled(judge(body, self.intake.received), beforehand)
        if judged.unreadable is not None:
            why = judged.unreadable
            self.intake.refuse(at, Whole(413, why.code, why.detail, asked.body), answer)
        else:
            self.intake.take(at, judged, body, _say(meant), answer)

    def _events(self, at: Begun, asked: Asked, meant: Meant) -> list[Event]:
        def nameless() -> str:
            return self.intake.visitor(at, asked)

        server = at.key.scope == "server"
        return [settled(each, nameless, server=server) for each in meant.said]


@dataclass(frozen=True, slots=True)
class _Whole(Whole):
    """A request of which nothing could be read, refused in its client's words."""

    meant: Meant = field(default_factory=Meant)

    @classmethod
    def of(cls, said: Unsaid, body: bytes, meant: Meant) -> _Whole:
        return cls(400, said.code, said.detail, body, said.pointer, meant)

    def answered(self, site: str) -> Answered:
        """What its sender is told: what everybody is told, under the status that it waits for."""
        told = msgspec.json.decode(Whole.answered(self, site).body)
        rejected = {"index": None, **told}
        return _answered(self.meant.answer(Outcome(0, 0, (rejected,))))


def _say(meant: Meant) -> Say:
    """The outcome in the client's words, told by the parts of its own request."""
    parts = [each.index for each in meant.said] + [each.index or 0 for each in meant.refused]

    def say(accepted: int, duplicates: int, rejected: Rejected) -> Answered:
        told = [{**each, "index": parts[each["index"]]} for each in rejected]
        told.sort(key=lambda each: each["index"])
        return _answered(meant.answer(Outcome(accepted, duplicates, tuple(told))))

    return say


def _answered(said: Said) -> Answered:
    return Answered(said.status, said.body, said.kind, said.headers)


_encode = msgspec.json.Encoder(decimal_format="number").encode
