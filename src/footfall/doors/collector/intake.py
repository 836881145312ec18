"""Taking events in: a request is judged, put into the journal, and answered when it is on disk."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from footfall.clock import Clock
from footfall.doors.collector import answers, record
from footfall.doors.collector.answers import Say, rejected_of, troubled
from footfall.doors.collector.begun import SENDERS, Begun, Whole, begun
from footfall.doors.collector.body import Judged, Turned, judge, taken_events
from footfall.doors.collector.cookieless import named
from footfall.doors.collector.firsts import Firsts
from footfall.doors.collector.http import HEAD_KEPT, Answer, Answered, Asked, problem
from footfall.doors.collector.keyring import Keyring
from footfall.doors.collector.known import Known, Ticket
from footfall.doors.collector.nameless import Nameless
from footfall.doors.collector.reading import read_native
from footfall.doors.collector.record import Record, Turn
from footfall.event.codes import Rejection
from footfall.event.received import Received
from footfall.journal import Commit, Journal, RefusedError, Trouble
from footfall.log.keys import Key

_CONFLICT = Rejection(
    "duplicate_conflict",
    "/event_id",
    "another event with this event_id, which says something else, came first; it stays",
)


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
    received: Received = field(default_factory=Received)
    nameless: Nameless = field(default_factory=Nameless)
    _known: dict[str, Known] = field(default_factory=lambda: defaultdict(Known))

    def native(self, asked: Asked, answer: Answer) -> None:
        """`POST /v1/events`: a batch or one event in our own words."""
        key = self._key(asked)
        if isinstance(key, Answered):
            answer(key)
            return
        at = begun(key, asked, self.clock.now_ms())
        body = read_native(asked)
        if isinstance(body, Whole):
            self.refuse(at, body, answer)
            return
        body = named(body, lambda: self.visitor(at, asked))
        self.received.begin(at.request())
        judged = judge(body, self.received)
        if judged.unreadable is not None:
            self.refuse(at, _unreadable(judged.unreadable, body), answer)
        elif judged.site is not None and judged.site != key.site:
            why = f"the key is of site {key.site!r}"
            answer(problem(403, "forbidden_scope", why, pointer="/site"))
        else:
            self.take(at, judged, body, answers.native, answer)

    def visitor(self, at: Begun, asked: Asked) -> str:
        """A name for whoever sends this and keeps nothing."""
        agent = asked.headers.get("user-agent", "")
        salts = self.keyring.salts
        return self.nameless.visitor(salts, at.received_ms, at.site, asked.remote, agent)

    def _key(self, asked: Asked) -> Key | Answered:
        """The key that a native request names; or why it may not send."""
        told = asked.keys() or asked.address_keys()
        key = self.keyring.find(told)
        if key is None:
            why = "the key is not known, or was revoked" if told else "there is no key"
            right = "send a write key as Authorization: Bearer w_…"
            return problem(401, "unauthorized", f"{why}; {right}")
        return key if key.scope in SENDERS else forbidden(key)

    def refuse(self, at: Begun, whole: Whole, answer: Answer) -> None:
        """Puts a body that is refused as a whole into the journal, on its way to quarantine."""
        self.counts.refused[whole.code] += 1
        refused = whole.answered(at.site)
        if whole.kept:
            self._write(whole.record(at), Ticket(), answer, lambda: refused, lambda: None)
        else:
            answer(refused)  # there is nothing to keep

    def take(self, at: Begun, judged: Judged, body: bytes, say: Say, answer: Answer) -> None:
        """Puts what was judged into the journal, and says what became of it when it is there."""
        ticket = Ticket()
        accepted, duplicates = self._told_apart(at, judged, body, ticket)
        turns = [
            Turn(each.index, why.code, why.pointer, why.detail)
            for each in judged.turned
            for why in [each.rejection]
        ]

        def good() -> Answered:
            events = self.counts.events
            events["accepted"] += accepted
            events["duplicate"] += duplicates
            self.counts.refused.update(turn.code for turn in turns)
            return say(accepted, duplicates, rejected_of(at.site, judged.turned))

        def bad() -> None:
            self._known[at.site].forget(judged.ids, ticket)

        self._write(at.record(body, turns, judged.sent_at), ticket, answer, good, bad)

    def _told_apart(
        self, at: Begun, judged: Judged, body: bytes, ticket: Ticket
    ) -> tuple[int, int]:
        """How many of the taken events are new, and how many came a moment ago.

        Those that say something else under a known id are turned away.
        """
        before = self._known[at.site].before(judged.ids, ticket)
        if not before:
            return len(judged.ids), 0
        raws = taken_events(body, frozenset(turned.index for turned in judged.turned))
        firsts = Firsts(self.journal.folder, at.request(judged.sent_at), raws)
        others = [place for place, first in before.items() if firsts.contradicts(place, first)]
        judged.turned += [Turned(judged.places[each], _CONFLICT, raws[each]) for each in others]
        judged.turned.sort(key=lambda turned: turned.index)
        return len(judged.ids) - len(before), len(before) - len(others)

    def _write(
        self, written: Record, ticket: Ticket, answer: Answer, good: Callable[[], Answered],
        bad: Callable[[], None],
    ) -> None:  # fmt: skip
        """Puts a record into the journal, and answers when it is there, or cannot be."""
        content = ticket.content = record.encode(written)

        def done(outcome: Commit | Trouble) -> None:
            if isinstance(outcome, Commit):
                ticket.at, ticket.content = outcome.at, None
                answer(good())
            else:
                bad()
                answer(troubled(outcome))

        try:
            self.journal.append(content, done)
        except RefusedError as refused:
            done(refused.trouble)


def forbidden(key: Key) -> Answered:
    """A key that may not send."""
    return problem(403, "forbidden_scope", f"a key of scope {key.scope} may not send events")


def _unreadable(why: Rejection, body: bytes) -> Whole:
    """A body of which no event could be read."""
    if why.code == "too_many_events":
        return Whole(413, why.code, why.detail, body[:HEAD_KEPT], why.pointer)
    kept = b"" if why.code == "empty_body" else body
    return Whole(400, why.code, why.detail, kept, why.pointer)
