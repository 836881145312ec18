"""Small nasty streams of events: everything that has ever made a number wrong, close together.

Who draws is left open: Hypothesis (`streams`), or a seeded generator (`stream`).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from support import chats, talk_scenes

T = TypeVar("T")
Event = dict[str, Any]
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# Zones with moments at which their clocks change, and ordinary ones.
ZONES = {
    "UTC": ("2026-01-05T10:00:00Z", "2026-01-05T23:59:59.999Z", "2026-02-01T00:00:00Z"),
    "Europe/Berlin": ("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2026-03-28T23:00:00Z"),
    "America/New_York": ("2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-11-01T04:00:00Z"),
    "Australia/Lord_Howe": ("2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z", "2026-04-04T13:00:00Z"),
    "Asia/Kolkata": ("2026-01-31T18:30:00Z", "2026-02-01T18:29:59.999Z", "2026-02-02T05:00:00Z"),
    "America/Santiago": ("2026-09-06T04:00:00Z", "2026-04-05T03:00:00Z", "2026-09-07T03:00:00Z"),
    "Asia/Kathmandu": ("2026-01-31T18:15:00Z", "2026-02-01T12:00:00Z", "2026-02-02T05:00:00Z"),
}
KEY_EVENTS = (
    (("purchase",), ("purchase",)),
    (("purchase", "generate_lead", "sign_up"), ("purchase",)),
    (("purchase", "page_view"), ("purchase", "page_view")),
    (("asset_click", "purchase", "add_to_cart"), ("asset_click", "purchase")),
    (("brochure", "page_leave", "generate_lead"), ("brochure", "generate_lead")),
    (("view_item", "refund", "purchase", "asset_interaction"), ("purchase", "view_item")),
)
MICRO = (
    (),
    (
        {"id": "reader", "page": "/blog*", "engaged_seconds": 60},
        {"id": "brochure", "event": "brochure"},
    ),
    ({"id": "look", "event": "view_item"}, {"id": "buy", "event": "purchase"}),
)
RATES = (
    {"date": "2025-01-01", "currency": "USD", "rate": "0.9137"},
    {"date": "2026-03-29", "currency": "USD", "rate": "0.901822"},
    {"date": "2026-10-25", "currency": "USD", "rate": "0.924664"},
    {"date": "2026-02-01", "currency": "GBP", "rate": "1.147682"},
)
VISITORS = ("v1", "v2", "v3", "v4")
CUSTOMERS = ("c1", "c2", "c3")
ORDERS = ("T1", "T2", "T3", "T4", "T5", None)
URLS = (
    "https://shop.example/blog/a",
    "https://shop.example/products/p1?utm_source=news&utm_medium=email",
    "https://shop.example",
    "https://shop.example/cart#top",
    "https://www.shop.example/collections/c?gclid=1",
    "https://shop.example/blog/b?again",
    None,
)
REFERRERS = (None, None, "https://www.google.com/", "https://checkout.example/", "https://t.co/x")
CURRENCIES = (None, None, None, None, None, "EUR", "USD", "GBP", "JPY")
PLACEMENTS = ("home", "cart", "mini_cart", "product", None)
TYPES = ("quiz", "booster", None, "null", "")
STEPS = (0, 1, MINUTE, 10 * MINUTE)


class Dice(Protocol):
    """Whoever draws."""

    def pick(self, options: Sequence[T]) -> T:
        """One of them; the first ones are the simplest."""
        ...

    def number(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        ...


@dataclass(frozen=True)
class RandomDice:
    """Draws from a seeded generator."""

    random: random.Random

    def pick(self, options: Sequence[T]) -> T:
        return options[self.random.randrange(len(options))]

    def number(self, least: int, most: int) -> int:
        return self.random.randint(least, most)


@dataclass(frozen=True)
class HypothesisDice:
    """Draws what Hypothesis wants to see."""

    draw: Callable[[st.SearchStrategy[Any]], Any]

    def pick(self, options: Sequence[T]) -> T:
        found: T = self.draw(st.sampled_from(options))
        return found

    def number(self, least: int, most: int) -> int:
        found: int = self.draw(st.integers(least, most))
        return found


@dataclass(frozen=True)
class Stream:
    """A site and what happened there, in order of arrival."""

    site: dict[str, Any]
    rates: tuple[dict[str, str], ...]
    events: tuple[Event, ...]
    tables: chats.Tables = field(default_factory=dict)

    def __repr__(self) -> str:
        lines = [f"    {event!r}," for event in self.events]
        return "\n".join(
            [f"Stream({self.site!r}, {self.rates!r}, (", *lines, f"), {self.tables!r})"]
        )


@dataclass(frozen=True)
class World:
    """What the events of one stream have in common."""

    site: dict[str, Any]
    rates: tuple[dict[str, str], ...]
    moments: tuple[int, ...]
    visitors: tuple[str, ...] = VISITORS
    has_deletions: bool = False
    tables: chats.Tables = field(default_factory=dict)
    talks: tuple[str, ...] = talk_scenes.TALKS

    @property
    def timeout(self) -> int:
        minutes: int = self.site["session_timeout_minutes"]
        return minutes * MINUTE


def world(dice: Dice) -> World:
    """A site's settings, and the moments around which everything happens there."""
    zone = dice.pick(tuple(ZONES))
    key_events, conversions = dice.pick(KEY_EVENTS)
    site = {
        "timezone": zone,
        "currency": dice.pick(("EUR", "EUR", "EUR", "USD", "JPY")),
        "session_timeout_minutes": dice.pick((30, 30, 30, 5, 60)),
        "attribution_window_days": dice.pick((7, 1)),
        "trial_window_days": dice.pick((30, 1)),
        "activation_window_days": dice.pick((14, 1)),
        "key_events": list(key_events),
        "conversions": list(conversions),
        "hosts": ["checkout.example"],
        "micro_conversions": [dict(rule) for rule in dice.pick(MICRO)],
        "verified_revenue_only": dice.number(0, 9) == 9,
        "folders": dict(dice.pick(chats.FOLDERS)),
    }
    moments = [_ms(dice.pick(ZONES[zone])) for _ in range(2)]
    visitors = dice.pick((VISITORS, VISITORS, VISITORS[:2]))
    rates = RATES if dice.number(0, 4) else ()
    has_deletions = dice.number(0, 2) == 2
    tables = chats.tables(dice, zone, tuple(moments))
    return World(site, rates, tuple(moments), visitors, has_deletions, tables)


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


