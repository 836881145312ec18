"""The same events on other ways: shuffled, in several imports, some of them told again."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from support.shop import Shop, shop_of
from support.snapshot import Rows, snapshot, unlike
from support.streams import Dice, Event, Stream


@dataclass(frozen=True)
class Arrival:
    """Imports one after the other; tables and rates come before one of them, or at the end."""

    imports: tuple[tuple[Event, ...], ...]
    rates_before: int


def arrival(dice: Dice, stream: Stream, most: int = 4) -> Arrival:
    """The stream's events in another order and in several imports.

    Of two events with one id the first stays the first, as a duplicate conflict wants it.
    """
    events = _shuffled(dice, stream.events)
    events += [events[dice.number(0, len(events) - 1)] for _ in range(dice.number(0, 3))]
    cuts = sorted(dice.number(0, len(events)) for _ in range(dice.number(1, most - 1)))
    bounds = [0, *cuts, len(events)]
    imports = [tuple(events[a:b]) for a, b in pairwise(bounds) if a < b]
    return Arrival(tuple(imports), dice.number(0, len(imports)))


def _shuffled(dice: Dice, events: tuple[Event, ...]) -> list[Event]:
    told: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        told[event["event_id"]].append(event)
    placed = sorted(((dice.number(0, 999), at) for at in range(len(events))), key=lambda pair: pair)
    return [told[events[at]["event_id"]].pop(0) for _, at in placed]


def broken(stream: Stream, one: Arrival) -> list[str]:
    """Rows that another arrival, or building anew after it, makes different."""
    with shop_of(stream.events, stream.site, stream.rates, stream.tables) as shop:
        at_once = snapshot(shop)
    with shop_of((), stream.site) as shop:
        _take_in(shop, stream, one)
        bit_by_bit = snapshot(shop)
        shop.rebuild()
        anew = snapshot(shop)
    return _told("in parts, not at once", bit_by_bit, at_once) + _told(
        "in parts, not built anew", bit_by_bit, anew
    )


def _take_in(shop: Shop, stream: Stream, one: Arrival) -> None:
    for number in range(len(one.imports) + 1):
        if number == min(one.rates_before, len(one.imports)):
            _take_tables_in(shop, stream)
        if number < len(one.imports):
            shop.append(one.imports[number])


def _take_tables_in(shop: Shop, stream: Stream) -> None:
    """Each table in two imports, and the exchange rates last."""
    for kind, rows in stream.tables.items():
        for part in (rows[::2], rows[1::2]):
            if part:
                shop.append_table(kind, part)
    if stream.rates:
        shop.append_rates(stream.rates)


def _told(what: str, one: dict[str, Rows], other: dict[str, Rows]) -> list[str]:
    return [f"{what}: {each}" for each in unlike(one, other)]
