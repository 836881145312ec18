"""The countable things, each with its one time (R1) and its dimensions (Dimensions of kpis.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .accept import Event
from .clock import DAY
from .credit import beta_touches, direct_lines
from .identity import causes, label, text_id
from .money import items_of
from .orders import Line, Order, Refund
from .origin import page_of
from .sessions import Session

SESSION = (
    "device browser os country region channel source medium campaign landing_page visitor_type"
    " intent"
).split()
GROUPS = {
    "session": SESSION,
    "exposure": ["experiment", "variant"],
    "page": ["page"],
    "asset": ["asset", "asset_type", "placement"],
    "line": ["product", "category"],
    "talk": ["agent", "conversation_channel", "initiator", "url", "hour_of_day"],
    "auto": ["trigger", "message", "target_url"],
    "chat": ["experience", "folder", "module"],
    "field": ["field"],
    "query": ["query"],
}
GROUP_OF = {dim: group for group, dims in GROUPS.items() for dim in dims}
Thing = Any  # an event, session, order, line, refund, ... or what was told of one
Dims = dict[str, Any]
Groups = dict[str, list[Dims]]


@dataclass(eq=False, slots=True)
class Fact:
    """A countable thing: its time, and per group of dimensions the values it has together."""

    time: int
    thing: Thing
    groups: Groups


class Facts:
    """All lists of countable things of a store, by name."""

    def __init__(
        self,
        events: list[Event],
        sessions: list[Session],
        orders: list[Order],
        refunds: list[Refund],
        site: dict[str, Any],
    ) -> None:
        self.site = site
        self.exposures = first_exposures(events)
        self.lists: dict[str, list[Fact]] = defaultdict(list)
        self.first_start: dict[str, int] = {}
        for session in sessions:
            self.first_start.setdefault(session.person, session.start)
        self._sessions(sessions)
        self._events(events)
        self._orders(orders)
        self._refunds(refunds)
        self._leads(events)
        self._trials(events)

    def add(self, name: str, time: int, thing: Thing, groups: Groups) -> None:
        """One more countable thing."""
        self.lists[name].append(Fact(time, thing, groups))

    def base(self, session: Session | None, person: str | None, until: int) -> Groups:
        """The session's dimensions (null without one), and the person's exposures so far."""
        dims: Dims = dict.fromkeys(SESSION) if session is None else dict(session.dims)
        exposed = [
            {
                "experiment": text_id(e.props.get("experiment_id")),
                "variant": label(e.props.get("variant")),
            }
            for e in self.exposures.get(person, [])
            if e.time <= until
        ]
        return {"session": [dims], "exposure": exposed}

    def of_session(self, session: Session) -> Groups:
        """Exposure: a session that ends at or after it."""
        return self.base(session, session.person, session.end)

    def of_event(self, event: Event) -> Groups:
        """An event's own dimensions and those of its session."""
        return self.base(event.session, event.person, event.time)

    def of_order(self, order: Order) -> Groups:
        """An order's dimensions are its session's."""
        return self.base(order.session, order.person, order.time)

    def _sessions(self, sessions: list[Session]) -> None:
        for session in sessions:
            groups = self.of_session(session)
            self.add("sessions", session.start, session, groups)
            if session.interactions:
                touched = groups | {"asset": assets(session.interactions)}
                self.add("contributed_sessions", session.start, session, touched)
            if session.exit_page is not None:
                left = groups | {"page": [{"page": session.exit_page}]}
                self.add("exits", session.start, session, left)

    def _events(self, events: list[Event]) -> None:
        for event in events:
            groups = self.of_event(event) | self.event_groups(event)
            self.add(f"event:{event.name}", event.time, event, groups)
            if event.name == "view_item":
                for item in items_of(event.props):
                    viewed = groups | {"line": [line_dims(item)]}
                    self.add("viewed_items", event.time, event, viewed)

    def event_groups(self, event: Event) -> Groups:
        """What an event's own properties say."""
        get = event.props.get
        experience = text_id(get("experience_id"))
        folder = self.site.get("folders", {}).get(experience)
        module = text_id(get("module_id"))
        auto = {"trigger": text_id(get("trigger_id")), "message": text_id(get("message_id"))}
        return {
            "page": [{"page": page_of(event.fields.get("url"))}],
            "asset": assets([event]),
            "auto": [auto | {"target_url": label(get("target_url"))}],
            "chat": [{"experience": experience, "folder": folder, "module": module}],
            "field": [{"field": label(get("field"))}],
        }

    def _orders(self, orders: list[Order]) -> None:
        for order in orders:
            groups = self.of_order(order)
            self.add("orders", order.time, order, groups)
            for line in order.lines:
                dims = {"line": [{"product": line.product, "category": line.category}]}
                self.add("lines", order.time, line, groups | dims)
            if order.touches:
                touched = groups | {"asset": assets(order.touches)}
                self.add("contributed_orders", order.time, order, touched)
            if beta_touches(order):
                touched = groups | {"asset": assets(beta_touches(order))}
                self.add("beta_orders", order.time, order, touched)
            for line in direct_lines(order):
                self.add("direct_lines", order.time, line, groups | direct_dims(line))

    def _refunds(self, refunds: list[Refund]) -> None:
        for refund in refunds:
            order = refund.order
            groups = self.of_event(refund.event) if order is None else self.of_order(order)
            self.add("refunds", refund.event.time, refund, groups)

    def _leads(self, events: list[Event]) -> None:
        """A `qualify_lead` takes its lead's person and dimensions, only its time is its own."""
        lead_of = causes(events)
        for event in events:
            if event.name == "qualify_lead" and event.props.get("stage") in ("mql", "sql"):
                lead = lead_of.get(event, event)
                self.add("qualified_leads", event.time, lead, self.of_event(lead))

    def _trials(self, events: list[Event]) -> None:
        """Persons' first `trial_start`, and first `sign_up` or `trial_start`."""
        by_time = sorted(events, key=lambda e: e.order)
        paid = within(by_time, "subscription_start", self.site.get("trial_window_days", 30))
        active = within(by_time, "activation", self.site.get("activation_window_days", 14))
        for start in first_of_person(by_time, ("trial_start",)):
            self.add("trials", start.time, (start, paid(start)), self.of_event(start))
        for start in first_of_person(by_time, ("sign_up", "trial_start")):
            self.add("beginners", start.time, (start, active(start)), self.of_event(start))


