"""Comparisons, worked by hand: which days meet which, what has changed, and what is still open."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from footfall.catalogue import built_in
from footfall.engine.duckdb import DuckEngine
from footfall.localtime import OFFSET_STEP, hour_label, hours_of
from footfall.query.answer import Answer, Row
from footfall.query.ask import ask
from footfall.query.compare import Comparison, compared, hours_matched
from footfall.report.kpis import report
from support.shop import Shop, shop_of

LATER = 24 * 200_000


def comparison(with_: str, align: str, start: str, end: str) -> tuple[str, str, int]:
    made = Comparison.of(with_, align, date.fromisoformat(start), date.fromisoformat(end), LATER)
    return made.start.isoformat(), made.end.isoformat(), made.days


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (("previous", "days", "2026-01-11", "2026-01-20"), ("2026-01-01", "2026-01-10", 10)),
        (("previous", "days", "2026-01-05", "2026-01-05"), ("2026-01-04", "2026-01-04", 1)),
        # ten days are moved by two weeks, so that a Sunday meets a Sunday
        (("previous", "weekday", "2026-01-11", "2026-01-20"), ("2025-12-28", "2026-01-06", 14)),
        (("previous", "weekday", "2026-01-05", "2026-01-11"), ("2025-12-29", "2026-01-04", 7)),
        (("year", "days", "2026-01-01", "2026-03-31"), ("2025-01-01", "2025-03-31", 365)),
        # 2024 had a 29 February between the two
        (("year", "days", "2024-03-01", "2024-03-31"), ("2023-03-01", "2023-03-31", 366)),
        (("year", "days", "2024-02-29", "2024-02-29"), ("2023-02-28", "2023-02-28", 366)),
        # the same length, so one day more than the February of the year before had
        (("year", "days", "2024-02-01", "2024-02-29"), ("2023-02-01", "2023-03-01", 365)),
        # Thursday, 1 January 2026 meets Thursday, 2 January 2025
        (("year", "weekday", "2026-01-01", "2026-01-31"), ("2025-01-02", "2025-02-01", 364)),
    ],
)
def test_which_days_are_compared(asked: tuple[str, str, str, str], days: tuple[Any, ...]) -> None:
    assert comparison(*asked) == days


def test_weekdays_meet_weekdays() -> None:
    for day in range(1, 29):
        for with_ in ("previous", "year"):
            start = date(2026, 2, day)
            made = Comparison.of(with_, "weekday", start, date(2026, 3, 10), LATER)
            assert made.start.weekday() == start.weekday()
            assert made.end < start
            assert made.end - made.start == date(2026, 3, 10) - start


def row(kpi: str, now: Any, then: Any, *, is_open: bool = False) -> Row:
    return compared(built_in()[kpi], Row(kpi, None, {}, now, None, None), then, is_open=is_open)


@pytest.mark.parametrize(
    ("kpi", "now", "then", "change", "points"),
    [
        ("orders", 15, 12, 0.25, None),
        ("orders", 0, 0, 0.0, None),
        ("orders", 3, 0, None, None),
        ("orders", 3, 4, -0.25, None),
        ("revenue", Decimal("10.00"), Decimal("8.00"), 0.25, None),
        # from −8 to −10 is less, though both are negative
        ("net_revenue", Decimal(-10), Decimal(-8), -0.25, None),
        ("ctr", 0.5, 0.25, 1.0, 25.0),
        ("ctr", 0.5, None, None, None),
        ("ctr", None, 0.5, None, None),
        ("avg_scroll_depth", 60.0, 50.0, 0.2, 10.0),
    ],
)
def test_how_much_it_changed(
    kpi: str, now: Any, then: Any, change: float | None, points: float | None
) -> None:
    found = row(kpi, now, then)
    assert (found.previous, found.change, found.change_points) == (then, change, points)
    still = row(kpi, now, then, is_open=True)
    assert (still.previous, still.change, still.change_points) == (then, None, None)


def view(name: str, moment: str, **told: str) -> dict[str, Any]:
    return {
        "event_id": name, "event": "page_view", "occurred_at": f"{moment}:00Z", "visitor_id": name,
        **told,
    }  # fmt: skip


def events(*moments: str) -> list[dict[str, Any]]:
    return [view(f"v{at}", moment) for at, moment in enumerate(moments)]


def asked(shop: Shop, start: str, end: str, every: str | None, now: str) -> list[Row]:
    question = shop.question(
        ["visitors"], date.fromisoformat(start), date.fromisoformat(end), every=every
    )
    hour = int(datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp()) // 3600
    made = Comparison.of("previous", "days", question.start, question.end, hour)
    return list(ask(DuckEngine(shop.con), question, shop.site.timezone, made))


@pytest.fixture(scope="module")
def visits() -> Any:
    days = ("2026-01-01T09:00", "2026-01-02T09:00", "2026-01-02T10:00", "2026-01-03T09:00",
            "2026-01-04T09:00", "2026-01-04T09:30")  # fmt: skip
    with shop_of(events(*days), {"timezone": "UTC"}) as shop:
        yield shop


def test_what_is_not_over_is_marked_and_not_compared(visits: Shop) -> None:
    days = asked(visits, "2026-01-03", "2026-01-04", "day", "2026-01-04T12:00")
    assert [(r.bucket, r.value, r.previous, r.change, r.is_open) for r in days] == [
        ("2026-01-03", 1, 1, 0.0, False), ("2026-01-04", 2, 2, None, True),
    ]  # fmt: skip
    assert asked(visits, "2026-01-03", "2026-01-04", None, "2026-01-04T23:59")[0].is_open
    assert not asked(visits, "2026-01-03", "2026-01-04", None, "2026-01-05T00:00")[0].is_open
    [week] = asked(visits, "2026-01-03", "2026-01-04", "week", "2026-01-05T00:00")
    assert (week.bucket, week.value, week.previous, week.is_open) == ("2025-12-29", 3, 3, False)
    hours = asked(visits, "2026-01-04", "2026-01-04", "hour", "2026-01-04T09:45")
    assert [r.is_open for r in hours] == [False] * 9 + [True] * 15


def test_an_open_week_is_open_however_early_it_began(visits: Shop) -> None:
    weeks = asked(visits, "2025-12-29", "2026-01-11", "week", "2026-01-07T12:00")
    assert [(r.bucket, r.is_open) for r in weeks] == [("2025-12-29", False), ("2026-01-05", True)]


def test_a_segment_that_is_gone_is_told() -> None:
    gone = view("gone", "2026-01-01T10:00", device="tablet")
    with shop_of([gone, *events("2026-01-02T09:00")], {"timezone": "UTC"}) as shop:
        day = date(2026, 1, 2)
        question = shop.question(["visitors"], day, day, by=["device"])
        made = Comparison.of("previous", "days", day, day, LATER)
        found = ask(DuckEngine(shop.con), question, "UTC", made)
        assert [(r.segment["device"], r.value, r.previous, r.change) for r in found] == [
            ("tablet", 0, 1, -1.0), (None, 1, 0, None),
        ]  # fmt: skip


def hours(zone: str, day: str) -> list[int]:
    return hours_of(zone, date.fromisoformat(day), date.fromisoformat(day))


def test_hours_meet_by_the_wall_clock() -> None:
    """Berlin: on 25 October 02:00 happens twice, on 29 March never."""
    repeated, plain = hours("Europe/Berlin", "2026-10-25"), hours("Europe/Berlin", "2026-10-26")
    found = hours_matched(repeated, plain, 1)
    assert len(repeated) == 25
    labels = {hour_label(a): hour_label(b) for a, b in found.items()}
    assert labels["2026-10-25T02:00+02:00"] == "2026-10-26T02:00+01:00"
    assert "2026-10-25T02:00+01:00" not in labels
    back = hours_matched(hours("Europe/Berlin", "2026-10-24"), repeated, 1)
    assert {hour_label(b) for b in back.values()} == {hour_label(code) for code in repeated} - {
        "2026-10-25T02:00+01:00"
    }
    skipped = hours("Europe/Berlin", "2026-03-29")
    assert 2 not in {code // OFFSET_STEP % 24 for code in skipped}
    ahead = hours_matched(hours("Europe/Berlin", "2026-03-28"), skipped, 1)
    assert len(ahead) == 23


def answer(rows: tuple[Row, ...], every: str | None = None, now: int = LATER) -> Answer:
    start, end = date(2026, 1, 3), date(2026, 1, 4)
    kpis = tuple(built_in()[kpi] for kpi in dict.fromkeys(each.kpi for each in rows))
    made = Comparison.of("previous", "days", start, end, now)
    return Answer(
        "s", "EUR", "UTC", start, end, every, (), 0, "1:x", kpis, (), rows, comparison=made
    )


def test_a_comparison_is_told_with_arrows() -> None:
    told = report(
        answer((row("orders", 15, 12), row("revenue", Decimal(1234), Decimal(1300)),
                row("aov", None, 40.0), row("ctr", 0.03, 0.0234), row("refunds", 2, 0),
                row("visitors", 7, 7))),
        "Shop", 100,
    )  # fmt: skip
    lines = [line.split("  ") for line in told]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    other_days = "compared with 2026-01-01 to 2026-01-02 (2 days)"
    assert cells[0] == [f"Shop · 2026-01-03 to 2026-01-04 (2 days) · {other_days} · UTC"]
    assert cells[3:] == [
        ["change", "before"],
        ["Store"],
        ["Orders", "15", "▲ 25.0 %", "12", "orders"],
        ["Revenue", "€1,234.00", "▼ 5.1 %", "€1,300.00", "revenue"],
        ["Average order value", "–", "gone", "€40.00", "aov"],
        ["Refunds", "2", "new", "0", "refunds"],
        ["Visitors", "7", "=", "7", "visitors"],
        [],
        ["Assets"],
        ["Click-through rate", "3.00 %", "▲ 0.66 pp", "2.34 %", "ctr"],
    ]


def test_an_open_answer_says_so() -> None:
    told = report(answer((row("orders", 15, 12, is_open=True),), now=24 * 20_457 + 5), "Shop", 100)
    assert "open" in told[-3]
    assert told[-1] == "Open: 2026-01-04 is not over yet, so what includes it is not compared."


def test_good_and_bad_news_stand_out() -> None:
    from footfall.report.table import Style  # noqa: PLC0415 - the only one who paints

    style = Style(good=lambda text: f"+{text}+", bad=lambda text: f"-{text}-")
    rows = (row("orders", 15, 12), row("bounce_rate", 0.5, 0.4), row("asset_loads", 2, 1))
    told = " ".join(report(answer(rows), "Shop", 100, style))
    assert "+▲ 25.0 %+" in told
    assert "-▲ 10.00 pp-" in told
    assert "  ▲ 100.0 %  " in told


def test_data_carries_the_comparison() -> None:
    made = answer((row("ctr", 0.5, 0.25), row("revenue", Decimal(10), Decimal(8))))
    told = made.to_json()
    assert told["compare"] == {
        "with": "previous", "align": "days", "from": "2026-01-01", "to": "2026-01-02",
    }  # fmt: skip
    assert [
        (each["previous"], each["change"], each["change_points"], each["open"])
        for each in told["rows"]
    ] == [(0.25, 1.0, 25.0, False), ("8.00", 0.25, None, False)]
    table = made.to_arrow().to_pylist()
    assert table[1] == {
        "kpi": "revenue", "bucket": None, "value": 10.0, "numerator": None, "denominator": None,
        "previous": 8.0, "change": 0.25, "change_points": None, "open": False,
    }  # fmt: skip
