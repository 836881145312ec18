"""Leaks: worked out by hand, and chance is not called one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

import pytest

from footfall.catalogue.funnel import Funnel, Step, funnel_of, read_steps
from footfall.engine.duckdb import DuckEngine
from footfall.errors import RequestError
from footfall.query.intervals import critical, newcombe, wilson
from footfall.query.leaks import Place, check_against, leak_rows, ranked
from support.shop import shop_of
from support.told import told

TWO_STEPS = funnel_of(read_steps("page_view,sign_up"))
BUYING = funnel_of(read_steps("page_view,add_to_cart,purchase"))


def place(name: str, passed: int, entrants: int, step: int = 1, **more: object) -> Place:
    return Place({"device": name}, step, entrants, passed, Decimal(str(more.get("revenue", 0))),
                 int(str(more.get("orders", 0))))  # fmt: skip


def test_intervals_are_the_published_ones() -> None:
    """Newcombe 1998: Wilson for 81 of 263; method 10 for 56/70 against 48/80."""
    z = critical(0.95, 1)
    assert z == pytest.approx(1.959964, abs=1e-6)
    assert wilson(81, 263, z) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert newcombe((56, 70), (48, 80), z) == pytest.approx((0.0524315, 0.3338727), abs=1e-6)
    assert newcombe((0, 500), (3, 500), z) == pytest.approx((-0.0174903, 0.0025902), abs=1e-6)
    assert wilson(0, 0, z) == (0.0, 1.0)


def test_many_comparisons_need_more() -> None:
    assert critical(0.95, 10) == pytest.approx(2.807034, abs=1e-6)


def test_what_is_lost_is_the_difference_times_those_who_came_times_what_comes_later() -> None:
    """Desktop: 600 of 1,000 go on. Mobile: 400 of 1,000; its 400 bring 8,000 in 80 orders: 20 each.

    (0.6 − 0.4) × 1,000 × 20 = 4,000.
    """
    funnel = funnel_of(read_steps("add_to_cart,purchase"))
    desktop = place("desktop", 600, 1000, revenue=30_000, orders=600)
    mobile = place("mobile", 400, 1000, revenue=8_000, orders=80)
    (row,) = ranked([desktop, mobile], [], funnel, "best")
    assert (row["device"], row["step"], row["event"]) == ("mobile", 2, "purchase")
    assert (row["rate"], row["reference"], row["reference_rate"]) == (0.4, "device=desktop", 0.6)
    assert row["lost"] == pytest.approx(200)
    assert row["value"] == 20
    assert float(row["lost_revenue"]) == pytest.approx(4000)
    low, high = newcombe((600, 1000), (400, 1000), critical(0.95, 1))
    assert row["lost_low"] == pytest.approx(low * 1000)
    assert float(row["lost_revenue_high"]) == pytest.approx(high * 1000 * 20)
    assert row["leak"]


def test_few_orders_are_worth_what_they_are_for_everybody() -> None:
    """29 orders are too few: (30,000 + 290) ÷ (600 + 400)."""
    funnel = funnel_of(read_steps("add_to_cart,purchase"))
    desktop = place("desktop", 600, 1000, revenue=30_000, orders=600)
    mobile = place("mobile", 400, 1000, revenue=290, orders=29)
    (row,) = ranked([desktop, mobile], [], funnel, "best")
    assert row["value"] == Decimal("30.29")


def test_without_an_order_at_the_end_people_are_ranked() -> None:
    (row,) = ranked([place("a", 90, 100), place("b", 10, 100)], [], TWO_STEPS, "best")
    assert (row["value"], row["lost_revenue"], row["leak"]) == (None, None, True)
    assert row["lost"] == pytest.approx(80)


def test_the_best_is_no_handful_that_was_lucky() -> None:
    rows = ranked([place("few", 3, 3), place("many", 500, 1000)], [], TWO_STEPS, "best")
    assert rows == ()


def test_where_few_come_nothing_is_a_leak() -> None:
    (row,) = ranked([place("a", 950, 1000), place("b", 0, 29)], [], TWO_STEPS, "best")
    assert (row["lost_low"] > 0, row["leak"]) == (True, False)


def test_leaks_come_first_whatever_chance_may_have_lost() -> None:
    """Of 2,000 two in a hundred may be missing by chance; of 100 a quarter is not."""
    places = [place("best", 950, 1000), place("leak", 70, 100), place("chance", 1860, 2000)]
    rows = ranked(places, [], TWO_STEPS, "best")
    assert [(row["device"], row["leak"], round(row["lost"])) for row in rows] == [
        ("leak", True, 25), ("chance", False, 40),
    ]  # fmt: skip


def test_the_period_before_is_the_same_segments() -> None:
    before = [place("mobile", 500, 1000), place("desktop", 100, 1000)]
    now = [place("mobile", 300, 1000), place("desktop", 100, 1000), place("tablet", 1, 1000)]
    (row,) = ranked(now, before, TWO_STEPS, "previous")
    assert (row["device"], row["reference"], row["reference_rate"]) == (
        "mobile", "previous period", 0.5,
    )  # fmt: skip


def test_a_benchmark_is_of_a_step() -> None:
    funnel = Funnel((Step("page_view"), Step("sign_up", benchmark=0.3)))
    rows = ranked([place("a", 200, 1000), place("b", 295, 1000)], [], funnel, "benchmark")
    assert [(row["device"], row["leak"]) for row in rows] == [("a", True), ("b", False)]
    with pytest.raises(RequestError, match="no step of the funnel has a benchmark"):
        check_against("benchmark", TWO_STEPS)
    with pytest.raises(RequestError, match="did you mean 'previous'"):
        check_against("previus", TWO_STEPS)


def test_chance_is_called_a_leak_in_at_most_one_report_of_twenty() -> None:
    """Segments that are all the same, in 400 reports: a leak in 5 % of them, give or take 3 SE."""
    dice = random.Random(1)
    wrong = sum(any(row["leak"] for row in chance_report(dice)) for _ in range(400))
    assert wrong <= 400 * 0.05 + 3 * (400 * 0.05 * 0.95) ** 0.5


def chance_report(dice: random.Random) -> Sequence[dict[str, object]]:
    places = [
        place(f"s{segment}", sum(dice.random() < 0.3 for _ in range(size)), size, step)
        for step in (1, 2)
        for segment, size in enumerate((40, 60, 150, 300, 300, 80))
    ]
    return ranked(places, [], funnel_of(read_steps("page_view,sign_up,login")), "best")


def test_the_money_is_that_of_those_who_bought_through_the_funnel() -> None:
    """Ten people on desktops buy for 10 each; of ten on phones half, for 30 each.

    One more buys without a cart, and is no part of it.
    """
    events = []
    for number in range(20):
        who, device = f"v{number}", "desktop" if number < 10 else "mobile"
        events.append(told("2026-01-05 10:00", "page_view", who, device=device))
        events.append(told("2026-01-05 10:01", "add_to_cart", who))
        if number < 15:
            value = 10 if number < 10 else 30
            events.append(
                told("2026-01-05 10:02", "purchase", who, transaction_id=who, value=value)
            )
    events.append(told("2026-01-05 11:00", "purchase", "x", transaction_id="x", value=500))
    with shop_of(events) as shop:
        rows = leak_rows(DuckEngine(shop.con), BUYING, shop.asked(by=["device"]), "best", None)
        (row,) = rows
        assert (row["device"], row["entrants"], row["passed"], row["step"]) == ("mobile", 10, 5, 3)
        # (100 + 150) ÷ 15 for everybody, because five orders are too few
        assert float(row["value"]) == pytest.approx(250 / 15)
        assert not row["leak"]
