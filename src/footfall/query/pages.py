"""Pages: which are seen, where visits begin, and where they end.

The numbers are KPIs, asked as everybody asks them, so that they are the same here and there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from footfall.catalogue import Catalogue
from footfall.engine import Engine
from footfall.errors import RequestError, unknown
from footfall.query.acts import Asked
from footfall.query.answer import Row
from footfall.query.ask import ask
from footfall.query.findings import COUNT, NUMBER, RATE, SECONDS, TEXT
from footfall.query.question import Question, choose

KINDS = {"top": "page_views", "landing": "landings", "exit": "exits"}
"""The lists that there are, each with the column that it goes by."""
COLUMNS = {
    "page": TEXT,
    "page_views": COUNT,
    "avg_time_on_page": SECONDS,
    "avg_scroll_depth": NUMBER,
    "landings": COUNT,
    "bounce_rate": RATE,
    "session_conversion_rate": RATE,
    "exits": COUNT,
    "exit_rate": RATE,
}
_OF_PAGES = ("page_views", "avg_time_on_page", "avg_scroll_depth", "exit_rate")
_OF_LANDINGS = ("sessions", "bounce_rate", "session_conversion_rate")
Place = tuple[str | None, ...]
Found = dict[tuple[str | None, Place], dict[str, Row]]


def check_kind(kind: str) -> None:
    """Refuses a list that there is not."""
    if kind not in KINDS:
        raise RequestError(unknown("--kind", kind, KINDS))


def pages_rows(
    engine: Engine, catalogue: Catalogue, asked: Asked, kind: str, limit: int
) -> tuple[dict[str, Any], ...]:
    """The first so many pages of every segment, by what the list goes by.

    Bounces and conversions are of the visits that began on the page.
    """
    seen = _ask(engine, catalogue, _OF_PAGES, "page", asked)
    began = _ask(engine, catalogue, _OF_LANDINGS, "landing_page", asked)
    rows = [
        _row(page, dict(zip(asked.by, segment, strict=True)), seen, began)
        for page, segment in {**seen, **began}
        if page is not None
    ]
    column = KINDS[kind]
    rows = [row for row in rows if row[column]]
    rows.sort(key=lambda row: (_segment_order(row, asked.by), -row[column], row["page"]))
    return tuple(_first_of_each(rows, asked.by, limit))


def _ask(
    engine: Engine, catalogue: Catalogue, ids: Sequence[str], dimension: str, asked: Asked
) -> Found:
    by = (dimension, *(name for name in asked.by if name != dimension))
    kpis, _ = choose(catalogue, ids, by, tuple(asked.where), segment=asked.segment)
    question = Question(kpis, asked.start, asked.end, by, None, asked.where, asked.segment)
    found: Found = {}
    for row in ask(engine, question, "UTC"):
        segment = tuple(row.segment[name] for name in asked.by)
        found.setdefault((row.segment[dimension], segment), {})[row.kpi] = row
    return found


def _row(page: str | None, segment: dict[str, Any], seen: Found, began: Found) -> dict[str, Any]:
    place = (page, tuple(segment.values()))
    own: Mapping[str, Row] = {**began.get(place, {}), **seen.get(place, {})}
    values = {kpi: row.value for kpi, row in own.items()}
    exits = own.get("exit_rate")
    return segment | {
        "page": page,
        "page_views": values.get("page_views") or 0,
        "avg_time_on_page": values.get("avg_time_on_page"),
        "avg_scroll_depth": values.get("avg_scroll_depth"),
        "landings": values.get("sessions") or 0,
        "bounce_rate": values.get("bounce_rate"),
        "session_conversion_rate": values.get("session_conversion_rate"),
        "exits": (exits.numerator if exits else 0) or 0,
        "exit_rate": values.get("exit_rate"),
    }


def _segment_order(row: dict[str, Any], by: tuple[str, ...]) -> list[tuple[bool, str]]:
    return [(row[name] is None, row[name] or "") for name in by]


def _first_of_each(
    rows: list[dict[str, Any]], by: tuple[str, ...], limit: int
) -> list[dict[str, Any]]:
    counts: dict[Place, int] = {}
    kept = []
    for row in rows:
        segment = tuple(row[name] for name in by)
        counts[segment] = counts.get(segment, 0) + 1
        if counts[segment] <= limit:
            kept.append(row)
    return kept
