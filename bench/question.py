"""Every Store and Asset KPI × day × device in one question, beside one query per KPI."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from common import DAYS, SITE, UNTIL, Result, median_seconds, peak_mb, stopwatch
from rivals import QUERIES

import footfall
from footfall.query.answer import Answer

GROUPS = ("Store", "Assets")


def run(workspace: Path, result: Result, *, rivals: bool = True) -> None:
    """Times the whole question, and the rival's queries on the same database."""
    shop = footfall.open(workspace)
    groups = {kpi.id: kpi.group for kpi in shop.catalogue(shop.site(SITE))}
    answer = _ask(shop)
    book = sorted({row.kpi for row in answer})
    some = [kpi for kpi in book if groups[kpi] in GROUPS]
    seconds = median_seconds(lambda: _ask(shop, some))
    result.note("Store and Asset KPIs in the question", len(some))
    result.note("whole question, seconds", seconds)
    result.note("KPIs in the whole book", len(book))
    result.note("rows in the answer", len(answer))
    result.note("whole book, seconds", median_seconds(lambda: _ask(shop)))
    result.note("peak memory so far, MB", peak_mb())
    if rivals:
        _ask_one_by_one(shop, result, seconds, len(some))
    shop.close()


def _ask(shop: footfall.Workspace, kpis: Sequence[str] = ()) -> Answer:
    start = UNTIL - timedelta(days=DAYS - 1)
    return shop.kpis(kpis, by="device", every="day", start=start, end=UNTIL, site=SITE)


def _ask_one_by_one(shop: footfall.Workspace, result: Result, whole: float, kpis: int) -> None:
    con = shop.projection(shop.site(SITE)).con
    total = 0.0
    for query in QUERIES.values():
        with stopwatch() as elapsed:
            con.execute(query).fetchall()
            total += elapsed()
    result.note("queries asked one by one", len(QUERIES))
    result.note("one by one, seconds", total)
    result.note("one by one ÷ whole question, per KPI", total / len(QUERIES) / (whole / kpis))
    result.note(f"one by one ({len(QUERIES)} queries) ÷ whole question (all)", total / whole)
