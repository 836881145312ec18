"""The text of a question about what people did: which acts are a step, and in which segment.

Conditions on properties read the event's JSON, as DuckDB does; all else is the portable subset
(docs/decisions/0012-reports-of-behaviour.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from footfall.catalogue.funnel import Step
from footfall.engine import Engine
from footfall.event.vocabulary import ITEM
from footfall.localtime import day_number
from footfall.query.segment import Is, is_one_of
from footfall.query.segment import Segment as Named
from footfall.schema.facts import ASSET_DIMENSIONS, EXPOSURE_DIMENSIONS, SESSION_DIMENSIONS

Values = tuple[str | None, ...]
Where = Mapping[str, Values]
Segment = dict[str, str | None]
DIMENSIONS = (*SESSION_DIMENSIONS, *EXPOSURE_DIMENSIONS)
"""What reports of behaviour can be cut by: the session that it began in, and experiments."""
COLUMNS = ("page", *ASSET_DIMENSIONS)
"""The keys of a step's conditions that are columns; all others are properties."""
ITEM_KEYS = {"product": "item_id", "category": "item_category", **{key: key for key in ITEM}}
"""The keys that are asked of ``items[]``, with their names there."""


@dataclass(frozen=True)
class Asked:
    """What every report is asked: the local days, both included, and for whom, cut by what.

    ``timeout_us``: the inactivity that ends a session in the site.
    """

    start: date
    end: date
    by: tuple[str, ...] = ()
    where: Where = field(default_factory=dict)
    segment: Named | None = None
    timeout_us: int = field(kw_only=True)

    @property
    def days(self) -> tuple[int, int]:
        """First and last day by number."""
        return day_number(self.start), day_number(self.end)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All dimensions that it speaks of."""
        named = self.segment.dimensions if self.segment else ()
        return tuple(dict.fromkeys((*self.by, *self.where, *named)))

    @property
    def exposed(self) -> list[tuple[str, Values]]:
        """What is wanted of experiments."""
        told = [pair for pair in self.where.items() if pair[0] in EXPOSURE_DIMENSIONS]
        named = self.segment.exposures if self.segment else ()
        return told + [(each.name, each.values) for each in named]

    @property
    def wants_without_session(self) -> bool:
        """Whether what is in no session is wanted: it has no values, and did nothing in one."""
        where = [values for name, values in self.where.items() if name not in EXPOSURE_DIMENSIONS]
        is_in_segment = self.segment is None or self.segment.holds_without_session
        return is_in_segment and all(None in values for values in where)

    @property
    def is_of_sessions(self) -> bool:
        """Whether anything is asked of sessions."""
        if self.segment and self.segment.session_facts:
            return True
        return any(name not in EXPOSURE_DIMENSIONS for name in self.dimensions)


@dataclass
class Texts:
    """The texts that a statement carries as parameters (``:p0``, ``:p1`` …)."""

    parameters: list[str] = field(default_factory=list)

    def put(self, text: str) -> str:
        """The place of a text in the statement."""
        self.parameters.append(text)
        return f":p{len(self.parameters) - 1}"

    def one_of(self, expression: str, values: Sequence[str | None]) -> str:
        """Whether an expression is one of some values, None for null."""
        texts = [self.put(value) for value in values if value is not None]
        parts = [f"{expression} IN ({', '.join(texts)})"] if texts else []
        parts += [f"{expression} IS NULL"] if None in values else []
        return f"({' OR '.join(parts)})"

    def all_of(self, wanted: Iterable[tuple[str, Values]], prefix: str = "") -> list[str]:
        """A condition for each dimension that only some values are wanted of."""
        return [self.one_of(f"{prefix}{name}", values) for name, values in wanted]

    def of_whom(self, asked: Asked, alias: str) -> list[str]:
        """What must hold of the rows of a relation: the filters and the segment."""
        where = [pair for pair in asked.where.items() if pair[0] not in EXPOSURE_DIMENSIONS]
        told = self.all_of(where, f"{alias}.")

        def met(condition: Is) -> str:
            return is_one_of(f"{alias}.{condition.name}", condition.values, self.put)

        named = asked.segment.sql(met, self.put, f"{alias}.session") if asked.segment else ""
        return [*told, named] if named else told

    def exposures(self, exposed: Iterable[tuple[str, Values]], visitor: str) -> str:
        """A join that leaves ``x.begun``: when a visitor was first exposed to what is wanted."""
        wanted = self.all_of(exposed)
        return (
            f" LEFT JOIN (SELECT visitor, min(since) AS begun FROM exposures"
            f" WHERE {' AND '.join(wanted)} GROUP BY visitor) x ON x.visitor = {visitor}"
        )

    def is_step(self, step: Step) -> str:
        """Whether an act is a step."""
        parts = [f"a.event = {self.put(step.event)}"]
        parts += [self._meets(key, values) for key, values in step.where.items()]
        return " AND ".join(parts)

    def _meets(self, key: str, values: Sequence[str | None]) -> str:
        if key == "page":
            return self.is_page(values)
        if key in COLUMNS:
            return self.one_of(f"a.{key}", values)
        if key in ITEM_KEYS:
            own = f"nullif(json_extract_string(item, '$.{ITEM_KEYS[key]}'), '')"
            items = "json_extract(a.properties, '$.items[*]')"
            return f"len(list_filter({items}, lambda item: {self.one_of(own, values)})) > 0"
        own = f"nullif(json_extract_string(a.properties, '$.\"{key}\"'), '')"
        return self.one_of(own, values)

    def is_page(self, values: Sequence[str | None]) -> str:
        """Paths, in which ``*`` is any characters."""
        plain = [value for value in values if value is None or "*" not in value]
        parts = [self.one_of("a.page", plain)] if plain else []
        parts += [
            f"a.page LIKE {self.put(_like(value))} ESCAPE '\\'"
            for value in values
            if value is not None and "*" in value
        ]
        return f"({' OR '.join(parts)})"


def by_exposure(engine: Engine, asked: Asked) -> Iterator[tuple[Segment, Asked]]:
    """The question once for every experiment or variant that it is cut by; else as it is."""
    by = [name for name in asked.by if name in EXPOSURE_DIMENSIONS]
    if not by:
        yield {}, asked
        return
    texts = Texts()
    wanted = texts.all_of(asked.exposed)
    where = f" WHERE {' AND '.join(wanted)}" if wanted else ""
    statement = f"SELECT DISTINCT {', '.join(by)} FROM exposures{where}"
    rest = tuple(name for name in asked.by if name not in by)
    for values in engine.rows(statement, texts.parameters):
        exposed = dict(zip(by, values, strict=True))
        only = {name: (value,) for name, value in exposed.items()}
        yield exposed, replace(asked, by=rest, where={**asked.where, **only})


def reading_order(segment: Segment) -> list[tuple[bool, str]]:
    """Segments by name, what lacks the attribute last."""
    return [(value is None, value or "") for value in segment.values()]


def _like(pattern: str) -> str:
    """A pattern of the settings as LIKE has it."""
    for sign in ("\\", "%", "_"):
        pattern = pattern.replace(sign, f"\\{sign}")
    return pattern.replace("*", "%")
