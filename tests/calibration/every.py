"""All bars, in the order of their ids, and how they are written down."""

from __future__ import annotations

from collections.abc import Sequence

from calibration import adjusted, alike, choices, exact, peeking, verdicts
from calibration.bars import Bar, Measured

ALL = tuple(
    sorted(
        (bar for part in (alike, adjusted, peeking, choices, verdicts, exact) for bar in part.BARS),
        key=lambda bar: (int(bar.id.strip("Bh")), bar.id),
    )
)
"""B4 is measured within B1 to B3, on every one of their runs."""


def table(found: Sequence[tuple[Bar, int, Sequence[Measured]]]) -> str:
    """The figures as Markdown: a table for each bar."""
    return "\n".join(_part(bar, runs, figures) for bar, runs, figures in found)


def _part(bar: Bar, runs: int, figures: Sequence[Measured]) -> str:
    head = [f"## {bar.id}: {bar.scenario}", "", "| figure | measured | bar | | runs |"]
    rows = [_row(each, runs) for each in figures]
    return "\n".join([*head, "|---|---:|---|---|---:|", *rows, ""])


def _row(each: Measured, runs: int) -> str:
    cells = (each.what, _told(each), _bar(each), _holds(each), f"{each.runs or runs:,}")
    return f"| {' | '.join(cells)} |"


def _told(each: Measured) -> str:
    if each.digits > 8:
        return f"{each.value:.1e}"
    return f"{each.value:.{each.digits}f}"


def _bar(each: Measured) -> str:
    if each.low is not None and each.low == each.high:
        return f"{each.low:g}"
    low = "" if each.low is None else f"from {each.low:.4g}"
    high = "" if each.high is None else f"to {each.high:.4g}"
    return " ".join(filter(None, (low, high))) or "for comparison"


def _holds(each: Measured) -> str:
    if each.low is None and each.high is None:
        return ""
    return "holds" if each.holds() else "**misses**"
