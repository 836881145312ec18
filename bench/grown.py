"""Questions that grew: cumulated, compared, in a segment; and every KPI's first 1,000 things."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from common import DAYS, SITE, UNTIL, Result, median_seconds, stopwatch

import footfall

THINGS = 1_000
SEGMENT = "[when]\nany = [ { page_views = { at_least = 3 } }, { added_to_cart = true } ]\n"


def run(workspace: Path, result: Result) -> None:
    """Times the whole catalogue over all days, and explains each KPI."""
    start, middle = UNTIL - timedelta(days=DAYS - 1), UNTIL - timedelta(days=DAYS // 2 - 1)
    (workspace / "segments").mkdir(exist_ok=True)
    (workspace / "segments" / "engaged.toml").write_text(SEGMENT, "utf-8")
    asked: dict[str, dict[str, Any]] = {
        "cumulated by day, seconds": {"every": "day", "cumulate": True},
        "cumulated by day × device, seconds": {"every": "day", "by": "device", "cumulate": True},
        "half compared with the other × day × device, seconds": {
            "start": middle, "every": "day", "by": "device", "compare": "previous",
        },
        "in a segment of session facts × day × device, seconds": {
            "every": "day", "by": "device", "segment": "engaged",
        },
    }  # fmt: skip
    with footfall.open(workspace) as shop:
        for figure, own in asked.items():
            words = {"start": start, "end": UNTIL, "site": SITE, **own}
            result.note(figure, median_seconds(lambda words=words: shop.kpis(**words), runs=3))
        _explain(shop, result, start)


def _explain(shop: footfall.Workspace, result: Result, start: Any) -> None:
    """Every KPI's first things: the slowest, and the mean."""
    seconds: dict[str, float] = {}
    for kpi in shop.catalogue(shop.site(SITE)):
        if kpi.requires is None:
            words = {"start": start, "end": UNTIL, "site": SITE, "limit": THINGS}
            shop.explain(kpi.id, **words)
            with stopwatch() as elapsed:
                shop.explain(kpi.id, **words)
                seconds[kpi.id] = elapsed()
    slowest = max(seconds, key=lambda kpi: seconds[kpi])
    result.note(
        f"first {THINGS:,} things of a KPI, mean seconds", sum(seconds.values()) / len(seconds)
    )
    result.note("the slowest, seconds", seconds[slowest])
    result.note("the slowest is", slowest)
