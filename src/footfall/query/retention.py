"""Retention: of those who came (or bought) for the first time, how many come (or buy) again.

A person is in the cohort of the week or month of the first session (order) ever. Breakdowns and
filters speak of that first session or order: they say who is in a cohort, never who came back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from footfall.engine import Engine
from footfall.errors import RequestError, unknown
from footfall.localtime import buckets_of, day_date, day_number
from footfall.query.acts import Asked, Texts
from footfall.query.findings import COUNT, RATE, TEXT, Findings
from footfall.query.question import Question
from footfall.query.writer import bucket_sql
from footfall.schema.facts import EXPOSURE_DIMENSIONS

EVERY = ("week", "month")
KINDS = ("returning", "buying_again")
COLUMNS = {
    "kind": TEXT, "cohort": TEXT, "size": COUNT, "bucket": TEXT, "people": COUNT, "share": RATE,
}  # fmt: skip
Values = tuple[str | None, ...]
Cells = Mapping[tuple[int, Values], Mapping[int, int]]
"""(cohort, segment) → bucket → how many of the cohort were there."""


@dataclass(frozen=True, kw_only=True)
class RetentionFindings(Findings):
    """The cohorts: a row for each later bucket; a cohort without one has a row of its own."""

    every: str

    def to_json(self) -> dict[str, Any]:
        """The cohorts by kind, each with its later buckets in a list."""
        found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
        known: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in self.rows:
            segment = {name: row[name] for name in self.by}
            key = (row["kind"], row["cohort"], *segment.values())
            if key not in known:
                known[key] = []
                head: dict[str, Any] = {"segment": segment} if self.by else {}
                head |= {"cohort": row["cohort"], "size": row["size"], "later": known[key]}
                found[row["kind"]].append(head)
            if row["bucket"] is not None:
                known[key].append({name: row[name] for name in ("bucket", "people", "share")})
        return found


def check_every(every: str) -> None:
    """Refuses a length of buckets that cohorts do not have."""
    if every not in EVERY:
        raise RequestError(unknown("--every", every, EVERY))


def check_dimensions(asked: Asked) -> None:
    """Refuses breakdowns by experiments: a first session is rarely one of the exposed."""
    for name in asked.dimensions:
        if name in EXPOSURE_DIMENSIONS:
            raise RequestError(f"retention has no dimension {name!r}; it has those of sessions")


def retention_rows(engine: Engine, every: str, asked: Asked) -> tuple[dict[str, Any], ...]:
    """The rows of both kinds, cohort by cohort in order of time."""
    question = Question((), asked.start, asked.end, asked.by, every)
    buckets = [day_number(start) for start in buckets_of(asked.start, asked.end, every)]
    found = {
        "returning": _cells(engine, _returning(question, asked)),
        "buying_again": _cells(engine, _buying(question, asked)),
    }
    return tuple(row for kind in KINDS for row in _rows(kind, found[kind], buckets, asked.by))


def _rows(
    kind: str, cells: Cells, buckets: list[int], by: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    for cohort, values in sorted(cells, key=lambda cell: (_reading_order(cell[1]), cell[0])):
        seen = cells[cohort, values]
        size = seen[cohort]
        head: dict[str, Any] = dict(zip(by, values, strict=True))
        head |= {"kind": kind, "cohort": _label(cohort), "size": size}
        later = [bucket for bucket in buckets if bucket > cohort]
        for bucket in later:
            people = seen.get(bucket, 0)
            yield head | {"bucket": _label(bucket), "people": people, "share": people / size}
        if not later:
            yield head | {"bucket": None, "people": None, "share": None}


def _reading_order(values: Values) -> list[tuple[bool, str]]:
    return [(value is None, value or "") for value in values]


def _label(bucket: int) -> str:
    return day_date(bucket).isoformat()


def _cells(engine: Engine, statement: tuple[str, tuple[str, ...]]) -> Cells:
    cells: dict[tuple[int, Values], dict[int, int]] = defaultdict(dict)
    for cohort, bucket, people, *values in engine.rows(*statement):
        if people:  # without anything to group by there is a row for nobody
            cells[cohort, tuple(values)][bucket] = people
    return cells


def _returning(question: Question, asked: Asked) -> tuple[str, tuple[str, ...]]:
    """Sessions by cohort and bucket: of each person only the first in the bucket is counted.

    Every session knows its person's session before it, so that nobody has to be remembered.
    """
    first, last = asked.days
    own = bucket_sql(question, "s.day")
    before = bucket_sql(question, "s.previous_day")
    is_first = f"(s.previous_day IS NULL OR s.previous_day < {first} OR {before} < {own})"
    texts = Texts()
    join = ""
    if asked.is_of_sessions:
        only = " AND ".join(["f.visitor_type = 'new'", *texts.of_whom(asked, "f")])
        columns = ", ".join(["f.person", *(f"f.{name}" for name in asked.by)])
        join = f" JOIN (SELECT {columns} FROM sessions f WHERE {only}) c ON c.person = s.person"
    return _statement(
        f"FROM sessions s{join} WHERE s.day >= {first} AND s.day <= {last} "
        f"AND s.first_day >= {first} AND {is_first}",
        (bucket_sql(question, "s.first_day"), own, "count(*)"),
        asked.by,
        texts,
    )


def _buying(question: Question, asked: Asked) -> tuple[str, tuple[str, ...]]:
    """Orders by the cohort of their person's first and by bucket; a person once in each."""
    first, last = asked.days
    texts = Texts()
    only = ["NOT f.repeat", "f.person IS NOT NULL", f"f.day >= {first}"]
    only += texts.of_whom(asked, "f")
    columns = ", ".join(["f.person", "f.day AS began", *(f"f.{name}" for name in asked.by)])
    return _statement(
        f"FROM orders o JOIN (SELECT {columns} FROM orders f WHERE {' AND '.join(only)}) c "
        f"ON c.person = o.person WHERE o.day >= {first} AND o.day <= {last} AND c.began <= {last}",
        (
            bucket_sql(question, "c.began"),
            bucket_sql(question, "o.day"),
            "count(DISTINCT o.person)",
        ),
        asked.by,
        texts,
    )


def _statement(
    relation: str, columns: tuple[str | None, str | None, str], by: tuple[str, ...], texts: Texts
) -> tuple[str, tuple[str, ...]]:
    cohort, bucket, people = columns
    cut = [f"c.{name}" for name in by]
    shown = ", ".join(
        [f"{cohort} AS cohort", f"{bucket} AS later", f"{people} AS people"]
        + [f"c.{name} AS by_{name}" for name in by]
    )
    keys = ", ".join(each for each in [str(cohort), str(bucket), *cut] if not each.isdigit())
    grouped = f" GROUP BY {keys}" if keys else ""
    return f"SELECT {shown} {relation}{grouped}", tuple(texts.parameters)
