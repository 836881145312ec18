"""A published stream with other settings and a few thousand small changes: as nasty, but not known.

The expected numbers come from the slow reference, which is right on the stream itself.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

Event = dict[str, Any]
Lines = Sequence[bytes]
MINUTE = 60_000
DAY = 1440 * MINUTE
ZONES = (
    "Europe/Berlin", "America/New_York", "UTC", "Australia/Lord_Howe", "Asia/Kolkata",
    "America/Santiago", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "Africa/Cairo",
    "Pacific/Chatham", "Asia/Tehran",
)  # fmt: skip
KEY_EVENTS = (
    (("purchase",), ("purchase",)),
    (("purchase", "page_view", "asset_click"), ("purchase", "asset_click")),
    (("generate_lead", "sign_up", "page_leave", "refund"), ("sign_up",)),
    (("brochure_download", "search", "experience_start"), ("search",)),
)
NAMES = (
    "purchase", "refund", "page_view", "session_end", "asset_click", "add_to_cart", "page_leave",
    "experiment_exposure", "sign_up",
)  # fmt: skip
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY")


def other_settings(site: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A site's settings with another zone, timeout, currency and so on."""
    key_events, conversions = dice.choice(KEY_EVENTS)
    return site | {
        "timezone": dice.choice(ZONES),
        "session_timeout_minutes": dice.choice((30, 30, 1, 5, 45, 240)),
        "currency": dice.choice(CURRENCIES[:3]),
        "key_events": list(key_events),
        "conversions": list(conversions),
        "verified_revenue_only": dice.random() < 0.2,
        "attribution_window_days": dice.choice((1, 7, 30)),
        "trial_window_days": dice.choice((1, 7, 30)),
        "activation_window_days": dice.choice((1, 14)),
        "hosts": dice.choice(([], ["checkout.example", "shop.example"])),
    }


def mutated(lines: Lines, timeout_minutes: int, dice: random.Random) -> list[bytes]:
    """Some of the events, each with a chance to be changed a little; every other time shuffled."""
    share = dice.uniform(0.3, 1)
    events = [json.loads(line) for line in lines if dice.random() < share]
    change = _Changes(dice, dice.choice((0.02, 0.1, 0.3)), timeout_minutes * MINUTE)
    change.look_at(events)
    for event in events:
        change(event)
    if dice.random() < 0.5:
        dice.shuffle(events)
    return [json.dumps(event).encode() for event in events]


class _Changes:
    """Changes events so that they meet people, orders and moments which they did not meet."""

    def __init__(self, dice: random.Random, rate: float, timeout: int) -> None:
        self.dice, self.rate = dice, rate
        self.shifts = (1, -1, timeout, timeout + 1, -timeout, DAY, DAY + 1, 60 * MINUTE)
        self.visitors: list[str] = []
        self.customers: list[str] = []
        self.orders: list[Any] = []

    def look_at(self, events: list[Event]) -> None:
        """Knows whom and what the events speak of; every third time only a few of them."""
        few = self.dice.random() < 0.33

        def some(found: list[Any]) -> list[Any]:
            return self.dice.sample(found, min(len(found), 30)) if few else found

        self.visitors = some([e["visitor_id"] for e in events if e.get("visitor_id")])
        self.customers = some([e["customer_id"] for e in events if e.get("customer_id")])
        told = (properties_of(event).get("transaction_id") for event in events)
        self.orders = some([order for order in told if order])

    def __call__(self, event: Event) -> None:
        properties = properties_of(event)
        changes: tuple[tuple[float, Callable[[], object]], ...] = (
            (1, lambda: self._give(event, "visitor_id", self.visitors)),
            (0.3, lambda: event.update(customer_id=self.dice.choice(self.customers))),
            (1, lambda: self._move(event)),
            (1, lambda: self._give(properties, "transaction_id", self.orders)),
            (0.2, lambda: properties.update(source=self.dice.choice(("server", "import")))),
            (0.5, lambda: self._give(properties, "currency", CURRENCIES)),
            (0.3, lambda: properties.pop("value", None)),
            (0.3, lambda: properties.pop("items", None)),
            (0.3, lambda: properties.get("source") and event.pop("visitor_id", None)),
            (0.05, lambda: event.update(event=self.dice.choice(NAMES))),
        )
        for weight, change in changes:
            if self.dice.random() < weight * self.rate:
                change()

    def _give(self, told: Event, name: str, options: Sequence[Any]) -> None:
        """Another value for what is told; nothing for what is not."""
        if told.get(name):
            told[name] = self.dice.choice(options)

    def _move(self, event: Event) -> None:
        told = event.get("occurred_at")
        if isinstance(told, str):
            told = round(datetime.fromisoformat(told).timestamp() * 1000)
        if isinstance(told, int):
            event["occurred_at"] = told + self.dice.choice(self.shifts)


def properties_of(event: Event) -> Event:
    """The event's properties; an empty object that nobody sees where there are none."""
    told = event.get("properties")
    return told if isinstance(told, dict) else {}
