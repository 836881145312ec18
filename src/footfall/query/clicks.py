"""The click map of a page: what is clicked there, and where on it.

It reads the properties of ``click`` events, as DuckDB does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from footfall.engine import Engine
from footfall.errors import RequestError
from footfall.query.acts import Asked, Segment, Texts, by_exposure, reading_order
from footfall.query.findings import COUNT, RATE, TEXT, Findings
from footfall.schema.acts import person_sql

X_STEP, Y_STEP = 5, 50
"""How large a place of the map is: % of the page's width, px of its height."""
COLUMNS = {
    "kind": TEXT, "selector": TEXT, "text": TEXT, "href": TEXT, "x_pct": COUNT, "y_px": COUNT,
    "clicks": COUNT, "visitors": COUNT, "share": RATE,
}  # fmt: skip
Clicked = tuple[Segment, dict[str, Any]]
_ELEMENT = ("selector", "text", "href")
_POSITION = ("x_pct", "y_px")


@dataclass(frozen=True, kw_only=True)
class ClickFindings(Findings):
    """The elements and the places of a page, those clicked most first."""

    page: str

    def to_json(self) -> dict[str, Any]:
        """The page with its elements and its positions in lists of their own."""
        told: dict[str, Any] = super().to_json()
        rows = told.pop("rows")
        return told | {
            "page": self.page,
            "x_step_pct": X_STEP,
            "y_step_px": Y_STEP,
            "elements": [_only(row, _ELEMENT) for row in rows if row["kind"] == "element"],
            "positions": [_only(row, _POSITION) for row in rows if row["kind"] == "position"],
        }


def _only(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: row[name]
        for name in ("segment", *names, "clicks", "visitors", "share")
        if name in row
    }


def check_page(page: str) -> None:
    """Refuses what is no path."""
    if not page.startswith(("/", "*")):
        raise RequestError(f"{page!r} is no page; write its path, such as /cart or /products/*")


def click_rows(engine: Engine, page: str, asked: Asked, limit: int) -> tuple[dict[str, Any], ...]:
    """The elements and the places of a page (``*`` is any characters), segment by segment."""
    found: list[Clicked] = []
    for exposed, question in list(by_exposure(engine, asked)):
        for kind, keys in (("element", _element_keys()), ("position", _position_keys())):
            text, texts = _statement(page, question, keys)
            for *values, clicks, visitors in engine.rows(text, texts.parameters):
                cut = len(question.by)
                both = dict(zip(question.by, values[:cut], strict=True)) | exposed
                segment = {name: both[name] for name in asked.by}
                told = dict(zip(keys, values[cut:], strict=True))
                counted = {"kind": kind, "clicks": clicks, "visitors": visitors}
                found.append((segment, told | counted))
    return tuple(_rows(found, limit))


def _rows(found: list[Clicked], limit: int) -> list[dict[str, Any]]:
    """The elements clicked most, and all places, each with its share of the clicks of its kind."""
    totals: Counter[tuple[Any, ...]] = Counter()
    for segment, row in found:
        totals[*segment.values(), row["kind"]] += row["clicks"]
    rows, taken = [], Counter[tuple[Any, ...]]()
    for segment, row in sorted(found, key=_by_clicks):
        key = (*segment.values(), row["kind"])
        taken[key] += 1
        if row["kind"] == "position" or taken[key] <= limit:
            whole = dict.fromkeys((*_ELEMENT, *_POSITION)) | row
            rows.append(segment | whole | {"share": row["clicks"] / totals[key]})
    return rows


def _by_clicks(clicked: Clicked) -> tuple[Any, ...]:
    segment, row = clicked
    return reading_order(segment), row["kind"], -row["clicks"], _place(row)


def _place(row: dict[str, Any]) -> list[tuple[bool, str]]:
    return [(row.get(name) is None, f"{row.get(name) or 0:>9}") for name in (*_ELEMENT, *_POSITION)]


def _property(name: str) -> str:
    return f"nullif(json_extract_string(a.properties, '$.{name}'), '')"


def _element_keys() -> dict[str, tuple[str, bool]]:
    """Column → its expression, and whether clicks are gathered by it; else one of its values."""
    return {
        "selector": (_property("selector"), True),
        "text": (_property("text"), False),
        "href": (_property("href"), False),
    }


def _position_keys() -> dict[str, tuple[str, bool]]:
    return {
        "x_pct": (_step(_property("x_pct"), X_STEP), True),
        "y_px": (_step(_property("y_px"), Y_STEP), True),
    }


def _step(number: str, size: int) -> str:
    """A number cut down to a whole multiple of a size."""
    return f"(floor(TRY_CAST({number} AS DOUBLE) / {size}) * {size})::BIGINT"


def _statement(page: str, asked: Asked, keys: dict[str, tuple[str, bool]]) -> tuple[str, Texts]:
    texts = Texts()
    first, last = asked.days
    join = texts.exposures(asked.exposed, "a.visitor") if asked.exposed else ""
    only = ["a.event = 'click'", texts.is_page([page]), f"a.day >= {first}", f"a.day <= {last}"]
    only += texts.of_whom(asked, "a") + (["a.ts >= x.begun"] if join else [])
    gathered = [expression for expression, is_key in keys.values() if is_key]
    if "x_pct" in keys:
        only += [f"{expression} IS NOT NULL" for expression in gathered]
    cut = [f"a.{name}" for name in asked.by]
    shown = [*cut, *(each if is_key else f"min({each})" for each, is_key in keys.values())]
    person = person_sql("a.visitor", "w.person")
    return (
        f"SELECT {', '.join(shown)}, count(*), count(DISTINCT {person}) "
        f"FROM {'acts_in_sessions' if asked.is_of_sessions else 'acts'} a "
        f"LEFT JOIN persons w ON w.visitor = a.visitor{join} "
        f"WHERE {' AND '.join(only)} GROUP BY {', '.join([*cut, *gathered])}"
    ), texts