def first_exposures(events: list[Event]) -> dict[str | None, list[Event]]:
    """The person's first exposure of each experiment."""
    found: dict[str | None, dict[str | None, Event]] = defaultdict(dict)
    for event in sorted(events, key=lambda e: e.order):
        experiment = text_id(event.props.get("experiment_id"))
        # an exposure to no experiment, or of nobody, exposes nobody to anything
        if event.name == "experiment_exposure" and experiment and event.person:
            found[event.person].setdefault(experiment, event)
    return {person: list(seen.values()) for person, seen in found.items()}


def first_of_person(events: Iterable[Event], names: tuple[str, ...]) -> list[Event]:
    """Each person's first event of these names, ever."""
    first: dict[str, Event] = {}
    for event in events:
        if event.name in names and event.person is not None:
            first.setdefault(event.person, event)
    return list(first.values())


def within(events: list[Event], name: str, days: float) -> Callable[[Event], bool]:
    """Whether the person has an event of that name at most N x 24 h after another one (R1)."""
    times: dict[str | None, list[int]] = defaultdict(list)
    for event in events:
        if event.name == name:
            times[event.person].append(event.time)
    return lambda start: any(0 <= t - start.time <= days * DAY for t in times[start.person])


def assets(events: Iterable[Event]) -> list[Dims]:
    """The assets of interactions, each with its type and placement."""
    return [
        {
            "asset": text_id(e.props.get("asset_id")),
            "asset_type": label(e.props.get("asset_type")),
            "placement": label(e.props.get("placement")),
        }
        for e in events
    ]


def line_dims(item: dict[str, Any]) -> Dims:
    """Product and category of an item."""
    return {"product": text_id(item.get("item_id")), "category": label(item.get("item_category"))}


def direct_dims(line: Line) -> Groups:
    """R8: the assets whose clicks are within the 24 h, and the line's product."""
    dims = {"product": line.product, "category": line.category}
    return {"asset": assets(line.clicks), "line": [dims]}
