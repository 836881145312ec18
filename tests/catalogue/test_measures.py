"""What a KPI can be made of beside counts and sums: the middle value, and a row for each mark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import pytest

from footfall.catalogue import Kpi
from footfall.engine.duckdb import DuckEngine
from footfall.errors import RequestError
from footfall.query.answer import Answer
from footfall.query.ask import ask
from footfall.query.question import Question
from footfall.report.data import kpis_csv
from footfall.report.kpis import report
from footfall.schema.facts import FACTS, ORDERS
from support.judge import shop_for
from support.own import HEAD, KINDS, MIDDLE_ENGAGED, MIDDLE_VISIT, own
from support.shop import Shop, shop_of
from support.streams import rich_stream

LINES = (
    HEAD.format(id="lines", unit="count", formula="told")
    + """
[measures.told]
fact = "lines"
count = true

[split]
column = "line"
values = [0, 1, 2]
"""
)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with shop_for(rich_stream(21)) as found:
        yield found


def asked(shop: Shop, kpi: Kpi, by: Sequence[str] = (), every: str | None = None) -> list[Any]:
    question = Question((kpi,), *shop.period(), tuple(by), every)
    return list(ask(DuckEngine(shop.con), question, shop.site.timezone))


@pytest.mark.parametrize(("by", "every"), [((), None), (("device",), None), ((), "day")])
def test_a_median_is_the_middle_value(shop: Shop, by: tuple[str, ...], every: str | None) -> None:
    rows = asked(shop, own(MIDDLE_VISIT), by, every)
    found = shop.con.execute(
        f"SELECT duration_ms, {', '.join([*by, *([] if every is None else ['day'])]) or 'null'} "
        "FROM sessions WHERE NOT bounced"
    ).fetchall()
    first = shop.period()[0].toordinal() - 719163
    for at, row in enumerate(rows):
        cell = row.segment["device"] if by else None if every is None else first + at
        values = [duration / 1000 for duration, key in found if key == cell]
        assert row.value == (median(values) if values else None)
        assert (row.numerator, row.denominator) == (None, len(values))
    assert len([row for row in rows if row.value]) >= min(2, len(rows))


def test_a_thing_counts_once_in_a_median(shop: Shop) -> None:
    things = shop.con.execute(
        "SELECT DISTINCT session, duration_ms FROM contributed_sessions"
    ).fetchall()
    rows = shop.con.execute("SELECT count(*) FROM contributed_sessions").fetchall()
    assert len(things) < rows[0][0]
    [row] = asked(shop, own(MIDDLE_ENGAGED))
    assert (row.value, row.denominator) == (median(ms for _, ms in things), len(things))


def test_a_median_of_nothing_has_no_value() -> None:
    with shop_of([]) as shop:
        [row] = asked(shop, own(MIDDLE_VISIT))
        assert (row.value, row.numerator, row.denominator) == (None, None, 0)
        kpis = (own(MIDDLE_VISIT),)
        answer = Answer("s", "EUR", "UTC", *shop.period(), None, (), 0, "", kpis, (), (row,))
        assert "–" in report(answer, "S", 80)[-1]


def test_a_split_has_a_row_for_each_value_also_of_nothing(shop: Shop) -> None:
    leads, trials = (
        shop.con.execute(f"SELECT count(*) FROM milestones WHERE kind = '{kind}'").fetchall()[0][0]
        for kind in ("lead", "trial")
    )
    assert leads
    assert trials
    assert [(row.segment, row.value) for row in asked(shop, own(KINDS))] == [
        ({"kind": "lead"}, leads), ({"kind": "trial"}, trials), ({"kind": "nothing"}, 0),
    ]  # fmt: skip
    cut = asked(shop, own(KINDS), ["device"])
    assert sum(row.value for row in cut if row.segment["kind"] == "lead") == leads
    assert {tuple(row.segment) for row in cut} == {("device", "kind")}


def test_a_split_goes_by_numbers_too(shop: Shop) -> None:
    rows = asked(shop, own(LINES))
    assert [row.segment["line"] for row in rows] == ["0", "1", "2"]
    assert (
        rows[0].value
        == shop.con.execute("SELECT count(DISTINCT order_key) FROM lines").fetchall()[0][0]
    )


def test_a_split_is_shown_row_by_row(shop: Shop) -> None:
    kpi = own(KINDS)
    rows = tuple(asked(shop, kpi))
    answer = Answer("s", "EUR", "UTC", *shop.period(), None, (), 0, "", (kpi,), (), rows)
    told = report(answer, "S", 80)
    assert [line.split()[:2] for line in told[-3:]] == [
        ["kinds:", "lead"], ["kinds:", "trial"], ["kinds:", "nothing"],
    ]  # fmt: skip
    assert kpis_csv(answer).splitlines()[0] == "kpi,bucket,kind,value,numerator,denominator"
    assert kpis_csv(answer).splitlines()[3] == "kinds,,nothing,0,,"


def test_100_times_a_division_is_a_ratio_of_its_sides(shop: Shop) -> None:
    text = HEAD.format(id="index", unit="score", formula="100 * ((bounces - others) / sessions)")
    kpi = own(
        text
        + """
