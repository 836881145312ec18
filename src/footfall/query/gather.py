"""The acts of a funnel, taken from the engine as they come, and only those of people who go on.

Most people never take step 2: of them it is enough to know that they began. So the acts that have
to be held and put in order are few, however many are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from footfall.catalogue.funnel import Funnel
from footfall.engine import Engine
from footfall.event.vocabulary import NEVER_OPENS
from footfall.localtime import DAY_US
from footfall.query.acts import Asked, Texts
from footfall.query.visits import NEVER, Bools, Ints, Values, Visits, ints_of, visits_of
from footfall.query.walk import Acts, Ranks
from footfall.query.whose import Latest, Persons, count_each_once, joined
from footfall.schema.facts import EXPOSURE_DIMENSIONS

if TYPE_CHECKING:
    import pyarrow as pa

MS = 1000
_SEARCHED_AT_ONCE = 50_000


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
    gatherer = _Gatherer.of(engine, funnel, asked)
    began: list[Ints] = []
    parts = _Parts()
    statement = acts_statement(funnel, asked)
    for batch in engine.batches(statement.sql, statement.parameters):
        acts, goes_on = gatherer.acts(batch)
        begins = acts.kinds & 1 == 1
        began.append(acts.units[begins] * gatherer.width + acts.cells[begins])
        parts.add(acts.taken(np.flatnonzero(goes_on)))
    return Gathered(gatherer.segments, count_each_once(began, gatherer.width), parts.whole())


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

    Bit k of ``kinds``: the act is step k (from 0), of step 1 only in the period and of the exposed;
    the bit after: it is not passive, where that has a meaning.
    """
    texts = Texts()
    first, last = asked.days
    is_step = [texts.is_step(step) for step in funnel.steps]
    join = texts.exposures(asked.exposed, "a.visitor") if asked.exposed else ""
    begins = [is_step[0], f"a.day <= {last}", *(["a.ts >= x.begun"] if join else [])]
    kinds = [" AND ".join(begins), *is_step[1:], *(["NOT a.passive"] if funnel.strict else [])]
    bits = [f"CASE WHEN {met} THEN {1 << at} ELSE 0 END" for at, met in enumerate(kinds)]
    names = ", ".join(texts.put(name) for name in sorted({step.event for step in funnel.steps}))
    others = " OR NOT a.passive" if funnel.strict else ""
    return Select(
        f"SELECT a.visitor AS visitor, a.ts AS at, a.seq AS place, {' + '.join(bits)} AS kinds "
        f"FROM acts a{join} WHERE a.visitor IS NOT NULL AND a.day >= {first} "
        f"AND a.day <= {_reach(funnel, asked)} AND (a.event IN ({names}){others})",
        tuple(texts.parameters),
    )


def going_on_statement(funnel: Funnel, asked: Asked) -> Select:
    """The statement that finds who took step 2, and when last; of one step nobody."""
    texts = Texts()
    is_step = texts.is_step(funnel.steps[1]) if len(funnel.steps) > 1 else "1 = 0"
    return Select(
        f"SELECT a.visitor AS visitor, max(a.ts) AS latest FROM acts a "
        f"WHERE a.visitor IS NOT NULL AND a.day >= {asked.days[0]} "
        f"AND a.day <= {_reach(funnel, asked)} AND {is_step} GROUP BY a.visitor",
        tuple(texts.parameters),
    )


def _reach(funnel: Funnel, asked: Asked) -> int:
    """The last day of which acts can be steps: N × 24 h end at most two local days later than N."""
    return asked.days[1] + funnel.window_ms * MS // DAY_US + 2


