"""How a report of an experiment writes its numbers: on a page as the site's people do, or plainly.

The words around the numbers are the same wherever they are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from footfall.report import numbers
from footfall.report.local import Local
from footfall.report.numbers import MINUS, NOTHING
from footfall.statistics.arm import Interval

TINY_P = 0.001


class Writing(Protocol):
    """What writes numbers and days."""

    def shown(self, value: float | None, unit: str) -> str:
        """A KPI's value."""
        ...

    def count(self, value: float) -> str:
        """How many."""
        ...

    def share(self, fraction: float, places: int = 1) -> str:
        """A share of something."""
        ...

    def amount(self, value: float) -> str:
        """Much money, without cents."""
        ...

    def day(self, day: date) -> str:
        """A day."""
        ...

    def decimal(self, value: float, places: int) -> str:
        """A number with so many decimals."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """As a terminal writes for everybody."""

    currency: str

    def shown(self, value: float | None, unit: str) -> str:
        """A KPI's value."""
        return numbers.shown(value, unit, self.currency)

    def count(self, value: float) -> str:
        """How many."""
        return numbers.count(value)

    def share(self, fraction: float, places: int = 1) -> str:
        """A share of something."""
        return f"{self.decimal(100 * fraction, places)} %"

    def amount(self, value: float) -> str:
        """Much money, without cents."""
        symbol = numbers.SYMBOLS.get(self.currency, f"{self.currency} ")
        return f"{MINUS if round(value) < 0 else ''}{symbol}{abs(round(value)):,}"

    def day(self, day: date) -> str:
        """A day."""
        return day.isoformat()

    def decimal(self, value: float, places: int) -> str:
        """A number with so many decimals."""
        found = numbers.rounded(value, places)
        return f"{MINUS if found < 0 else ''}{abs(found):,f}"


@dataclass(frozen=True, slots=True)
class Here:
    """As the site's people write."""

    local: Local

    def shown(self, value: float | None, unit: str) -> str:
        """A KPI's value."""
        return self.local.shown(value, unit)

    def count(self, value: float) -> str:
        """How many."""
        return self.local.count(value)

    def share(self, fraction: float, places: int = 1) -> str:
        """A share of something."""
        return self.local.share(fraction, places)

    def amount(self, value: float) -> str:
        """Much money, without cents."""
        return self.local.amount(value)

    def day(self, day: date) -> str:
        """A day."""
        return self.local.day(day)

    def decimal(self, value: float, places: int) -> str:
        """A number with so many decimals."""
        return self.local.decimal(value, places)


def lift(to: Writing, fraction: float | None) -> str:
    """By which part something is more or less: `+13.7 %`."""
    if fraction is None:
        return NOTHING
    text = to.share(abs(fraction))
    if float(f"{abs(fraction):.3f}") == 0:
        return text
    return f"{'+' if fraction > 0 else MINUS}{text}"


def between(to: Writing, interval: Interval | None) -> str:
    """From where to where a lift is."""
    if interval is None:
        return NOTHING
    return f"{lift(to, interval.low)} to {lift(to, interval.high)}"


def difference(to: Writing, value: float | None, unit: str) -> str:
    """How much more or less, in the KPI's unit; of rates in points."""
    if value is None:
        return NOTHING
    size = abs(value)
    points = {"rate": 100.0, "percent": 1.0}.get(unit)
    text = f"{to.decimal(points * size, 2)} pp" if points else to.shown(size, unit)
    return text if value == 0 else f"{'+' if value > 0 else MINUS}{text}"


def differences(to: Writing, interval: Interval | None, unit: str) -> str:
    """From where to where a difference is."""
    if interval is None:
        return NOTHING
    return f"{difference(to, interval.low, unit)} to {difference(to, interval.high, unit)}"


def p_value(to: Writing, p: float | None) -> str:
    """A p-value: `0.032`, `< 0.001`."""
    if p is None:
        return NOTHING
    return f"< {to.decimal(TINY_P, 3)}" if p < TINY_P else to.decimal(p, 3)


def nearly(to: Writing, share: float) -> str:
    """A probability: never quite 0 %, never quite 100 %."""
    edge = 0.999
    if share > edge:
        return f"> {to.share(edge)}"
    return f"< {to.share(1 - edge)}" if share < 1 - edge else to.share(share)


def per_person(to: Writing, value: float | None, unit: str, kpi_is_ratio: bool) -> str:  # noqa: FBT001
    """A KPI's value; of counts per person with decimals, since they are means."""
    if value is not None and unit == "count" and not kpi_is_ratio:
        return to.decimal(value, 3)
    return to.shown(value, unit)
