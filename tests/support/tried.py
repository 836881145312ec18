"""People in an experiment, made up visit by visit, and their numbers computed slowly.

The slow computation goes through each person's visits one by one, in fractions, and shares nothing
with the product: no table, no statement, no moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

MINUTE, DAY = 60_000, 86_400_000
START = datetime(2026, 1, 5, tzinfo=UTC)
EXPERIMENT = "try"


@dataclass
class Visit:
    """A visit: pages two minutes apart, perhaps an exposure, an order, a refund of it."""

    begins: int
    pages: int
    device: str = "desktop"
    exposed: str | None = None
    order: Fraction | None = None
    refund: tuple[int, Fraction] | None = None
    """How long after the order, in ms, and how much."""

    @property
    def exposed_at(self) -> int:
        return self.begins + MINUTE

    @property
    def ordered_at(self) -> int:
        return self.begins + 2 * MINUTE * (self.pages - 1) + MINUTE

    @property
    def ends(self) -> int:
        """The last event."""
        last = self.begins + 2 * MINUTE * (self.pages - 1)
        moments = [last, self.exposed_at if self.exposed else last]
        return max([*moments, self.ordered_at if self.order is not None else last])


@dataclass
class Human:
    """A visitor and his visits, in order."""

    name: str
    visits: list[Visit] = field(default_factory=list)


def events_of(people: Sequence[Human], experiment: str = EXPERIMENT) -> list[dict[str, Any]]:
    """The events of all visits."""
    return [event for human in people for event in _events(human, experiment)]


def _events(human: Human, experiment: str) -> Iterator[dict[str, Any]]:
    for number, visit in enumerate(human.visits):

        def told(
            name: str, at: int, key: str, *, number: int = number, visit: Visit = visit, **more: Any
        ) -> dict[str, Any]:
            moment = START + timedelta(milliseconds=at)
            return {
                "event": name, "event_id": f"{human.name}-{number}-{key}",
                "occurred_at": moment.isoformat(timespec="milliseconds"),
                "visitor_id": human.name, "device": visit.device, "properties": more,
            }  # fmt: skip

        for page in range(visit.pages):
            at = visit.begins + 2 * MINUTE * page
            yield {**told("page_view", at, f"p{page}"), "url": f"https://shop.example/{page}"}
        if visit.exposed:
            yield told(
                "experiment_exposure", visit.exposed_at, "x",
                experiment_id=experiment, variant=visit.exposed,
            )  # fmt: skip
        if visit.order is not None:
            key = f"{human.name}-{number}"
            yield told(
                "purchase", visit.ordered_at, "o", transaction_id=key,
                value=float(visit.order), currency="EUR",
            )  # fmt: skip
            if visit.refund:
                later, worth = visit.refund
                refund = told(
                    "refund", visit.ordered_at + later, "r", transaction_id=key,
                    value=float(worth), currency="EUR",
                )  # fmt: skip
                yield {**refund, "properties": refund["properties"] | {"source": "server"}}


# --- the slow numbers ----------------------------------------------------------------------


@dataclass(frozen=True)
class Slow:
    """What one person adds to the KPIs after his exposure."""

    variant: str
    device: str
    day: date
    sessions: int
    pages: int
    orders: int
    revenue: Fraction
    refunded: Fraction
    revenue_before: Fraction = Fraction(0)
    visits_before: int = 0

    def value(self, kpi: str) -> tuple[Fraction, Fraction | None]:
        """What stands above and below the line."""
        visited = Fraction(int(self.sessions > 0))
        return {
            "visitor_conversion_rate": (Fraction(int(self.orders > 0)), visited),
            "rpv": (self.revenue, visited),
            "aov": (self.revenue, Fraction(self.orders)),
            "orders": (Fraction(self.orders), None),
            "net_revenue": (self.revenue - self.refunded, None),
            "pages_per_session": (Fraction(self.pages), Fraction(self.sessions)),
        }[kpi]


def slow_units(
    people: Sequence[Human],
    variants: Sequence[str],
    *,
    first: date,
    last: date,
    until: int,
    window: int | None = None,
    before: int = 0,
) -> list[Slow]:
    """Every person who counts: exposed in the days to one variant only, and what he did then."""
    return [
        unit
        for human in people
        if (unit := _unit(human, variants, (first, last), until, window, before))
    ]


def _unit(
    human: Human,
    variants: Sequence[str],
    days: tuple[date, date],
    until: int,
    window: int | None,
    before: int,
) -> Slow | None:
    shown = [(visit.exposed_at, visit.exposed, visit) for visit in human.visits if visit.exposed]
    if not shown:
        return None
    since, variant, where = min(shown, key=lambda each: each[0])
    day = (START + timedelta(milliseconds=since)).date()
    others = {name for at, name, _ in shown if name != variant and at < until}
    if variant not in variants or others or not days[0] <= day <= days[1]:
        return None
    end = until - 1 if window is None else min(since + window, until - 1)
    after = [v for v in human.visits if v.ends >= since and v.begins <= end]
    bought = [v for v in human.visits if v.order is not None and since <= v.ordered_at <= end]
    returned = [
        v.refund[1]
        for v in human.visits
        if v.order is not None and v.refund and v.ordered_at >= since
        and v.ordered_at + v.refund[0] <= end
    ]  # fmt: skip
    earlier = [v for v in human.visits if v.ends < since and v.begins >= since - before]
    return Slow(
        variant or "", where.device, day, len(after), sum(v.pages for v in after), len(bought),
        sum((v.order or Fraction(0) for v in bought), Fraction(0)), sum(returned, Fraction(0)),
        sum((v.order or Fraction(0) for v in human.visits
             if v.order is not None and since - before <= v.ordered_at < since), Fraction(0)),
        len(earlier),
    )  # fmt: skip


def slow_arm(units: Sequence[Slow], kpi: str) -> tuple[int, Fraction, Fraction]:
    """How many, the KPI, and its variance per unit (ddof 1), by the definition."""
    pairs = [unit.value(kpi) for unit in units]
    n = len(pairs)
    if all(below in (None, 1) for _, below in pairs):
        mean = sum((above for above, _ in pairs), Fraction(0)) / n
        apart = [above - mean for above, _ in pairs]
    else:
        whole = sum((below or Fraction(0) for _, below in pairs), Fraction(0))
        below_mean = whole / n
        mean = sum((above for above, _ in pairs), Fraction(0)) / whole
        apart = [(above - mean * (below or Fraction(0))) / below_mean for above, below in pairs]
    squares = sum((each * each for each in apart), Fraction(0))
    return n, Fraction(mean), Fraction(squares) / (n - 1)


# --- made-up people ------------------------------------------------------------------------


def crowd(
    seed: int,
    count: int,
    weights: Mapping[str, int],
    *,
    days: int = 14,
    rate: float = 0.3,
    lifts: Mapping[str, float] | None = None,
    switchers: float = 0.0,
    refunds: float = 0.2,
) -> list[Human]:
    """People who come one to three times; some were there before, some see two variants."""
    dice = Random(seed)
    names = list(weights)
    people = []
    for number in range(count):
        variant = dice.choices(names, list(weights.values()))[0]
        chance = rate * (lifts or {}).get(variant, 1.0)
        human = Human(f"v{number:05}")
        at = dice.randrange(days * DAY - 4 * 3_600_000)
        if dice.random() < 0.4:
            human.visits.append(_visit(dice, at - dice.randrange(1, 20) * DAY, rate, refunds))
        for place in range(dice.choice((1, 1, 2, 3))):
            at += dice.randrange(3 * 3_600_000, 3 * DAY) if place else 0
            visit = _visit(dice, at, chance, refunds)
            visit.exposed = variant
            if place and dice.random() < switchers:
                visit.exposed = dice.choice([name for name in names if name != variant])
            human.visits.append(visit)
        human.visits.sort(key=lambda each: each.begins)
        people.append(human)
    return people


def _visit(dice: Random, begins: int, chance: float, refunds: float) -> Visit:
    visit = Visit(begins, dice.randrange(1, 6), dice.choice(("desktop", "mobile")))
    if dice.random() < chance:
        visit.order = Fraction(dice.randrange(500, 20_000), 100)
        if dice.random() < refunds:
            visit.refund = (
                dice.randrange(5 * DAY),
                Fraction(visit.order * dice.randrange(1, 5), 4),
            )
    return visit
