"""Whether the product and the slow reference say the same of a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from reference import Reference
from support import rows
from support.shop import RECEIVED, Shop, line_of, shop_of
from support.streams import Stream

DIMENSIONS = (
    (), ("device",), ("asset",), ("asset_type", "placement"), ("product",), ("category", "asset"),
    ("page",), ("page", "variant"), ("experiment", "variant"), ("country", "visitor_type"),
    ("channel", "landing_page"), ("agent",), ("conversation_channel", "initiator"),
    ("hour_of_day", "agent"), ("url",), ("trigger", "device"), ("message", "target_url"),
    ("experience",), ("folder", "device"), ("module", "experience"),
    ("field",), ("agent", "module"), ("campaign",), ("channel", "source", "medium"),
    ("page", "query"), ("experience", "variant"),
)  # fmt: skip
FILTERS: tuple[tuple[Mapping[str, Sequence[str | None]], tuple[str, ...]], ...] = (
    ({"asset": ["a1"]}, ("placement",)),
    ({"device": [None, "mobile"]}, ()),
    ({"variant": ["A"]}, ("device",)),
    ({"product": ["p1", None]}, ()),
    ({"page": ["/", None]}, ("page", "visitor_type")),
    ({"experiment": ["x1"], "visitor_type": ["new"]}, ()),
    ({"experiment": ["x1"]}, ("experiment", "variant")),
    ({"variant": ["A", "B"]}, ()),
    ({"device": [None]}, ("device",)),
    ({"asset": ["a1", "a2"], "category": [None]}, ("product",)),
    ({"agent": ["mia", None]}, ()),
    ({"initiator": ["visitor"], "hour_of_day": [*map(str, range(12))]}, ("agent",)),
    ({"experience": ["x1", None]}, ("module",)),
    ({"folder": ["raffles"], "variant": ["A"]}, ()),
    ({"channel": ["paid_search", "email"]}, ("campaign",)),
)


@dataclass(frozen=True)
class Asked:
    """A question about a stream, the same for both."""

    by: tuple[str, ...] = ()
    every: str | None = None
    where: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    days: tuple[date | None, date | None] = (None, None)


Choice = Callable[[Sequence[Asked]], Iterable[Asked]]


def reference_of(stream: Stream) -> Reference:
    """The stream as the slow reference sees it."""
    lines = [line_of(event) for event in stream.events]
    tables = {"fx_rates": list(stream.rates), **stream.tables}
    return Reference(lines, stream.site, tables, RECEIVED)


def shop_for(stream: Stream) -> Any:
    """The stream as the product sees it: one import."""
    return shop_of(stream.events, stream.site, stream.rates, stream.tables)


def questions(shop: Shop) -> list[Asked]:
    """Everything worth asking of a small stream."""
    first, last = shop.period()
    middle = first + (last - first) // 2
    near = (middle, min(middle + timedelta(days=1), last))
    asked = [Asked(by) for by in DIMENSIONS]
    asked += [Asked((), every) for every in ("day", "week", "month", "year")]
    asked += [Asked((), every, {}, near) for every in (None, "hour", "week")]
    asked += [Asked(("device",), "hour"), Asked(("placement",), "day"), Asked(("variant",), "week")]
    asked += [Asked(("page",), "month", {}, near)]
    asked += [Asked(("visitor_type",), "day", {}, (middle, None))]
    asked += [
        Asked(("channel",), "day"),
        Asked(("experience",), "week"),
        Asked((), "day", {}, near),
    ]
    return asked + [Asked(by, None, where) for where, by in FILTERS]


def compare(shop: Shop, reference: Reference, asked: Asked, ids: Sequence[str] = ()) -> list[str]:
    """The rows of one question in which the product and the reference differ."""
    question = shop.question(ids, *asked.days, asked.by, asked.every, asked.where)
    got = rows.ours(shop.ask(question))
    want = rows.theirs(
        reference.kpis(
            [kpi.id for kpi in question.kpis], question.start.isoformat(), question.end.isoformat(),
            asked.by, asked.every, {name: _known_as(name, v) for name, v in asked.where.items()},
        )
    )  # fmt: skip
    return [f"{asked}: {each}" for each in rows.differences(got, want)]


def _known_as(dimension: str, values: Sequence[str | None]) -> list[Any]:
    """What the reference calls the values of a dimension: an hour of the day is a number there."""
    return [int(each) if dimension == "hour_of_day" and each else each for each in values]


def differences(stream: Stream, choose: Choice = list) -> list[str]:
    """What the product and the reference say differently of a stream, in the questions chosen."""
    reference = reference_of(stream)
    with shop_for(stream) as shop:
        found = [] if shop.period() == reference.period() else ["period: not the same"]
        for each in choose(questions(shop)):
            found += compare(shop, reference, each)
        return found + quality_differences(shop, reference)


def quality_differences(shop: Shop, reference: Reference) -> list[str]:
    """Where the counts of data quality differ (all but what an import counts)."""
    want = reference.data_quality()
    statements = {
        "bot_events": "SELECT count(*) FROM events WHERE bot",
        "identity_conflicts": "SELECT count(*) FROM identity_conflicts",
        "orders_without_revenue": "SELECT count(*) FROM orders WHERE revenue IS NULL",
        "refunds_without_money": "SELECT count(*) FROM refunds WHERE worth IS NULL",
    }
    con = shop.con
    got = {name: con.execute(sql).fetchall()[0][0] for name, sql in statements.items()}
    got["refused"] = len(shop.rejections)
    return [f"{name}: got {got[name]}, not {want[name]}" for name in got if got[name] != want[name]]
