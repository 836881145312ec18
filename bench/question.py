"""Every Store and Asset KPI × day × device in one question, beside one query per KPI."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from common import DAYS, SITE, UNTIL, Result, median_seconds, peak_mb, stopwatch
from rivals import QUERIES

import footfall


def run(workspace: Path, result: Result, *, rivals: bool = True) -> None:
    """Times the whole question, and the rival's queries on the same database."""
    shop = footfall.open(workspace)
    start = UNTIL - timedelta(days=DAYS - 1)
    answer = shop.kpis(by="device", every="day", start=start, end=UNTIL, site=SITE)
    kpis = len({row.kpi for row in answer})
    seconds = median_seconds(
        lambda: shop.kpis(by="device", every="day", start=start, end=UNTIL, site=SITE)
    )
    result.note("KPIs in the question", kpis)
    result.note("rows in the answer", len(answer))
    result.note("whole question, seconds", seconds)
    result.note("peak memory so far, MB", peak_mb())
    if rivals:
        _ask_one_by_one(shop, result, seconds, kpis)
    shop.close()


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
