"""The people of the demonstration, what the shop remembers of them, and what is still to come."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from footfall.doors.demo.crowd import GEAR_LADDER, PLACE_LADDER
from footfall.doors.demo.draw import Bools, Draw, Floats, Ints, ladder
from footfall.doors.demo.rhythm import Calendar
from footfall.doors.demo.shop import tastes
from footfall.doors.demo.trials import TRIALS

# How many times people come: once, twice, three times …
TIMES = ladder([0.795, 0.125, 0.04, 0.018, 0.009, 0.005, 0.003, 0.002, 0.0015, 0.0015])
# Days until the next visit, as quantiles at equal distances.
PAUSES = (1, 1, 1, 2, 3, 5, 7, 10, 16, 26, 45)
TWINS = 0.025
MEMBERS = 0.08


class Later(NamedTuple):
    """Something that will happen outside a visit: an event of a visitor, a customer or neither."""

    name: str
    at: int
    visitor: int
    customer: int
    properties: str | None


@dataclass
class People:
    """All visitors, one place in each array per visitor.

    `person` is the visitor who stands for the person (two devices of one person share it), and
    what is known of a person stands at that place.
    """

    person: Ints
    gear: Ints
    place: Ints
    taste: Ints
    joined: Bools
    active: Bools
    seen: Bools

    @classmethod
    def born(cls, count: int, seed: int) -> People:
        """As many visitors as asked for; some are one person's second device."""
        draw = Draw(seed, 1)
        person = np.arange(count)
        twin = np.flatnonzero(draw.chance(TWINS, count))
        person[twin] = draw.whole(0, count, len(twin))
        person[person[twin]] = person[twin]
        joined = draw.chance(MEMBERS, count)
        joined[person[twin]] = True
        return cls(
            person=person,
            gear=draw.pick(GEAR_LADDER, count),
            place=draw.pick(PLACE_LADDER, count),
            taste=tastes(draw, count),
            joined=joined,
            active=joined.copy(),
            seen=np.zeros(count, dtype=np.bool_),
        )


@dataclass
class World:
    """The shop over time: its calendar, its people, its number ranges and its diary."""

    seed: int
    calendar: Calendar
    people: People
    diary: list[Ints]
    exposed: Bools
    later: dict[int, list[Later]] = field(default_factory=lambda: defaultdict(list))
    comebacks: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    orders: int = 0
    talks: int = 0
    leads: int = 0

    @classmethod
    def made(cls, calendar: Calendar, visitors: int, seed: int) -> World:
        """A world before its first day."""
        people = People.born(visitors, seed)
        exposed = np.zeros((len(TRIALS), visitors), dtype=np.bool_)
        return cls(seed, calendar, people, diary(calendar, visitors, seed), exposed)

    def draw(self, topic: int, day: int) -> Draw:
        """The chances of one topic on one day, whatever the other topics do."""
        return Draw(self.seed, topic, day)

    def due(self, later: Later) -> None:
        """Notes what is to come; what comes after the last day never does."""
        place = self.calendar.place(later.at)
        if place < self.calendar.days:
            self.later[place].append(later)

    def visitors_of(self, day: int) -> Ints:
        """Who comes on a day, each visitor once."""
        returning = np.array(self.comebacks.pop(day, []), dtype=np.int64)
        return np.unique(np.concatenate([self.diary[day], returning]))


def diary(calendar: Calendar, visitors: int, seed: int) -> list[Ints]:
    """Who means to come on which day: everybody at least once, some again and again."""
    draw = Draw(seed, 2)
    weights = calendar.weights()
    day = draw.pick(ladder(weights), visitors)
    times = draw.pick(TIMES, visitors)
    who, when = [np.arange(visitors, dtype=np.int32)], [day.astype(np.int16)]
    visitor = np.arange(visitors)
    for already in range(len(TIMES) - 1):
        again = times[visitor] > already
        visitor, day = visitor[again], _next_day(day[again], weights, draw)
        inside = day < calendar.days
        visitor, day = visitor[inside], day[inside]
        who.append(visitor.astype(np.int32))
        when.append(day.astype(np.int16))
    return _by_day(np.concatenate(who), np.concatenate(when), calendar.days)


def _next_day(day: Ints, weights: Floats, draw: Draw) -> Ints:
    """One of two days on which they might come back, the busier the likelier."""
    padded = np.append(weights, np.ones(200))
    count = len(day)
    one = day + draw.spread(PAUSES, count).astype(np.int64)
    other = day + draw.spread(PAUSES, count).astype(np.int64)
    share: Floats = padded[one] / (padded[one] + padded[other])
    return np.where(draw.chance(share, count), one, other)


def _by_day(who: Ints, when: Ints, days: int) -> list[Ints]:
    order = np.argsort(when, kind="stable")
    edges = np.searchsorted(when[order], np.arange(1, days))
    return np.split(who[order], edges)
