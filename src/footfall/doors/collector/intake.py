"""Taking events in: a request is judged, put into the journal, and answered when it is on disk."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from footfall.clock import Clock
from footfall.doors.collector import body as bodies
from footfall.doors.collector import record
from footfall.doors.collector.body import Judged, Turned, judge
from footfall.doors.collector.http import (
    CODINGS,
    HEAD_KEPT,
    JSON,
    MEDIA,
    UNPACKED_BYTES,
    WIRE_BYTES,
    Answer,
    Answered,
    Asked,
    NotPackedError,
    TooLargeError,
    later,
    problem,
    unpacked,
)
from footfall.doors.collector.keyring import Keyring
from footfall.doors.collector.known import CONFLICT, FRESH, Known
from footfall.doors.collector.record import WHOLE, Record, Turn
from footfall.event.codes import Rejection
from footfall.event.received import SERVER, TAG, Received, Request
from footfall.journal import Commit, Journal, RefusedError, Trouble
from footfall.log.keys import Key
from footfall.log.quarantine import ref_of

NATIVE = "native"
SENDERS = {"write": TAG, "server": SERVER}
"""The scopes that may send, and whose word their events are."""
RETRY_SECONDS = {"overloaded": 2, "storage_full": 10, "read_only": 10}
NEVER = frozenset({"duplicate_conflict", "timestamp_too_old", "too_large"})
AGENT_CHARS = 512
_CONFLICT = Rejection(
    "duplicate_conflict",
    "/event_id",
    "another event with this event_id, which says something else, came first; it stays",
)
Told = Callable[[int, int, list[dict[str, Any]]], Answered]
"""How an outcome is said: accepted, duplicates, rejected."""


@dataclass(slots=True)
class Counts:
    """What came in since the start, for whoever watches."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass
