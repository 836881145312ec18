"""The door of the event floor: whatever was sent becomes a row of the log, or a Rejection.

Nothing that is sent can make `Acceptor` raise: what is wrong comes back as a value with a code, the
place, and what would be right. One list of steps (`_row`) is taken by every event, however it came.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from msgspec.structs import astuple

from footfall.errors import nearest
from footfall.event import envelope, flat, strict
from footfall.event.bots import is_bot
from footfall.event.canonical import canonical, content_hash, exactly, payload
from footfall.event.codes import Refused, Rejection, shown
from footfall.event.device import NO_AGENT, Agent, read_agent
from footfall.event.envelope import BROKEN_IDS, FIELDS, SAID, Fields
from footfall.event.keys import may_repeat
from footfall.event.limits import EVENT_BYTES, check_size, too_deep
from footfall.event.memo import Memo
from footfall.event.page import NO_PAGE, UTM, Page, read_host, read_page
from footfall.event.properties import Properties
from footfall.event.times import DAY_MS, OLDEST_MS, Times, unit_hint, utc
from footfall.event.vocabulary import EVENTS, is_system

__all__ = ["SAID", "USER_AGENT", "Acceptor", "Rejection", "Row"]

Row = tuple[object, ...]
"""One accepted event, its values in the order of `schema.log.LOG_COLUMNS`."""

Given = dict[str, object] | None

SKEW_MS = 60_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
URL, REFERRER, COUNTRY, USER_AGENT = (
    FIELDS[SAID].index(name) for name in ("url", "referrer", "country", "user_agent")
)
_NO_UTM = (None,) * len(UTM)
_UNREAD = (msgspec.DecodeError, UnicodeError, RecursionError)


class Acceptor:
    """Accepts the events of one import or process, received at `received_ms` (epoch ms, UTC).

    With `correct_clock` (the collector; files never) a sender's clock that is off by more than a
    minute is corrected by `sent_at`. What happened before `oldest_ms` is refused.
    """

    def __init__(
        self, received_ms: int, *, correct_clock: bool = False, oldest_ms: int = OLDEST_MS
    ) -> None:
        self._received_ms = received_ms
        self._correct_clock = correct_clock
        self._oldest_ms = max(oldest_ms, OLDEST_MS)
        self._latest_ms = received_ms + DAY_MS
        self._read_time = Times().read
        self._read_properties = Properties().read
        self._names: Memo[str] = Memo(_event_name)
        self._countries: Memo[str] = Memo(_country)
        self._pages: Memo[Page] = Memo(read_page)
        self._hosts: Memo[str | None] = Memo(read_host)
        self._agents: Memo[tuple[Agent, bool]] = Memo(_agent)

    def accept_line(self, raw: bytes) -> Row | Rejection:
        """One JSON text (a line of JSONL, a request's body) as a row, or why it is none."""
        try:
            return self._row(_read_line(raw))
        except Refused as refused:
            return refused.rejection
        except RecursionError:
            return too_deep().rejection

    def accept(self, event: Mapping[str, object], *, flat_file: bool = False) -> Row | Rejection:
        """A decoded event as a row, or why it is none.

        With `flat_file` it is a row of a CSV or Parquet file: see `flat`. Having no text of its
        own, it is as large as what the log will hold of it.
        """
        try:
            return self._row(_read_object(flat.event_of(event) if flat_file else event))
        except Refused as refused:
            return refused.rejection
        except RecursionError:
            return too_deep().rejection
        except UnicodeEncodeError as error:
            return strict.half_character(error).rejection

    def _row(self, fields: Fields) -> Row:
        """The steps that every event takes, in order; Refused by the first that cannot."""
        event_id, event, occurred_at, visitor_id, customer_id = fields[:5]
        said, properties, sent_at = fields[SAID], fields[-2], fields[-1]
        if event_id is None or event_id in BROKEN_IDS:
            raise _missing("event_id", properties)
        event = self._names[event or ""]
        told_ms, occurred_ms = self._times(occurred_at, sent_at, properties)
        properties = self._own_properties(event, properties)
        system = is_system(event, properties)
        visitor_id, customer_id = _who(visitor_id, customer_id, event, properties, system=system)
        said = self._said(said)
        kept = canonical(properties) if properties else b"{}"
        # by the sender's clock: sent once more later, it still says the same
        content = payload((event, told_ms, visitor_id, customer_id, said, kept))
        if len(content) > EVENT_BYTES:
            check_size(len(content))
        url, referrer, user_agent = said[URL], said[REFERRER], said[USER_AGENT]
        host, path, click_id, utm = NO_PAGE if url is None else self._pages[url]
        agent, bot = NO_AGENT if user_agent is None else self._agents[user_agent]
        if utm is not None or user_agent is not None:
            said = _completed(said, utm, agent)
        return (
            event_id,
            event,
            occurred_ms,
            self._received_ms,
            visitor_id,
            customer_id,
            *said,
            bot or properties.get("bot") is True,
            system,
            host,
            path,
            None if referrer is None else self._hosts[referrer],
            click_id,
            kept.decode(),
            content_hash(content),
        )

    def _said(self, said: Fields) -> Fields:
        """What was said as it is kept: empty texts are absent, the country is in upper case."""
        if "" in said:
            said = tuple(text or None for text in said)
        country = said[COUNTRY]
        if country is None or self._countries[country] == country:
            return said
        return (*said[:COUNTRY], self._countries[country], *said[COUNTRY + 1 :])

    def _own_properties(self, event: str, properties: Given) -> dict[str, object]:
        """The event's own fields as they are kept."""
        return self._read_properties(event, properties) if properties else {}

    def _times(self, at: object, sent_at: object, properties: Given) -> tuple[int, int]:
        """When it happened by the sender's clock, and by ours."""
        if not at and at != 0:
            raise _missing("occurred_at", properties)
        told_ms = ms = self._read_time(at, "occurred_at")
        if sent_at is not None and sent_at != "":
            ms += self._correction(sent_at)
        if self._oldest_ms <= ms <= self._latest_ms:
            return told_ms, ms
        raise self._far_away(ms, at)

    def _correction(self, sent_at: object) -> int:
        """How far the sender's clock is off, in ms, where that is to be corrected; else 0."""
        off = self._received_ms - self._read_time(sent_at, "sent_at")
        return off if self._correct_clock and abs(off) > SKEW_MS else 0

    def _far_away(self, ms: int, at: object) -> Refused:
        hint = unit_hint(at)
        if ms > self._latest_ms:
            return Refused(
                "timestamp_future",
                "/occurred_at",
                f"occurred_at may be up to 24 hours after it was received"
                f" ({utc(self._received_ms)}), got {utc(ms)}{hint}",
            )
        return Refused(
            "timestamp_too_old",
            "/occurred_at",
            f"occurred_at may not be before {utc(self._oldest_ms)}, got {utc(ms)}{hint}",
        )


def _read_line(raw: bytes) -> Fields:
    """The envelope of a JSON text: at once where all is well, else with a closer look."""
    if len(raw) > EVENT_BYTES:
        check_size(len(raw.strip()))
    try:
        sent = envelope.decode(raw)
    except _UNREAD:
        return envelope.read(_an_object(strict.parse(raw)))
    fields = astuple(sent)
    if may_repeat(raw, fields, sent.properties):
        strict.parse(raw)
    return fields


def _read_object(event: Mapping[str, object]) -> Fields:
    exact = _an_object(exactly(dict(event)))
    try:
        return envelope.convert(exact)
    except _UNREAD:
        return envelope.read(exact)


def _an_object(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise Refused("wrong_type", "", f"an event must be one JSON object, got {shown(value)}")


def _event_name(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    if not name:
        raise Refused("missing_field", "/event", "event is missing: the name of what happened")
    near = nearest(name, EVENTS)
    hint = f"; did you mean {near!r}?" if near else ""
    raise Refused(
        "invalid_name",
        "/event",
        "event must be a name of 1 to 64 letters a-z, digits and _, beginning with a letter,"
        f" got {shown(name)}{hint}",
    )


def _who(
    visitor_id: str | None,
    customer_id: str | None,
    event: str,
    properties: Given,
    *,
    system: bool,
) -> tuple[str | None, str | None]:
    """Visitor and customer, each None if absent; visitor activity has a visitor."""
    if customer_id in BROKEN_IDS:
        customer_id = None
    if visitor_id is not None and visitor_id not in BROKEN_IDS:
        return visitor_id, customer_id
    if not system:
        raise _no_visitor(visitor_id, event, properties)
    if event == "customer_deleted" and customer_id is None:
        raise _missing("customer_id", properties, "customer_deleted needs it, or a visitor_id")
    return None, customer_id


def _no_visitor(visitor_id: str | None, event: str, properties: Given) -> Refused:
    why = f"{event} is the visitor's own activity"
    if not visitor_id:
        return _missing("visitor_id", properties, why)
    return Refused(
        "illegal_visitor_id",
        "/visitor_id",
        f"visitor_id {visitor_id!r} is what a broken tag sends and counts as absent; {why}",
    )


def _missing(field: str, properties: Given, why: str = "every event needs it") -> Refused:
    near = nearest(field, properties or {})
    hint = f"; is {near!r} meant to be it?" if near else ""
    return Refused("missing_field", f"/{field}", f"{field} is missing: {why}{hint}")


def _country(country: str) -> str:
    if _COUNTRY.fullmatch(country):
        return country.upper()
    raise Refused(
        "invalid_country",
        "/country",
        f"country must be an ISO 3166-1 alpha-2 code such as DE, got {shown(country)}",
    )


def _agent(user_agent: str) -> tuple[Agent, bool]:
    return read_agent(user_agent), is_bot(user_agent)


def _completed(said: Fields, utm: Fields | None, agent: Agent) -> Fields:
    """What was said, with what the address and the user agent say in place of what was not."""
    known = (None, None, None, *(utm or _NO_UTM), *agent, None, None, None)
    return tuple(own or other for own, other in zip(said, known, strict=True))
