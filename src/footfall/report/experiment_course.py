"""The picture of an experiment: its primary with the interval, as it stood at each look."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from footfall.experiment.result import Report
from footfall.report.chart import Chart, Series, Words, over_time
from footfall.report.local import Local
from footfall.report.numbers import NOTHING
from footfall.settings import Site

WIDEST = 4.0
"""Intervals that are more times as wide as the latest one are not drawn: they hide it."""


def course_chart(report: Report, site: Site) -> Chart | None:
    """The primary's lift with its interval, look by look; None where there is nothing to see."""
    outcome = report.primary
    if outcome is None:
        return None
    known = [each for each in report.course if each.interval is not None]
    if not known:
        return None
    last = known[-1].interval
    assert last is not None  # noqa: S101 - those without are left out
    widest = WIDEST * (last.high - last.low)
    shown = [
        each for each in known if each.interval and each.interval.high - each.interval.low <= widest
    ]
    days = sorted({each.day for each in shown})
    every = [days[0] + timedelta(days=at) for at in range((days[-1] - days[0]).days + 1)]
    local = Local.of(site)
    lines = []
    for reading in outcome.readings:
        points = {each.day: each for each in shown if each.variant == reading.variant}
        found = [points.get(day) for day in every]
        lines.append(
            Series(
                reading.variant,
                tuple(each.lift if each else None for each in found),
                tuple(
                    f"{local.change(each.lift)} ({local.change(each.interval.low)} … "
                    f"{local.change(each.interval.high)})"
                    if each and each.lift is not None and each.interval
                    else NOTHING
                    for each in found
                ),
                band=tuple(
                    (each.interval.low, each.interval.high) if each and each.interval else None
                    for each in found
                ),
            )
        )  # fmt: skip
    title = f"Lift of {outcome.name.lower()} over control, with its interval at each look"
    labels = [day.isoformat() for day in every]
    chart = over_time(title, "lines", labels, "day", lines, Words(local, "rate"))
    return replace(chart, has_bands=True)
