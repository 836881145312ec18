"""How much a number has changed, as people read it: `▲ 12.3 %`, `▼ 0.21 pp`, `=`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.catalogue import Kpi
from footfall.report.numbers import NOTHING
from footfall.report.table import Toned, cells

if TYPE_CHECKING:
    from footfall.query.answer import Row

UP, DOWN, SAME, NEW, GONE, OPEN = "▲", "▼", "=", "new", "gone", "open"
POINTS = {"rate": " pp", "percent": " pp", "score": ""}


def change_text(row: Row | None, kpi: Kpi) -> str:
    """The change of a row; `open` where its time is not over yet."""
    if row is None:
        return ""
    if row.is_open:
        return OPEN
    change = row.change_points if kpi.unit in POINTS else row.change
    if change is None:
        return _appeared(row)
    size = f"{change:+,.1%}" if kpi.unit not in POINTS else f"{change:+,.2f}{POINTS[kpi.unit]}"
    sign, size = size[0], size[1:].replace("%", " %")
    if not any(digit in size for digit in "123456789"):
        return SAME
    return f"{UP if sign == '+' else DOWN} {size}"


def _appeared(row: Row) -> str:
    """What cannot be told as a part of what was there before."""
    if row.value and not row.previous:
        return NEW
    return GONE if row.previous and row.value is None else NOTHING


def toned(text: str, change: str, kpi: Kpi) -> str:
    """A cell that ends with a change, good or bad as the KPI takes it."""
    if change[:1] not in (UP, DOWN) or kpi.better == "neither":
        return text
    return Toned(text, change, is_good=(change[:1] == UP) == (kpi.better == "higher"))


def beside(value: str, change: str, width: int, kpi: Kpi) -> str:
    """A value and its change in one cell, changes of a column beneath each other."""
    padded = " " * (width - cells(change)) + change
    return toned(f"{value}  {padded}", change, kpi)
