"""Funnels as laws: they are what the slow reference says, in every scope, and never rise."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from support.hold import EXAMPLES, hold, hold_drawing
from support.judge import reference_of, shop_for
from support.streams import Dice, Stream, streams

EVENTS = (
    "page_view", "page_view", "view_item", "add_to_cart", "begin_checkout", "purchase", "purchase",
    "asset_click", "page_leave", "session_end", "scroll", "click", "login",
)  # fmt: skip
SHOP = "page_view,view_item,add_to_cart,purchase"
WINDOWS = ("1min", "30min", "1d", "7d", "30d")


def drawn(dice: Dice) -> dict[str, Any]:
    """A funnel that somebody could ask for."""
    return {
        "steps": ",".join(dice.pick(EVENTS) for _ in range(dice.number(1, 4))),
        "scope": dice.pick(("person", "session")),
        "window": dice.pick(WINDOWS),
        "order": dice.pick(("any-later", "strict")),
    }


def same(got: Sequence[dict[str, Any]], want: Sequence[dict[str, Any]]) -> bool:
    return [plain(row) for row in got] == [plain(row) for row in want]


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: number(value) for key, value in row.items()}


def number(value: Any) -> Any:
    return round(float(value), 12) if isinstance(value, float | Decimal) else value


WINDOW_MS = {"1min": 60_000, "30min": 1_800_000, "1d": 86_400_000, "7d": 604_800_000}
WINDOW_MS["30d"] = 30 * WINDOW_MS["1d"]


def test_the_reference_says_the_same() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        reference = reference_of(stream)
        with shop_for(stream) as shop:
            first, last = shop.period()
            middle = first + (last - first) // 2
            for _ in range(6):
                asked = drawn(dice)
                days = dice.pick(((first, last), (first, middle), (middle, last)))
                steps, (begin, end) = asked["steps"].split(","), days
                want = reference.funnel(
                    steps, begin.isoformat(), end.isoformat(), asked["scope"],
                    strict=asked["order"] == "strict", window_ms=WINDOW_MS[asked["window"]],
                )  # fmt: skip
                got = shop.funnel(**asked, days=days)
                assert same(got, want), (asked, days, got, want)

    hold_drawing(law, streams())


def test_funnels_never_rise_and_rates_are_parts() -> None:
    def law(stream: Stream) -> None:
        with shop_for(stream) as shop:
            for scope in ("person", "session"):
                for by in ((), ("device",), ("variant",), ("channel", "visitor_type")):
                    rows = shop.funnel(
                        "page_view,view_item,add_to_cart,purchase", scope=scope, by=by
                    )
                    for before, after in pairwise(rows):
                        assert after["step"] == 1 or after["count"] <= before["count"]
                    for row in rows:
                        for rate in (row["rate_previous"], row["rate_first"]):
                            assert rate is None or 0 <= rate <= 1

    hold(law, streams(), EXAMPLES // 2)


def test_a_row_of_a_breakdown_is_the_filtered_funnel() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        with shop_for(stream) as shop:
            asked = drawn(dice)
            name = dice.pick(("device", "country", "visitor_type", "landing_page", "variant"))
            rows = shop.funnel(**asked, by=[name])
            for value in {row[name] for row in rows}:
                own = [
                    {k: v for k, v in row.items() if k != name}
                    for row in rows
                    if row[name] == value
                ]
                assert own == shop.funnel(**asked, where={name: [value]})

    hold_drawing(law, streams(), EXAMPLES // 2)


def test_sessions_of_a_breakdown_add_up() -> None:
    def law(stream: Stream) -> None:
        with shop_for(stream) as shop:
            steps = "page_view,add_to_cart,purchase"
            whole = shop.funnel(steps, scope="session")
            parts = shop.funnel(steps, scope="session", by=["device"])
            for row in whole:
                own = sum(each["count"] for each in parts if each["step"] == row["step"])
                assert own == row["count"]

    hold(law, streams(), EXAMPLES // 2)