@dataclass
class Scene:
    """A few events that have to do with each other."""

    dice: Dice
    world: World
    events: list[Event] = field(default_factory=list)

    def moment(self) -> int:
        """Somewhere around the stream's moments: exactly there, or off by what matters."""
        timeout = self.world.timeout
        near = (0, 1, MINUTE, -1, -MINUTE, timeout, timeout + 1, HOUR, -HOUR, DAY, -DAY, 2 * DAY)
        return self.dice.pick(self.world.moments) + self.dice.pick(near) + self.dice.pick(STEPS)

    def later(self, at: int) -> int:
        """A bit later, perhaps exactly the timeout."""
        return at + self.dice.pick((*STEPS, *STEPS, self.world.timeout, self.world.timeout + 1))

    def some(self, *options: T) -> T:
        return self.dice.pick(options)

    def rarely(self, odds: int) -> bool:
        return self.dice.number(1, odds) == odds

    def tell(
        self, name: str, at: int, visitor: str | None, customer: str | None = None, **more: Any
    ) -> None:
        """Adds an event; what is None is left out."""
        url = more.pop("url", None)
        event = {
            "event_id": f"{self.dice.number(0, 99):02}",
            "event": name,
            "occurred_at": at,
            "visitor_id": visitor,
            "customer_id": customer,
            "url": url,
            "properties": {key: value for key, value in more.items() if value is not None},
        }
        if self.rarely(3):
            event |= {
                "device": self.some(None, "desktop", "mobile"),
                "country": self.some(None, "DE", "FR"),
                "referrer": self.some(*REFERRERS),
                "utm_campaign": self.some(None, None, "shopping"),
            }
        if self.rarely(60):
            event["user_agent"] = "python-requests/2.31"
        self.events.append({key: value for key, value in event.items() if value is not None})

    def visitor(self) -> str:
        return self.dice.pick(self.world.visitors)

    def anybody(self) -> tuple[str | None, str | None]:
        """Ids of a system event: of a visitor, of a customer, of both or of nobody."""
        ids: tuple[tuple[str | None, str | None], ...] = (
            (self.visitor(), None),
            (None, self.some(*CUSTOMERS)),
            (self.visitor(), self.some(*CUSTOMERS)),
            (None, None),
        )
        return self.dice.pick(ids)

    def known(self) -> str | None:
        """A customer, as a visitor's event names one now and then."""
        return self.some(*CUSTOMERS) if self.rarely(8) else None

    def items(self) -> list[dict[str, Any]]:
        return [self.item() for _ in range(self.dice.number(1, 3))]

    def item(self) -> dict[str, Any]:
        item = {
            "item_id": self.some("p1", "p2", None),
            "item_category": self.some(None, "shoes", "", "undefined"),
            "price": self.some(10, 3.33, 0, 19.999, None) if self.rarely(3) else 7,
            "quantity": self.some(None, 2, 3, 0, 1.5),
        }
        return {key: value for key, value in item.items() if value is not None}

    # --- scenes ----------------------------------------------------------------------------

    def visit(self) -> None:
        """A visitor goes from page to page."""
        visitor, at = self.visitor(), self.moment()
        for _ in range(self.dice.number(1, 5)):
            self.act(visitor, at)
            at = self.later(at)

    def glance(self) -> None:
        """A visitor sees one page, and perhaps leaves it in an orderly way."""
        visitor, at, url = self.visitor(), self.moment(), self.some(*URLS)
        self.tell("page_view", at, visitor, url=url)
        if self.rarely(2):
            self.tell("page_leave", self.later(at), visitor, url=url, **self.details("page_leave"))

    def shopping(self) -> None:
        """A visitor goes the whole way to an order, or most of it."""
        visitor, at = self.visitor(), self.moment()
        for name in (
            "page_view",
            "asset_view",
            "asset_click",
            "view_item",
            "add_to_cart",
            "begin_checkout",
        ):
            if not self.rarely(4):
                self.tell(
                    name, at, visitor, self.known(), url=self.some(*URLS), **self.details(name)
                )
                at = self.later(at)
        if not self.rarely(4):
            self.purchase(at, visitor, self.known(), self.some(*ORDERS), None)
            at = self.later(at)
        if self.rarely(2):
            page = self.some(*URLS)
            self.tell("page_leave", at, visitor, url=page, **self.details("page_leave"))

    def act(self, visitor: str, at: int) -> None:
        """Something that a visitor does, or that happens before a visitor's eyes."""
        name = self.some(
            "page_view", "page_view", "page_leave", "view_item", "add_to_cart", "begin_checkout",
            "session_end", "asset_view", "asset_click", "asset_interaction", "scroll", "brochure",
            "sign_up", "asset_load", "view_item_list", "click",
        )  # fmt: skip
        url = self.some(*URLS)
        self.tell(name, at, visitor, self.known(), url=url, **self.details(name))

    def details(self, name: str) -> dict[str, Any]:
        """Properties that fit an event."""
        if name == "page_leave":
            seconds = self.some(None, 30_000, 60_000, 59_999, 1.5)
            return {"engaged_ms": seconds, "max_scroll_pct": self.some(None, 0, 50, 99.5)}
        if name in ("view_item", "add_to_cart", "begin_checkout"):
            return {"items": self.some(None, [], self.items())}
        if name.startswith("asset_"):
            return {
                "asset_id": self.some("a1", "a2", None, "null"),
                "asset_type": self.some(*TYPES),
                "placement": self.some(*PLACEMENTS),
                "product_id": self.some("p1", "p2", None) if name == "asset_click" else None,
            }
        return {}

    def told_by_server(self) -> None:
        """Anything can be told by a server: it is no activity then."""
        name = self.some("page_view", "asset_click", "sign_up", "view_item", "page_leave", "click")
        visitor, customer = self.anybody()
        at, url = self.moment(), self.some(*URLS)
        self.tell(name, at, visitor, customer, url=url, source="server", **self.details(name))

    def link(self) -> None:
        """A visitor logs in."""
        self.tell("login", self.moment(), self.visitor(), self.some(*CUSTOMERS))

    def order(self) -> None:
        """An order, told once or several times, and perhaps refunded."""
        at, order = self.moment(), self.some(*ORDERS)
        visitor: str | None = self.visitor()
        if not self.rarely(4):
            self.purchase(at, visitor, self.known(), order, None)
        for source in ("server", "import"):
            if self.rarely(3):
                visitor, customer = self.anybody()
                self.purchase(
                    self.later(at) - self.some(0, MINUTE), visitor, customer, order, source
                )
        if self.rarely(2):
            self.refund(self.later(at), order)

    def purchase(
        self,
        at: int,
        visitor: str | None,
        customer: str | None,
        order: str | None,
        source: str | None,
    ) -> None:
        self.tell(
            "purchase", at, visitor, customer,
            transaction_id=order, source=source,
            value=self.some(20, 49.99, None, None, 0, 0.01),
            currency=self.some(*CURRENCIES),
            items=self.some(None, self.items(), self.items()),
        )  # fmt: skip

    def refund(self, at: int, order: str | None) -> None:
        visitor, customer = self.anybody()
        self.tell(
            "refund", at, visitor, customer,
            transaction_id=order,
            value=self.some(5, None, 20.01, 0),
            currency=self.some(*CURRENCIES),
            items=self.some(None, None, self.items()),
        )  # fmt: skip

    def late_refund(self) -> None:
        """A refund of some order, or of one that nobody knows."""
        self.refund(self.moment(), self.some(*ORDERS, "T9"))

    def direct_sale(self) -> None:
        """A product is clicked through an asset and bought a day later, to the millisecond."""
        visitor, at = self.visitor(), self.moment()
        click = {"asset_id": self.some("a1", "a2"), "placement": self.some(*PLACEMENTS)}
        self.tell("asset_click", at, visitor, product_id="p1", **click)
        buyer = self.visitor() if self.rarely(3) else visitor
        bought = at + self.some(DAY, DAY + 1, DAY - 1, 0, -1, HOUR)
        self.tell(
            "purchase", bought, buyer, self.known(),
            transaction_id=self.some("T6", "T7", "T1"), items=[{"item_id": "p1", "price": 5}],
        )  # fmt: skip

    def lead(self) -> None:
        """A lead, and what becomes of it."""
        lead, at = self.some("L1", "L2", None), self.moment()
        if not self.rarely(4):
            self.tell("generate_lead", at, self.visitor(), self.known(), lead_id=lead, value=5)
        if not self.rarely(3):
            visitor, customer = self.anybody()
            stage = self.some("mql", "sql", "lost", None)
            self.tell("qualify_lead", self.later(at), visitor, customer, lead_id=lead, stage=stage)

    def trial(self) -> None:
        """A trial or a sign-up, and its end at the edge of the window."""
        at, visitor = self.moment(), self.visitor()
        self.tell(self.some("trial_start", "sign_up"), at, visitor, self.known())
        days = self.world.site[self.some("trial_window_days", "activation_window_days")]
        after = at + self.some(0, MINUTE, days * DAY, days * DAY + 1, -1)
        if self.rarely(2):
            who = self.anybody()
            self.tell("subscription_start", after, *(who if self.rarely(3) else (visitor, None)))
        else:
            self.tell("activation", after, visitor if self.rarely(2) else self.visitor())

    def exposure(self) -> None:
        """A person is shown a variant, perhaps told by a server."""
        visitor, customer = self.anybody() if self.rarely(5) else (self.visitor(), self.known())
        self.tell(
            "experiment_exposure", self.moment(), visitor, customer,
            experiment_id=self.some("x1", "x2"), variant=self.some("A", "B", None, "null"),
            source="server" if visitor is None else None,
        )  # fmt: skip

    def deletion(self) -> None:
        """Somebody wants to be forgotten."""
        ids = ((None, self.some(*CUSTOMERS)), (self.visitor(), None), (self.visitor(), "c1"))
        self.tell("customer_deleted", self.moment(), *self.some(*ids))

    def talk(self) -> list[Event]:
        """Something of a one-to-one conversation."""
        self.dice.pick(talk_scenes.SCENES)(self)
        return self.events

    def anything(self) -> list[Event]:
        """One scene."""
        scenes = (
            [self.shopping] * 6 + [self.visit] * 5 + [self.link] * 2
            + [self.order] * 5 + [self.direct_sale] * 2
            + [self.lead, self.trial, self.late_refund, self.told_by_server, self.glance] * 2
            + [partial(tell, self) for tell in (chats.chat, chats.told_of_chat, chats.nps)] * 2
            + [self.exposure] * 3 + [self.talk] * 4
            + ([self.deletion] * 2 if self.world.has_deletions else [])
        )  # fmt: skip
        self.dice.pick(scenes)()
        return self.events


