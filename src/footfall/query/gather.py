"""The acts of a funnel, taken from the engine as they come, and only those of people who go on.

Most people never take step 2: of them it is enough to know that they began. So the acts that have
to be held and put in order are few, however many are read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from footfall.catalogue.funnel import Funnel
from footfall.engine import Engine
from footfall.localtime import DAY_US
from footfall.query.acts import Asked, Texts
from footfall.query.walk import Acts, Bools, Ints, Ranks

if TYPE_CHECKING:
    import pyarrow as pa

Values = tuple[str | None, ...]
MS = 1000
_SEARCHED_AT_ONCE = 50_000
_DENSE = 1 << 27
"""Up to here a flag for every key there could be is less than to put keys in order."""


@dataclass(frozen=True)
class Gathered:
    """The acts of those who can have gone on, and how many began in each segment.

    ``segments``: the values of each segment, whose place is its number in the acts.
    """

    segments: list[Values]
    entered: Ints
    acts: Acts


@dataclass(frozen=True)
class Select:
    """One statement and its parameters."""

    sql: str
    parameters: tuple[str, ...]


def gather(engine: Engine, funnel: Funnel, asked: Asked) -> Gathered:
    """Everything that is a step of the funnel."""
    persons = _persons(engine) if funnel.scope == "person" else None
    going_on = _Keys.of(_units(engine, going_on_statement(funnel, asked), persons))
    known = _Segments(asked.by)
    parts = _Parts()
    began: list[tuple[Ints, Ints]] = []
    statement = acts_statement(funnel, asked)
    for batch in engine.batches(statement.sql, statement.parameters):
        acts = _acts(batch, known, persons)
        begins = acts.kinds & 1 == 1
        began.append((acts.units[begins], acts.cells[begins]))
        parts.add(acts.taken(going_on.have(acts.units)))
    return Gathered(known.found, _count_each_once(began, len(known.found)), parts.whole())


def ranks_of(engine: Engine) -> Ranks:
    """The order by event id of acts that happened in one moment: it is asked for those only."""

    def ranks(seq: Ints) -> Ints:
        wanted = np.sort(seq)
        ids = np.full(len(wanted), b"", object)
        for at in range(0, len(wanted), _SEARCHED_AT_ONCE):
            some = ", ".join(map(str, wanted[at : at + _SEARCHED_AT_ONCE].tolist()))
            told = engine.rows(f"SELECT a.seq, a.event_id FROM acts a WHERE a.seq IN ({some})", ())
            for place, event_id in told:
                ids[np.searchsorted(wanted, place)] = event_id.encode()
        rank = np.empty(len(wanted), np.int64)
        rank[np.argsort(ids, kind="stable")] = np.arange(len(wanted))
        return rank[np.searchsorted(wanted, seq)]

    return ranks


def acts_statement(funnel: Funnel, asked: Asked) -> Select:
    """The statement that finds the acts of a funnel.

    Bit k of ``kinds``: the act is step k (from 0), of step 1 only in the period and of those for
    whom is asked; the bit after: it is not passive, where that has a meaning.
    """
    texts = Texts()
    first, last = asked.days
    is_step = [texts.is_step(step) for step in funnel.steps]
    begins = [is_step[0], f"a.day <= {last}", *texts.of_whom(asked, "a")]
    join = texts.exposures(asked.exposed, "a.visitor") if asked.exposed else ""
    begins += ["a.ts >= x.begun"] if join else []
    kinds = [" AND ".join(begins), *is_step[1:], *(["NOT a.passive"] if funnel.strict else [])]
    bits = [f"CASE WHEN {met} THEN {1 << at} ELSE 0 END" for at, met in enumerate(kinds)]
    names = ", ".join(texts.put(name) for name in sorted({step.event for step in funnel.steps}))
    # a window of N × 24 h ends at most two local days later than N
    reach = last + funnel.window_ms * MS // DAY_US + 2
    others = " OR NOT a.passive" if funnel.strict else ""
    cut = "".join(f", a.{name} AS by_{name}" for name in asked.by)
    unit = _unit(funnel)
    return Select(
        f"SELECT {unit} AS unit, a.ts AS at, a.seq AS place, {' + '.join(bits)} AS kinds{cut} "
        f"FROM {_relation(funnel, asked)} a{join} WHERE {unit} IS NOT NULL AND a.day >= {first} "
        f"AND a.day <= {reach} AND (a.event IN ({names}){others})",
        tuple(texts.parameters),
    )


def going_on_statement(funnel: Funnel, asked: Asked) -> Select:
    """The statement that finds whoever took step 2 at all; of a funnel of one step nobody."""
    texts, unit = Texts(), _unit(funnel)
    is_step = texts.is_step(funnel.steps[1]) if len(funnel.steps) > 1 else "1 = 0"
    relation = "acts" if funnel.scope == "person" else "acts_in_sessions"
    return Select(
        f"SELECT DISTINCT {unit} AS unit FROM {relation} a "
        f"WHERE {unit} IS NOT NULL AND a.day >= {asked.days[0]} AND {is_step}",
        tuple(texts.parameters),
    )


def _unit(funnel: Funnel) -> str:
    return "a.visitor" if funnel.scope == "person" else "a.session"


def _relation(funnel: Funnel, asked: Asked) -> str:
    """Sessions are looked for only where something is asked of them."""
    return "acts_in_sessions" if funnel.scope == "session" or asked.is_of_sessions else "acts"


def _units(engine: Engine, statement: Select, persons: _Persons | None) -> Ints:
    found = [
        _whose(_ints(batch, "unit"), persons)
        for batch in engine.batches(statement.sql, statement.parameters)
    ]
    return np.concatenate([np.zeros(0, np.int64), *found])


@dataclass(frozen=True)
class _Persons:
    """Whose a visitor's acts are: the customer's whom he is known to be, else his own."""

    of_visitor: Ints

    def of(self, visitors: Ints) -> Ints:
        """The persons of visitors, and of customers, whose keys are negative."""
        persons = np.where(visitors < 0, visitors * -2, visitors * 2 + 1)
        known = (visitors > 0) & (visitors < len(self.of_visitor))
        persons[known] = self.of_visitor[visitors[known]]
        return persons


def _persons(engine: Engine) -> _Persons:
    statement = "SELECT p.visitor AS visitor, p.person AS person FROM persons p"
    batches = list(engine.batches(statement, ()))
    visitors = np.concatenate([np.zeros(1, np.int64), *(_ints(b, "visitor") for b in batches)])
    persons = np.concatenate([np.zeros(1, np.int64), *(_ints(b, "person") for b in batches)])
    of_visitor = np.arange(int(visitors.max()) + 1) * 2 + 1
    of_visitor[visitors] = persons
    return _Persons(of_visitor)


def _whose(units: Ints, persons: _Persons | None) -> Ints:
    return units if persons is None else persons.of(units)


@dataclass(frozen=True)
class _Keys:
    """A set of keys that is asked by the million: a flag for each, or all of them in order."""

    flags: Bools | None
    ordered: Ints

    @classmethod
    def of(cls, keys: Ints) -> _Keys:
        """The set of these keys, which are not negative."""
        most = int(keys.max(initial=0))
        if most >= _DENSE:
            return cls(None, np.sort(keys))
        flags = np.zeros(most + 1, np.bool_)
        flags[keys] = True
        return cls(flags if len(keys) else np.zeros(1, np.bool_), keys)

    def have(self, keys: Ints) -> Bools:
        """Which of the keys are in the set."""
        if self.flags is None:
            at = np.minimum(np.searchsorted(self.ordered, keys), len(self.ordered) - 1)
            found: Bools = self.ordered[at] == keys
            return found
        within: Bools = keys < len(self.flags)
        within[within] = self.flags[keys[within]]
        return within


@dataclass
class _Segments:
    """The segments that acts are in, numbered as they come."""

    by: tuple[str, ...]
    found: list[Values] = field(default_factory=list)
    numbers: dict[Values, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.by:
            self._number(())

    def of(self, batch: pa.RecordBatch, begins: Bools) -> Ints:
        """The segment of every act with which somebody begins; of others anything."""
        cells = np.zeros(batch.num_rows, np.int64)
        if not self.by:
            return cells
        known: list[list[str | None]] = []
        for name in self.by:
            told = batch.column(f"by_{name}").dictionary_encode(null_encoding="encode")
            known.append(told.dictionary.to_pylist())
            cells = cells * max(len(known[-1]), 1) + told.indices.to_numpy()
        codes, places = np.unique(cells[begins], return_inverse=True)
        numbers = [self._number(_decoded(int(code), known)) for code in codes]
        cells[begins] = np.array(numbers, np.int64)[places] if numbers else 0
        return cells

    def _number(self, values: Values) -> int:
        if values not in self.numbers:
            self.numbers[values] = len(self.found)
            self.found.append(values)
        return self.numbers[values]


def _decoded(code: int, known: list[list[str | None]]) -> Values:
    values: list[str | None] = []
    for each in reversed(known):
        code, at = divmod(code, len(each))
        values.insert(0, each[at])
    return tuple(values)


def _acts(batch: pa.RecordBatch, known: _Segments, persons: _Persons | None) -> Acts:
    kinds = _ints(batch, "kinds")
    return Acts(
        _whose(_ints(batch, "unit"), persons), _ints(batch, "at"), _ints(batch, "place"), kinds,
        known.of(batch, kinds & 1 == 1),
    )  # fmt: skip


def _ints(batch: pa.RecordBatch, name: str) -> Ints:
    found: Ints = batch.column(name).to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
    return found


class _Parts:
    """Acts as they come, column by column, so that they are never all there twice."""

    def __init__(self) -> None:
        self._columns: tuple[list[Ints], ...] = ([], [], [], [], [])

    def add(self, acts: Acts) -> None:
        """Some more acts."""
        found = (acts.units, acts.ts, acts.seq, acts.kinds, acts.cells)
        for column, values in zip(self._columns, found, strict=True):
            column.append(values)

    def whole(self) -> Acts:
        """All of them together; nothing is left here."""
        return Acts(*(_whole(column) for column in self._columns))


def _whole(parts: list[Ints]) -> Ints:
    joined = np.concatenate([np.zeros(0, np.int64), *parts])
    parts.clear()
    return joined


def _count_each_once(began: list[tuple[Ints, Ints]], segments: int) -> Ints:
    """How many units began in each segment, however often each did."""
    width = max(segments, 1)
    keys = _whole([units * width + cells for units, cells in began])
    if keys.max(initial=0) < _DENSE:
        flags = np.zeros(int(keys.max(initial=0)) + 1, np.bool_)
        flags[keys] = True
        keys = np.flatnonzero(flags)
    else:
        keys = np.sort(keys)
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    counted: Ints = np.bincount(keys % width, minlength=segments)
    return counted
