"""Sessions and what belongs to them (R3)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .accept import Event
from .origin import Origin, Origins, page_of
from .vocabulary import EXTENDS_ONLY, INTERACTIONS

FIRST_SEEN = ("device", "browser", "os", "country", "region")
PAGE_TYPES = [
    {"match": "/", "type": "home"},
    {"match": "/products/*", "type": "product"},
    {"match": "/collections/*", "type": "collection"},
    {"match": "/cart", "type": "cart"},
    {"match": "/checkout*", "type": "checkout"},
    {"match": "/search*", "type": "search"},
    {"match": "/blog*", "type": "blog"},
    {"match": "/help*", "type": "help"},
]
INTENTS = {
    **dict.fromkeys(("product", "cart"), "transactional"),
    **dict.fromkeys(("collection", "search"), "commercial"),
    **dict.fromkeys(("blog", "help"), "informational"),
    "home": "navigational",
}


@dataclass(eq=False, slots=True)
class Session:
    """One visit: its own activity, and everything else that belongs to it."""

    visitor: str
    person: str
    activity: list[Event]
    dims: dict[str, str | None] = field(default_factory=dict)
    is_new: bool = False
    events: list[Event] = field(default_factory=list)
    orders: list[Any] = field(default_factory=list)

    @property
    def start(self) -> int:
        """R3: its first event."""
        return self.activity[0].time

    @property
    def end(self) -> int:
        """R3: its last event."""
        return self.activity[-1].time

    @property
    def duration(self) -> int:
        """R3: end minus start, in milliseconds."""
        return self.end - self.start

    def named(self, name: str) -> list[Event]:
        """Its events of one name, in order of time; an order is not an event (R4)."""
        return sorted((e for e in self.events if e.name == name), key=lambda e: e.order)

    @property
    def page_views(self) -> int:
        """How many pages were seen."""
        return len(self.named("page_view"))

    @property
    def bounced(self) -> bool:
        """At most one page view and only passive events."""
        return self.page_views <= 1 and all(e.passive for e in self.events)

    @property
    def interactions(self) -> list[Event]:
        """R6: clicks on and interactions with assets."""
        return [e for e in self.events if e.name in INTERACTIONS]

    @property
    def exit_page(self) -> str | None:
        """R3: the path of the last `page_view` with a url."""
        pages = _pages(self.activity)
        return pages[-1] if pages else None


def make_sessions(events: list[Event], site: dict[str, Any]) -> list[Session]:
    """R3: every visitor's activity cut into sessions; sets `session` of all events."""
    timeout = int(site.get("session_timeout_minutes", 30) * 60_000)
    of_visitor: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.visitor is not None and not event.system:
            of_visitor[event.visitor].append(event)
    origins = Origins(site)
    found: list[Session] = []
    for visitor, activity in of_visitor.items():
        for part in _cut(activity, timeout):
            session = Session(visitor, part[0].person or "", part)
            session.dims = _attributes(part, origins, site)
            found.append(session)
    found.sort(key=lambda s: (s.start, s.activity[0].id))
    _fill(found, events, timeout)
    _mark_new(found)
    return found


def _cut(activity: list[Event], timeout: int) -> list[list[Event]]:
    """R3: a new session at the first event, after more than the timeout, after a session_end."""
    parts: list[list[Event]] = []
    is_open = False
    for event in sorted(activity, key=lambda e: (e.time, e.name == "session_end", e.id)):
        if is_open and event.time - parts[-1][-1].time > timeout:
            is_open = False
        if is_open:
            parts[-1].append(event)
        elif event.name not in EXTENDS_ONLY:
            parts.append([event])
            is_open = True
        if event.name == "session_end":
            is_open = False
    return parts


def _fill(sessions: list[Session], events: list[Event], timeout: int) -> None:
    """R3: what belongs to a session; a system event to the latest that it can still belong to."""
    of_visitor: dict[str, list[Session]] = defaultdict(list)
    for session in sessions:
        of_visitor[session.visitor].append(session)
        for event in session.activity:
            event.session = session
    for event in events:
        if event.system and event.visitor is not None:
            started = [s for s in of_visitor[event.visitor] if s.start <= event.time]
            if started and event.time - started[-1].end <= timeout:
                event.session = started[-1]
        if event.session is not None:
            event.session.events.append(event)


def _mark_new(sessions: list[Session]) -> None:
    """R3: `new` for the person's first session ever in the store, else `returning`."""
    seen: set[str] = set()
    for session in sessions:
        session.is_new = session.person not in seen
        seen.add(session.person)
        session.dims["visitor_type"] = "new" if session.is_new else "returning"


def _pages(activity: list[Event]) -> list[str]:
    pages = (page_of(e.fields.get("url")) for e in activity if e.name == "page_view")
    return [page for page in pages if page is not None]


def _attributes(
    activity: list[Event], origins: Origins, site: dict[str, Any]
) -> dict[str, str | None]:
    """R3: what a session's activity says about it."""
    dims: dict[str, str | None] = {
        key: next((e.fields[key] for e in activity if key in e.fields), None) for key in FIRST_SEEN
    }
    origin = next((o for o in map(origins.of_event, activity) if o), Origin())
    pages = _pages(activity)
    landing = pages[0] if pages else None
    kind = page_type(landing, site)
    dims |= origin._asdict()
    dims |= {"channel": origins.channel(origin), "landing_page": landing}
    return dims | {"intent": INTENTS.get(kind) if kind else None}


@cache
def glob(pattern: str) -> re.Pattern[str]:
    """A path pattern in which `*` is any text."""
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)


def page_type(page: str | None, site: dict[str, Any]) -> str | None:
    """cli.md: the first match on the path wins."""
    if page is None:
        return None
    rules = site.get("page_types", PAGE_TYPES)
    return next((rule["type"] for rule in rules if glob(rule["match"]).fullmatch(page)), None)