def assemble(dice: Dice, made: World, scenes: Sequence[Sequence[Event]]) -> Stream:
    """All scenes in one stream: ids made unique, a few events told twice or contradicted."""
    events = [event for scene in scenes for event in scene]
    for place, event in enumerate(events):
        event["event_id"] += f"{place:03}"
    for event in list(events):
        if dice.number(1, 30) == 30:
            again = dict(event) if dice.number(0, 2) else event | {"title": "another"}
            events.insert(dice.number(0, len(events)), again)
    return Stream(made.site, made.rates, tuple(events), made.tables)


def stream(seed: int, scenes: int = 8) -> Stream:
    """A stream from a seed."""
    dice = RandomDice(random.Random(seed))
    made = world(dice)
    return assemble(dice, made, [Scene(dice, made).anything() for _ in range(scenes)])


def rich_stream(seed: int, zone: str = "Europe/Berlin", scenes: int = 120) -> Stream:
    """A stream in which everything happens, and nobody is deleted."""
    dice = RandomDice(random.Random(seed))
    site = {
        "timezone": zone,
        "currency": "EUR",
        "session_timeout_minutes": 30,
        "attribution_window_days": 7,
        "trial_window_days": 30,
        "activation_window_days": 14,
        "key_events": ["purchase", "generate_lead", "page_view", "asset_click"],
        "conversions": ["purchase", "generate_lead"],
        "hosts": ["checkout.example"],
        "micro_conversions": [dict(rule) for rules in MICRO for rule in rules],
        "folders": dict(chats.FOLDERS[0]),
    }
    visitors = tuple(f"v{number}" for number in range(1, 13))
    talks = tuple(f"k{number}" for number in range(1, 41))
    moments = tuple(_ms(moment) for moment in ZONES[zone])
    tables = chats.tables(dice, zone, moments)
    made = World(site, RATES, moments, visitors, tables=tables, talks=talks)
    told = [Scene(dice, made).anything() for _ in range(scenes)]
    told += [Scene(dice, made).talk() for _ in range(scenes // 3)]
    all_of_it = Scene(dice, made)
    chats.everything(all_of_it)
    return assemble(dice, made, [*told, all_of_it.events])


@st.composite
def streams(draw: Callable[[st.SearchStrategy[Any]], Any], most: int = 12) -> Stream:
    """Streams of a few scenes."""
    dice = HypothesisDice(draw)
    made = world(dice)
    scenes = draw(st.lists(_scenes(made), min_size=3, max_size=most))
    return assemble(dice, made, scenes)


@st.composite
def _scenes(draw: Callable[[st.SearchStrategy[Any]], Any], made: World) -> list[Event]:
    return Scene(HypothesisDice(draw), made).anything()
