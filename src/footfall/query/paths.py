"""Paths to a conversion: the channels of the visits before it, and the pages of the visit it is in.

What follows itself is told once. Segments are those of the visit in which the conversion is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from footfall.engine import Engine
from footfall.errors import RequestError, unknown
from footfall.money import CONTEXT
from footfall.query.acts import Asked, Segment, Texts, by_exposure, reading_order
from footfall.query.findings import COUNT, MONEY, RATE, TEXT
from footfall.settings import Site

if TYPE_CHECKING:
    from footfall.query.findings import Found

KINDS = ("channels", "page_types")
COLUMNS = {
    "kind": TEXT, "path": TEXT, "steps": COUNT, "conversions": COUNT, "share": RATE,
    "revenue": MONEY,
}  # fmt: skip
BETWEEN, EARLIER = " → ", "…"
LONGEST = 10
"""A longer path is told by its last steps."""
NOTHING = {"channels": "(no visit)", "page_types": "(no page view)"}
NO_NAME = "other"
US = 1000


@dataclass
class _Paths:
    """The paths of one segment: how many conversions came by each, and what they were worth."""

    counts: Counter[tuple[str, ...]] = field(default_factory=Counter)
    revenue: defaultdict[tuple[str, ...], Decimal] = field(
        default_factory=lambda: defaultdict(Decimal)
    )


def check_kind(kind: str | None) -> None:
    """Refuses a kind of path that there is not."""
    if kind is not None and kind not in KINDS:
        raise RequestError(unknown("--kind", kind, KINDS))


def paths_rows(  # noqa: PLR0917 - what is asked, of which site, how much of it
    engine: Engine, site: Site, asked: Asked, window_ms: int, kind: str | None, limit: int
) -> tuple[Found, ...]:
    """The most frequent paths of each kind, segment by segment."""
    statements: dict[str, Callable[[Asked], tuple[str, Texts]]] = {
        "channels": lambda question: _visits(question, window_ms),
        "page_types": lambda question: _pages(engine, question),
    }
    names = {"channels": _channel, "page_types": _typed(site)}
    rows: list[Found] = []
    for each in KINDS if kind is None else (kind,):
        found = _found(engine, asked, statements[each], names[each], NOTHING[each])
        for segment, paths in found:
            rows += _rows(each, segment, paths, limit)
    return tuple(rows)


def _found(
    engine: Engine,
    asked: Asked,
    statement: Callable[[Asked], tuple[str, Texts]],
    name: Callable[[str | None], str],
    nothing: str,
) -> list[tuple[Segment, _Paths]]:
    found: dict[tuple[str | None, ...], _Paths] = {}
    for exposed, question in list(by_exposure(engine, asked)):
        text, texts = statement(question)
        told = engine.rows(text, texts.parameters)
        for _, rows in groupby(told, key=lambda row: row[0]):
            moments = list(rows)
            _, revenue, has_one, _, *values = moments[0]
            both = dict(zip(question.by, values, strict=True)) | exposed
            paths = found.setdefault(tuple(both[each] for each in asked.by), _Paths())
            steps = _collapsed(name(row[3]) for row in moments) if has_one else (nothing,)
            paths.counts[steps] += 1
            if revenue is not None:
                paths.revenue[steps] = CONTEXT.add(paths.revenue[steps], revenue)
    segments = [(dict(zip(asked.by, key, strict=True)), paths) for key, paths in found.items()]
    return sorted(segments, key=lambda each: reading_order(each[0]))


def _rows(kind: str, segment: Segment, paths: _Paths, limit: int) -> Iterator[Found]:
    total = paths.counts.total()
    ordered = sorted(paths.counts.items(), key=lambda each: (-each[1], each[0]))
    for steps, count in ordered[:limit]:
        yield segment | {
            "kind": kind,
            "path": BETWEEN.join(steps),
            "steps": len(steps),
            "conversions": count,
            "share": count / total,
            "revenue": paths.revenue[steps],
        }


def _collapsed(names: Iterable[str]) -> tuple[str, ...]:
    """The names without those that follow themselves; of many the last."""
    steps = tuple(name for name, _ in groupby(names))
    return steps if len(steps) <= LONGEST else (EARLIER, *steps[-LONGEST:])


def _channel(channel: str | None) -> str:
    return channel or NO_NAME


def _typed(site: Site) -> Callable[[str | None], str]:
    @cache
    def type_of(page: str | None) -> str:
        return (site.page_type(page) if page is not None else None) or NO_NAME

    return type_of


def _conversions(asked: Asked, texts: Texts) -> str:
    """The conversions that are asked for, each with its worth if it is an order."""
    first, last = asked.days
    join = texts.exposures(asked.exposed, "k.visitor") if asked.exposed else ""
    only = ["k.conversion", f"k.day >= {first}", f"k.day <= {last}"]
    only += texts.of_whom(asked, "k") + (["k.ts >= x.begun"] if join else [])
    columns = [f"k.{name}" for name in ("event_key", "person", "session", "ts", *asked.by)]
    columns.append("o.revenue")
    return (
        f"SELECT {', '.join(columns)} FROM key_events k "
        f"LEFT JOIN orders o ON o.order_key = k.event_key{join} WHERE {' AND '.join(only)}"
    )


def _cut(asked: Asked) -> str:
    return "".join(f", k.{name} AS by_{name}" for name in asked.by)


def _visits(asked: Asked, window_ms: int) -> tuple[str, Texts]:
    """The person's visits that began at or before the conversion, and within the window of it."""
    texts = Texts()
    return (
        f"SELECT k.event_key, k.revenue, s.session IS NOT NULL AS has_one, s.channel{_cut(asked)} "
        f"FROM ({_conversions(asked, texts)}) k LEFT JOIN sessions s ON s.person = k.person "
        f"AND s.ts <= k.ts AND s.ts >= k.ts - {window_ms * US} "
        f"ORDER BY k.event_key, s.ts, s.first_event_id"
    ), texts


def _pages(engine: Engine, asked: Asked) -> tuple[str, Texts]:
    """The page views of the conversion's visit, at or before it.

    Whatever a visitor does from the beginning of a session on, and before the next one, is in it.
    """
    texts = Texts()
    return (
        f"SELECT k.event_key, k.revenue, a.seq IS NOT NULL AS has_one, a.page{_cut(asked)} "
        f"FROM ({_conversions(asked, texts)}) k LEFT JOIN sessions s ON s.session = k.session "
        f"LEFT JOIN (SELECT p.seq, p.event_id, p.visitor, p.ts, p.page FROM acts p "
        f"WHERE p.event = 'page_view' AND {_span(engine, asked)}) a "
        f"ON a.visitor = s.visitor AND a.ts >= s.ts AND a.ts <= k.ts "
        f"ORDER BY k.event_key, a.ts, a.event_id"
    ), texts


def _span(engine: Engine, asked: Asked) -> str:
    """From the first of the conversions' visits to the last conversion: the engine skips the rest.

    As plain numbers: what is only known after a join cannot be skipped by.
    """
    texts = Texts()
    statement = (
        f"SELECT min(s.ts) AS first, max(k.ts) AS last FROM ({_conversions(asked, texts)}) k "
        f"JOIN sessions s ON s.session = k.session"
    )
    [(first, last)] = engine.rows(statement, texts.parameters)
    return "1 = 0" if not last else f"p.ts >= {first} AND p.ts <= {last}"