class Intake:
    """Where requests with events end: in the journal."""

    journal: Journal
    keyring: Keyring
    clock: Clock
    counts: Counts = field(default_factory=Counts)
    _known: dict[str, Known] = field(default_factory=lambda: defaultdict(Known))
    _received: Received = field(default_factory=Received)

    def native(self, asked: Asked, answer: Answer) -> None:
        """`POST /v1/events`: a batch or one event in our own words."""
        key = self._key(asked)
        if isinstance(key, Answered):
            answer(key)
            return
        refused = self._unreadable(asked, key)
        if refused is not None:
            self._keep(*refused, answer)
            return
        body = asked.body
        if coding := asked.headers.get("content-encoding"):
            try:
                body = unpacked(body, coding.lower())
            except TooLargeError as error:
                self._keep(*self._too_large(asked, key, error.head, "unpacked"), answer)
                return
            except NotPackedError:
                self._keep(*self._whole(
                    asked, key, 400, "invalid_encoding", f"the body is not {coding}", body
                ), answer)  # fmt: skip
                return
        self._take(self._begun(asked, key), body, NATIVE, answer, _native_answer)

    # --- who asks -----------------------------------------------------------------------------

    def _key(self, asked: Asked) -> Key | Answered:
        told = asked.keys() or asked.address_keys()
        key = self.keyring.find(told)
        if key is None:
            why = "the key is not known, or was revoked" if told else "there is no key"
            return problem(
                401, "unauthorized", f"{why}; send a write key as Authorization: Bearer w_…"
            )
        if key.scope not in SENDERS:
            return problem(403, "forbidden_scope", f"a key of scope {key.scope} may not send events")
        return key

    def _begun(self, asked: Asked, key: Key) -> _Begun:
        headers = asked.headers
        is_browser = key.scope == "write" and any(
            name in headers for name in ("origin", "referer", "sec-fetch-mode", "sec-fetch-site")
        )
        agent = headers.get("user-agent", "")[:AGENT_CHARS] if is_browser else None
        flags = []
        if is_browser and not agent:
            flags.append("no_user_agent")
        if "prefetch" in headers.get("sec-purpose", headers.get("purpose", "")):
            flags.append("prefetch")
        return _Begun(key, self.clock.now_ms(), agent or None, flags)

    # --- what cannot be read --------------------------------------------------------------------

    def _unreadable(self, asked: Asked, key: Key) -> tuple[_Begun, Answered, Turn, bytes] | None:
        """Why a body is not even looked at, if it is not."""
        if asked.length > WIRE_BYTES:
            return self._too_large(asked, key, asked.body[:HEAD_KEPT], "as sent")
        media = asked.media()
        if media not in MEDIA:
            return self._whole(
                asked, key, 415, "unsupported_media_type",
                f"a body is application/json or text/plain, not {media!r}", b"",
            )  # fmt: skip
        coding = asked.headers.get("content-encoding", "").lower()
        if coding and coding not in CODINGS:
            return self._whole(
                asked, key, 415, "unsupported_encoding",
                f"a body may be packed with {', '.join(CODINGS)}, not {coding!r}", asked.body,
            )  # fmt: skip
        return None

    def _too_large(
        self, asked: Asked, key: Key, head: bytes, how: str
    ) -> tuple[_Begun, Answered, Turn, bytes]:
        """A body over the limits: its head is kept, its length, and the hash of what was sent."""
        most = WIRE_BYTES if how == "as sent" else UNPACKED_BYTES
        digest = asked.digest or hashlib.sha256(asked.body).hexdigest()
        detail = (
            f"a body may have {most:,} bytes {how} at most; of this one of {asked.length:,} bytes "
            f"(SHA-256 {digest}) the first {len(head):,} are kept"
        )
        events = head.count(b"},") if how == "as sent" else 0
        if events > bodies.MOST_EVENTS:
            more = bodies.too_many(events, " and more").rejection
            return self._whole(asked, key, 413, more.code, more.detail, head)
        return self._whole(asked, key, 413, "too_large", detail, head)

    def _whole(
        self, asked: Asked, key: Key, status: int, code: str, detail: str, kept: bytes
    ) -> tuple[_Begun, Answered, Turn, bytes]:  # fmt: skip
        refused = problem(status, code, detail)
        return self._begun(asked, key), refused, Turn(WHOLE, code, "", detail), kept

    def _keep(
        self, begun: _Begun, refused: Answered, turn: Turn, kept: bytes, answer: Answer
    ) -> None:
        """Puts a body that was refused as a whole into the journal, on its way to quarantine."""
        self.counts.refused[turn.code] += 1
        if not kept:
            answer(refused)  # there is nothing to keep
            return
        told = msgspec.json.decode(refused.body)
        told["quarantine_ref"] = ref_of(begun.key.site, hashlib.sha256(kept).digest(), turn.code, 1)
        refused.body = msgspec.json.encode(told)
        self._write(begun.record(kept, [turn]), answer, lambda: refused, lambda: None)

    # --- what is taken ----------------------------------------------------------------------------

    def _take(
        self, begun: _Begun, body: bytes, door: str, answer: Answer, say: Told, left_out: int = 0
    ) -> None:
        received = self._received
        received.begin(Request(begun.received_ms, begun.source, begun.user_agent))
        judged = judge(body, received)
        if judged.unreadable is not None:
            why = judged.unreadable
            status = 413 if why.code == "too_many_events" else 400
            refused = problem(status, why.code, why.detail, pointer=why.pointer)
            turn = Turn(WHOLE, why.code, why.pointer, why.detail)
            kept = body[:HEAD_KEPT] if status == 413 else body
            self._keep(begun, refused, turn, kept if why.code != "empty_body" else b"", answer)
            return
        if judged.site is not None and judged.site != begun.key.site:
            answer(problem(
                403, "forbidden_scope", f"the key is of site {begun.key.site!r}", pointer="/site"
            ))  # fmt: skip
            return
        fresh, duplicates = self._told_apart(begun.key.site, judged, body)
        turns = [Turn(t.index, *_said(t.rejection)) for t in judged.turned]
        rejected = _rejected(begun.key.site, judged.turned)
        accepted = len(fresh)
        written = begun.record(body, turns, judged.sent_at, door, left_out)

        def good() -> Answered:
            events = self.counts.events
            events["accepted"] += accepted
            events["duplicate"] += duplicates
            for turn in turns:
                self.counts.refused[turn.code] += 1
            return say(accepted, duplicates, rejected)

        self._write(written, answer, good, lambda: self._known[begun.key.site].forget(fresh))

    def _told_apart(self, site: str, judged: Judged, body: bytes) -> tuple[list[str], int]:
        """Those of the taken events that nobody sent a moment ago, and how many others there are.

        Those that say something else under a known id are turned away.
        """
        verdicts = self._known[site].judge(judged.ids, judged.prints)
        fresh = [each for each, told in zip(judged.ids, verdicts, strict=True) if told == FRESH]
        if CONFLICT in verdicts:
            raws = dict(zip(judged.places, bodies.taken_events(
                body, frozenset(turned.index for turned in judged.turned)
            ), strict=True))  # fmt: skip
            for place, told in zip(judged.places, verdicts, strict=True):
                if told == CONFLICT:
                    judged.turned.append(Turned(place, _CONFLICT, raws[place]))
            judged.turned.sort(key=lambda turned: turned.index)
        return fresh, len(verdicts) - len(fresh) - verdicts.count(CONFLICT)

    def _write(
        self, written: Record, answer: Answer, good: Callable[[], Answered],
        bad: Callable[[], None],
    ) -> None:  # fmt: skip
        """Puts a record into the journal, and answers when it is there, or cannot be."""

        def done(outcome: Commit | Trouble) -> None:
            if isinstance(outcome, Commit):
                answer(good())
            else:
                bad()
                answer(_troubled(outcome))

        try:
            self.journal.append(record.encode(written), done)
        except RefusedError as refused:
            done(refused.trouble)


