"""Every single session is the one that the slow reference has: its ends, and what it tells.

The streams are many visitors' few events, all close to where one more millisecond, another event id
or an absent value makes another session of them (R3).
"""

from __future__ import annotations

import random
from typing import Any

import pytest

from reference import Reference
from support.shop import RECEIVED, Shop, line_of, shop_of
from support.told import told

MINUTE = 60_000
BEGIN = 1_767_600_000_000  # 2026-01-05 08:00, where a slot of 30 minutes begins
TIMEOUT = 30 * MINUTE
STEPS = (0, 0, 0, 1, 1, 1, MINUTE, MINUTE, 10 * MINUTE, TIMEOUT - 1, TIMEOUT, TIMEOUT + 1)
NAMES = ("page_view",) * 5 + ("page_leave", "session_end", "click", "view_item", "scroll", "visit")
TELLING = {
    "device": ("desktop", "mobile"),
    "browser": ("Firefox", "Chrome"),
    "os": ("Linux", "Windows"),
    "country": ("DE", "FR"),
    "region": ("north", "south"),
    "utm_source": ("news", "google"),
    "utm_medium": ("email", "cpc"),
    "utm_campaign": ("spring",),
    "url": ("https://shop.example/blog/a", "https://shop.example/cart", "https://shop.example"),
}
COLUMNS = (
    "device", "browser", "os", "country", "region", "channel", "source", "medium", "campaign",
    "landing_page", "exit_page", "intent",
)  # fmt: skip
Event = dict[str, Any]


def crowd(seed: int, visitors: int = 120, odds: float = 0.5) -> list[Event]:
    """Events of a crowd in a random order of arrival; ``odds`` that an event tells a thing."""
    dice = random.Random(seed)
    events = []
    for visitor in range(visitors):
        at = BEGIN + dice.choice((0, 1, MINUTE, TIMEOUT - 1))
        for _ in range(dice.randint(1, 9)):
            events.append(event(dice, f"v{visitor}", at, odds))
            at += dice.choice(STEPS)
    dice.shuffle(events)
    for event_id, each in zip(dice.sample(range(10_000), len(events)), events, strict=True):
        each["event_id"] = f"{event_id:04}"
    return events


def event(dice: random.Random, visitor: str, at: int, odds: float) -> Event:
    told = {name: dice.choice(each) for name, each in TELLING.items() if dice.random() < odds}
    source = {"source": "server"} if dice.random() < 0.05 else {}
    return {
        "event": dice.choice(NAMES),
        "occurred_at": at,
        "visitor_id": visitor,
        "properties": source,
        **told,
    }


def of_shop(shop: Shop) -> list[tuple[Any, ...]]:
    return sorted(
        shop.con.execute(f"""
            SELECT v.visitor_id, s.ts // 1000, s.end_ts // 1000, s.bounced,
                {", ".join(f"coalesce(s.{name}, '')" for name in COLUMNS)}
            FROM sessions s JOIN visitors v ON v.visitor = s.visitor
        """).fetchall()
    )


def reference_of(events: list[Event], site: dict[str, Any] | None = None) -> Reference:
    return Reference([line_of(each) for each in events], site or {}, {}, RECEIVED)


def of_reference(events: list[Event], site: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    return sorted(
        (each["visitor_id"], each["start"], each["end"], each["bounced"],
         *(each[name] or "" for name in COLUMNS))
        for each in reference_of(events, site).sessions()
    )  # fmt: skip


@pytest.mark.parametrize("odds", [1.0, 0.9, 0.5, 0.1])
@pytest.mark.parametrize("seed", range(3))
def test_every_session_is_as_the_reference_has_it(seed: int, odds: float) -> None:
    events = crowd(seed, odds=odds)
    with shop_of(events) as shop:
        assert of_shop(shop) == of_reference(events)


@pytest.mark.parametrize("minutes", [1, 24 * 60])
def test_the_shortest_and_the_longest_timeout_are_as_exact(minutes: int) -> None:
    site = {"session_timeout_minutes": minutes}
    events = crowd(300)
    with shop_of(events, site) as shop:
        assert of_shop(shop) == of_reference(events, site)


@pytest.mark.parametrize("seed", range(2))
def test_sessions_that_come_bit_by_bit_are_the_same(seed: int) -> None:
    events = crowd(100 + seed)
    with shop_of(events[: len(events) // 2]) as shop:
        for at in range(len(events) // 2, len(events), 80):
            shop.append(events[at : at + 80])
        assert of_shop(shop) == of_reference(events)


@pytest.mark.parametrize("seed", range(2))
def test_what_no_session_was_open_for_belongs_to_none(seed: int) -> None:
    """Of several ``session_end`` in a millisecond it does not matter which are the session's."""
    events = crowd(200 + seed)
    alone = {
        (each.visitor, each.time)
        for each in reference_of(events).events
        if each.session is None and not each.system and each.name != "session_end"
    }
    assert alone
    with shop_of(events) as shop:
        found = shop.con.execute("""
            SELECT DISTINCT v.visitor_id, o.ts // 1000
            FROM orphans o JOIN visitors v ON v.visitor = o.visitor
            JOIN events e ON e.visitor = o.visitor AND e.ts = o.ts
            WHERE e.name = 'page_leave' AND NOT e.system
        """).fetchall()
        assert set(found) == alone


def test_a_visit_that_begins_with_two_events_at_once_is_told_by_all_of_it() -> None:
    """A view and a scroll in one millisecond, a click a minute later: no bounce, 60 seconds."""
    at_once = [told("2026-01-05 10:00", name, "anna") for name in ("page_view", "scroll")]
    with shop_of([*at_once, told("2026-01-05 10:01", "click", "anna")]) as shop:
        assert (shop.value("bounce_rate"), shop.value("avg_session_duration")) == (0, 60)