[measures.bounces]
fact = "sessions"
count = true
where = { bounced = true }
[measures.others]
fact = "sessions"
count = true
where = { bounced = false }
[measures.sessions]
fact = "sessions"
count = true
"""
    )
    [row] = asked(shop, kpi)
    [(up, all_)] = shop.con.execute(
        "SELECT sum(CASE WHEN bounced THEN 1 ELSE -1 END), count(*) FROM sessions"
    ).fetchall()
    assert (row.numerator, row.denominator) == (up, all_)
    assert row.value == pytest.approx(100 * int(up) / all_)


def test_a_sum_over_a_number_is_no_ratio(shop: Shop) -> None:
    text = HEAD.format(id="minutes", unit="minutes", formula="lasted / 60000")
    kpi = own(text + '[measures.lasted]\nfact = "sessions"\nsum = "duration_ms"\n')
    [row] = asked(shop, kpi)
    assert (row.numerator, row.denominator) == (None, None)
    assert row.value > 0
    assert not kpi.is_ratio


@pytest.mark.parametrize(
    ("split", "told"),
    [
        ("[split]\ncolumn = 'kid'\nvalues = ['lead']", "did you mean 'kind'"),
        ("[split]\ncolumn = 'kind'\nvalues = [1]", "does not fit the column"),
        ("[split]\ncolumn = 'kind'\nvalues = []", "is no list of values"),
        ("[split]\ncolumn = 'kind'", "needs a column and its values"),
    ],
)
def test_a_wrong_split_is_refused(split: str, told: str) -> None:
    text = KINDS.partition("[split]")[0] + split
    with pytest.raises(RequestError, match=told):
        own(text)


def test_a_median_is_of_numbers() -> None:
    with pytest.raises(RequestError, match="is not a number"):
        own(MIDDLE_VISIT.replace("duration_ms", "exit_page"))


@pytest.fixture
def hourly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders by the hour of the day."""
    monkeypatch.setitem(FACTS, "orders", replace(ORDERS, hours=(("hour_of_day", "hour"),)))


PURCHASES = [
    # in Berlin: 01:30, 02:30 (summer), 02:30 (winter), 23:59, 00:00
    ("2026-10-24T23:30:00Z", 1), ("2026-10-25T00:30:00Z", 2), ("2026-10-25T01:30:00Z", 4),
    ("2026-10-24T21:59:00Z", 8), ("2026-10-24T22:00:00Z", 16),
]  # fmt: skip


@pytest.mark.usefixtures("hourly")
def test_an_hour_of_the_day_is_the_wall_clocks() -> None:
    events = [
        {"event_id": str(value), "event": "purchase", "occurred_at": at, "visitor_id": "v",
         "properties": {"value": value}}
        for at, value in PURCHASES
    ]  # fmt: skip
    with shop_of(events, {"timezone": "Europe/Berlin"}) as shop:
        assert shop.values("revenue", by=["hour_of_day"]) == {"0": 16, "1": 1, "2": 6, "23": 8}
        assert list(shop.values("revenue", by=["hour_of_day"])) == ["0", "1", "2", "23"]
        where = {"hour_of_day": ["2", "23", "elf"]}
        assert shop.value("revenue", where=where) == 14
        assert shop.value("revenue", where={"hour_of_day": [None]}) == 0