@dataclass(frozen=True)
class _Gatherer:
    """Tells whose each act is, in which segment somebody begins, and who may go on."""

    persons: Persons | None
    visits: Visits | None
    leaving: _Leaving | None
    latest: Latest
    segments: list[Values]

    @classmethod
    def of(cls, engine: Engine, funnel: Funnel, asked: Asked) -> _Gatherer:
        """What a funnel needs: of persons their visitors; their sessions only where asked for."""
        persons = Persons.of_all(engine) if funnel.scope == "person" else None
        of_sessions = any(name not in EXPOSURE_DIMENSIONS for name in asked.dimensions)
        visits = leaving = None
        if of_sessions or funnel.scope == "session":
            visits = visits_of(engine, asked, _reach(funnel, asked))
            leaving = _Leaving.of(engine, funnel, asked)
        latest = _latest(engine, funnel, asked, persons)
        return cls(persons, visits, leaving, latest, visits.segments if visits else [()])

    @property
    def width(self) -> int:
        """How many segments there are."""
        return len(self.segments)

    def acts(self, batch: pa.RecordBatch) -> tuple[Acts, Bools]:
        """The acts of a batch, and which of them have to be walked."""
        visitors, ts, seq, kinds = (
            ints_of(batch, name) for name in ("visitor", "at", "place", "kinds")
        )
        units = self.persons.of(visitors) if self.persons else visitors
        if self.visits is None:
            goes_on = self.latest.reached_by(units, ts, kinds)
            return Acts(units, ts, seq, kinds, np.zeros(len(ts), np.int64)), goes_on
        places = self.visits.of(visitors, ts)
        if self.leaving:
            self.leaving.place(self.visits, places, seq, kinds)
        kinds = np.where(self.visits.wanted[places], kinds, kinds & ~1)
        goes_on = self.latest.reached_by(units, ts, kinds)
        if self.persons:
            return Acts(units, ts, seq, kinds, self.visits.cells[places]), goes_on
        # of a funnel of sessions what is in none is nobody's
        kinds = np.where(places >= 0, kinds, 0)
        return Acts(places, ts, seq, kinds, self.visits.cells[places]), goes_on & (places >= 0)


@dataclass(frozen=True)
class _Leaving:
    """The sessions of acts that open none: only the engine knows them, by their event ids.

    ``bits``: the steps that such acts are.
    """

    bits: int
    seq: Ints
    sessions: Ints

    @classmethod
    def of(cls, engine: Engine, funnel: Funnel, asked: Asked) -> _Leaving | None:
        """Those of a funnel; None where no step is one."""
        steps = [at for at, step in enumerate(funnel.steps) if step.event in NEVER_OPENS]
        if not steps:
            return None
        texts = Texts()
        names = [texts.put(name) for name in sorted(NEVER_OPENS)]
        statement = (
            f"SELECT a.seq AS place, a.session AS session FROM acts_in_sessions a "
            f"WHERE a.event IN ({', '.join(names)}) AND a.session IS NOT NULL "
            f"AND a.day >= {asked.days[0]} AND a.day <= {_reach(funnel, asked)}"
        )
        found = [
            (ints_of(batch, "place"), ints_of(batch, "session"))
            for batch in engine.batches(statement, texts.parameters)
        ]
        seq = joined([each for each, _ in found])
        sessions = joined([each for _, each in found])
        order = np.argsort(seq)  # and one that is nobody's, so that every search finds something
        ends = np.append(seq[order], NEVER), np.append(sessions[order], NEVER)
        return cls(sum(1 << at for at in steps), *ends)

    def place(self, visits: Visits, places: Ints, seq: Ints, kinds: Ints) -> None:
        """Puts right the places of a batch's acts that are of such kinds."""
        which = np.flatnonzero(kinds & self.bits)
        known = np.searchsorted(self.seq, seq[which])
        found = self.seq[known] == seq[which]
        places[which] = visits.at(np.where(found, self.sessions[known], -1))


def _latest(engine: Engine, funnel: Funnel, asked: Asked, persons: Persons | None) -> Latest:
    statement = going_on_statement(funnel, asked)
    batches = list(engine.batches(statement.sql, statement.parameters))
    visitors = joined([ints_of(batch, "visitor") for batch in batches])
    return Latest.of(
        persons.of(visitors) if persons else visitors,
        joined([ints_of(batch, "latest") for batch in batches]),
    )


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
    whole = joined(parts)
    parts.clear()
    return whole