@dataclass(slots=True)
class _Begun:
    """A request whose key is known."""

    key: Key
    received_ms: int
    user_agent: str | None
    flags: list[str]

    @property
    def source(self) -> str:
        """Whose word its events are."""
        return SENDERS[self.key.scope]

    def record(
        self, body: bytes, turned: list[Turn], sent_at: Any = None, door: str = NATIVE,
        left_out: int = 0,
    ) -> Record:  # fmt: skip
        """What the journal keeps of it."""
        return Record(
            record.VERSION, self.key.site, self.received_ms, self.source, door, self.user_agent,
            sent_at, body, turned, self.flags, left_out,
        )  # fmt: skip


def _native_answer(accepted: int, duplicates: int, rejected: list[dict[str, Any]]) -> Answered:
    """The outcome in our own words: 202, or 400 where there was something and all was refused."""
    told = {"accepted": accepted, "duplicates": duplicates, "rejected": rejected}
    if not rejected:
        return Answered(202, b'{"accepted":%d,"duplicates":%d,"rejected":[]}' % (accepted, duplicates))
    if accepted or duplicates:
        return Answered(202, msgspec.json.encode(told), JSON)
    first = rejected[0]
    return problem(
        400, first["code"], first["detail"], pointer=first["pointer"], retry=first["retry"],
        index=first["index"], quarantine_ref=first["quarantine_ref"], **told,
    )  # fmt: skip


def _rejected(site: str, turned: list[Turned]) -> list[dict[str, Any]]:
    """The refused events as their sender is told of them."""
    seen: Counter[tuple[str, bytes]] = Counter()
    found = []
    for each in turned:
        code, pointer, detail = _said(each.rejection)
        digest = hashlib.sha256(each.raw).digest()
        seen[code, digest] += 1
        found.append({
            "index": each.index,
            "code": code,
            "pointer": pointer,
            "detail": detail,
            "retry": "never" if code in NEVER else "after_fix",
            "quarantine_ref": ref_of(site, digest, code, seen[code, digest]),
        })  # fmt: skip
    return found


def _said(rejection: Rejection) -> tuple[str, str, str]:
    return rejection.code, rejection.pointer, rejection.detail


def _troubled(trouble: Trouble) -> Answered:
    """Nothing is durable: 503, and when to come again."""
    return later(503, trouble.code, trouble.detail, RETRY_SECONDS.get(trouble.code, 5))


__all__ = ["Counts", "Intake"]
