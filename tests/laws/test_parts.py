"""Parts and wholes: sessions of a visitor, shares of something, rows of a breakdown."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from footfall.catalogue import Kpi, built_in
from footfall.event.vocabulary import NEVER_OPENS
from footfall.query.answer import Row
from footfall.schema.facts import SESSION_DIMENSIONS
from support.hold import EXAMPLES, hold, hold_drawing
from support.judge import shop_for
from support.shop import Shop
from support.streams import Dice, Stream, streams

MINUTE_US = 60_000_000
SHARES = (
    "bounce_rate", "visitor_conversion_rate", "session_conversion_rate", "refund_rate",
    "add_to_cart_rate", "product_to_cart_rate", "cart_to_checkout_rate", "checkout_completion_rate",
    "cart_abandonment_rate", "checkout_abandonment_rate", "micro_conversion_rate",
    "trial_to_paid_rate", "activation_rate", "repeat_purchase_rate", "contributed_revenue_share",
    "chat_bounce_rate",
)  # fmt: skip
COMPLEMENTS = (
    ("checkout_completion_rate", "checkout_abandonment_rate", "sessions"),
    ("new_visitors", "returning_visitors", "visitors"),
    ("chat_sessions_with_conversation", "chat_bounces", "chat_sessions"),
)
BREAKDOWNS: tuple[dict[str, Any], ...] = (
    {},
    {"every": "day"},
    {"every": "week", "by": ["device"]},
    {"by": ["channel"]},
    {"by": ["experiment", "variant"]},
    {"by": ["visitor_type", "country"]},
)


def test_sessions_partition_what_a_visitor_does() -> None:
    def law(stream: Stream) -> None:
        with shop_for(stream) as shop:
            timeout = shop.site.session_timeout_minutes * MINUTE_US
            for spans, activity in visitors_of(shop):
                assert_partition(spans, activity, timeout)

    hold(law, streams(), EXAMPLES // 3)


Activity = list[tuple[int, str]]
Spans = list[tuple[int, int]]


def visitors_of(shop: Shop) -> list[tuple[Spans, Activity]]:
    """Of every visitor the sessions and the activity, in order of time."""
    found: dict[int, tuple[Spans, Activity]] = defaultdict(lambda: ([], []))
    for visitor, start, end in shop.con.execute(
        "SELECT visitor, ts, end_ts FROM sessions ORDER BY ts"
    ).fetchall():
        found[visitor][0].append((start, end))
    for visitor, ts, name in shop.con.execute(
        "SELECT visitor, ts, name FROM events WHERE live AND NOT system ORDER BY ts, event_id"
    ).fetchall():
        found[visitor][1].append((ts, name))
    return list(found.values())


def assert_partition(spans: Spans, activity: Activity, timeout: int) -> None:
    """Every act is in one session, gaps inside are short, and what divides sessions is a reason."""
    for ts, name in activity:
        homes = sum(start <= ts <= end for start, end in spans)
        assert homes == 1 or (homes == 0 and name in NEVER_OPENS)
    for start, end in spans:
        inside = [ts for ts, _ in activity if start <= ts <= end]
        assert (inside[0], inside[-1]) == (start, end)
        assert all(after - before <= timeout for before, after in pairwise(inside))
    ends = {ts for ts, name in activity if name == "session_end"}
    for (_, end), (start, _) in pairwise(spans):
        assert start > end
        assert start - end > timeout or end in ends


def test_shares_lie_between_nothing_and_everything() -> None:
    def law(stream: Stream) -> None:
        with shop_for(stream) as shop:
            for asked in BREAKDOWNS:
                for row in shop.ask(shop.question(SHARES, **asked)):
                    assert row.value is None or 0 <= row.value <= 1, row
                    assert (row.value is None) == (row.denominator == 0), row

    hold(law, streams(), EXAMPLES // 3)


def test_what_completes_each_other_adds_up() -> None:
    def law(stream: Stream) -> None:
        with shop_for(stream) as shop:
            for asked in ({}, {"every": "day"}, {"by": ["device"]}, {"by": ["visitor_type"]}):
                done, left = cells(shop, asked, *COMPLEMENTS[0][:2])
                for cell in {*done, *left}:
                    assert done[cell].value is None or total(done[cell], left[cell]) == 1
                for complement in COMPLEMENTS[1:]:
                    some, others, everybody = cells(shop, asked, *complement)
                    for cell in everybody:
                        assert total(some.get(cell), others.get(cell)) == everybody[cell].value

    hold(law, streams(), EXAMPLES // 3)


Cells = dict[tuple[Any, ...], Row]


def cells(shop: Shop, asked: dict[str, Any], *ids: str) -> list[Cells]:
    """The rows of some KPIs by cell."""
    rows = shop.ask(shop.question(ids, **asked))
    return [
        {(row.bucket, *row.segment.values()): row for row in rows if row.kpi == kpi} for kpi in ids
    ]


def total(*rows: Row | None) -> float:
    return sum(float(row.value) for row in rows if row is not None and row.value is not None)


def test_parts_add_up_to_the_whole_in_every_time_zone() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        with shop_for(stream) as shop:
            adding = [kpi.id for kpi in shop.catalogue if kpi.is_additive]
            whole = sums(shop, adding, {})
            for every in ("day", "week", "month", "year"):
                assert sums(shop, adding, {"every": every}) == whole, every
            hourly = [each for each in adding if not shop.catalogue[each].days_only]
            assert sums(shop, hourly, {"every": "hour"}) == {each: whole[each] for each in hourly}
            dimension = dice.pick(SESSION_DIMENSIONS)
            with_it = [each for each in adding if dimension in shop.catalogue[each].dimensions]
            assert sums(shop, with_it, {"by": [dimension]}) == {k: whole[k] for k in with_it}
            by_day = {"by": [dimension], "every": "day"}
            assert sums(shop, with_it, by_day) == {k: whole[k] for k in with_it}

    hold_drawing(law, streams(), EXAMPLES // 3)


def sums(shop: Shop, ids: list[str], asked: dict[str, Any]) -> dict[str, Fraction]:
    """The values of each KPI added up over all rows, exactly."""
    found = dict.fromkeys(ids, Fraction(0))
    for row in shop.ask(shop.question(ids, **asked)):
        assert row.value is None or isinstance(row.value, int | Decimal | float)
        found[row.kpi] += Fraction(row.value or 0)
    return found


def test_hours_add_up_to_their_day_on_the_days_when_clocks_change() -> None:
    def law(stream: Stream) -> None:
        with shop_for(stream) as shop:
            additive = [kpi for kpi in shop.catalogue if kpi.is_additive]
            adding = [kpi.id for kpi in additive if not kpi.days_only]
            days = shop.ask(shop.question(adding, every="day"))
            hours: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
            for row in shop.ask(shop.question(adding, every="hour")):
                hours[row.kpi, str(row.bucket)[:10]] += Fraction(row.value or 0)
            for row in days:
                assert hours[row.kpi, str(row.bucket)] == Fraction(row.value or 0), row

    hold(law, streams(), 4)


def test_something_adds_up_and_something_does_not() -> None:
    def additive(kpi: Kpi) -> bool:
        return kpi.is_additive

    assert additive(built_in()["orders"])
    assert additive(built_in()["revenue"])
    assert not additive(built_in()["visitors"])
    assert not additive(built_in()["aov"])
