"""Funnels: ordered steps of sessions or persons (Behaviour reports)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from .accept import Event
from .clock import DAY
from .orders import Order

WINDOWS = {"session": DAY // 48, "person": 7 * DAY}  # 30 minutes, 7 days


@dataclass(frozen=True)
class Act:
    """Something that a unit did; an order is a `purchase` (R4)."""

    moment: tuple[int, str]
    name: str
    passive: bool


@dataclass(frozen=True)
class Funnel:
    """What is asked of a funnel."""

    steps: tuple[str, ...]
    scope: str
    window: int
    strict: bool
    inside: Callable[[int], bool]

    def rows(self, events: list[Event], orders: list[Order]) -> list[dict[str, Any]]:
        """Per step: count, rates, drop-off, median seconds from the previous step."""
        walks = [self.best(acts) for acts in self._units(events, orders).values()]
        counts = [sum(len(walk) > i for walk in walks) for i in range(len(self.steps))]
        rows = []
        for i, name in enumerate(self.steps):
            waits = [Decimal(w[i] - w[i - 1]) / 1000 for w in walks if len(w) > i > 0]
            rows.append(
                {
                    "step": i + 1,
                    "event": name,
                    "count": counts[i],
                    "rate_previous": _rate(counts[i], counts[i - 1]) if i else None,
                    "rate_first": _rate(counts[i], counts[0]),
                    "drop_off": counts[i - 1] - counts[i] if i else 0,
                    "median_seconds": median(waits) if waits else None,
                }
            )
        return rows

    def _units(self, events: list[Event], orders: list[Order]) -> dict[Any, list[Act]]:
        """What each session or person did, in order of time."""
        units: dict[Any, list[Act]] = defaultdict(list)
        for event in events:
            if event.name != "purchase":
                act = Act(event.order, event.name, event.passive)
                units[getattr(event, self.scope)].append(act)
        for order in orders:
            act = Act(order.lead.order, "purchase", order.lead.passive)
            units[getattr(order, self.scope)].append(act)
        units.pop(None, None)
        return {unit: sorted(acts, key=lambda act: act.moment) for unit, acts in units.items()}

    def best(self, acts: list[Act]) -> list[int]:
        """A unit enters once, at its first step 1 in the period that leads furthest."""
        walks = [
            self.walk(acts, i)
            for i, act in enumerate(acts)
            if act.name == self.steps[0] and self.inside(act.moment[0])
        ]
        return max(walks, key=len, default=[])

    def walk(self, acts: list[Act], entry: int) -> list[int]:
        """The times of the steps reached from one entry, within the window from step 1."""
        times = [acts[entry].moment[0]]
        for act in acts[entry + 1 :]:
            if len(times) == len(self.steps) or act.moment[0] - times[0] > self.window:
                break
            if act.name == self.steps[len(times)]:
                times.append(act.moment[0])
            elif self.strict and not act.passive:
                break
        return times


def _rate(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None
