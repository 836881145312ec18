"""What things are worth (R5): exact decimals, the site's currency, rates of the local date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from .accept import number
from .clock import Calendar

P = ParamSpec("P")
T = TypeVar("T")
EXACT = Context(prec=60)


def exact(function: Callable[P, T]) -> Callable[P, T]:
    """Runs a function with 60 digits, so that no sum or product of money is rounded."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return run


class Rates:
    """The `fx_rates` table: the latest rate at or before a local date."""

    def __init__(self, rows: list[dict[str, Any]], site: dict[str, Any]) -> None:
        self.currency = site.get("currency", "EUR")
        self.calendar = Calendar(site.get("timezone", "UTC"))
        by_key = {(row["currency"], str(row["date"])): Decimal(str(row["rate"])) for row in rows}
        self.rates: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
        for (currency, day), rate in sorted(by_key.items()):
            self.rates[currency].append((day, rate))

    def on(self, currency: str | None, day: str) -> Decimal | None:
        """Units of the site's currency for one unit of `currency`; None if there is no rate."""
        if currency is None or currency == self.currency:
            return Decimal(1)
        before = [rate for since, rate in self.rates[currency] if since <= day]
        return before[-1] if before else None

    def at(self, currency: str | None, ms: int) -> Decimal | None:
        """The rate of the local date of an instant."""
        return self.on(currency, self.calendar.day(ms).isoformat())


def items_of(props: dict[str, Any]) -> list[dict[str, Any]]:
    """An event's items, none if it has none."""
    items = props.get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def quantity(item: dict[str, Any]) -> Decimal:
    """events.md: `quantity` is 1 where absent."""
    found = number(item.get("quantity"))
    return Decimal(1) if found is None else found


def amount(item: dict[str, Any]) -> Decimal | None:
    """R5: price x quantity; None without a price."""
    price = number(item.get("price"))
    return None if price is None else price * quantity(item)


def worth(props: dict[str, Any]) -> Decimal | None:
    """R5: `value`, else the sum of price x quantity; None if neither can be had."""
    value = number(props.get("value"))
    if value is not None:
        return value
    amounts = [amount(item) for item in items_of(props)]
    if not amounts or None in amounts:
        return None
    return sum((a for a in amounts if a is not None), Decimal(0))
