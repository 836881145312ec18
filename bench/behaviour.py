"""What the reports of behaviour cost: funnels of four steps, retention, paths and leaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from common import DAYS, SITE, UNTIL, Result, median_seconds, peak_mb

import footfall

STEPS = "page_view,add_to_cart,begin_checkout,purchase"
OFTEN = "page_view,view_item,add_to_cart,purchase"
ASKED = {"start": UNTIL - timedelta(days=DAYS - 1), "end": UNTIL, "site": SITE}


def run(workspace: Path, result: Result) -> None:
    """Times each report over the whole period."""
    with footfall.open(workspace) as shop:
        reports: dict[str, Callable[[], object]] = {
            "funnel of persons, four steps": lambda: shop.funnel(steps=STEPS, **ASKED),
            "the same, strict": lambda: shop.funnel(steps=STEPS, order="strict", **ASKED),
            "the same, half of them take step 2": lambda: shop.funnel(steps=OFTEN, **ASKED),
            "the same, by device": lambda: shop.funnel(steps=STEPS, by="device", **ASKED),
            "funnel of sessions": lambda: shop.funnel(steps=STEPS, scope="session", **ASKED),
            "retention by week": lambda: shop.retention("week", **ASKED),
            "retention by month": lambda: shop.retention("month", **ASKED),
            "paths": lambda: shop.paths(**ASKED),
            "leaks by device": lambda: shop.leaks(**ASKED),
        }
        for name, report in reports.items():
            result.note(f"{name}, seconds", median_seconds(report, 3))
        result.note("peak memory so far, MB", peak_mb())
