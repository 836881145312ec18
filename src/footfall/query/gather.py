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
from footfall.query.arrays import MS, NEVER, Bools, Ints, ints_of, joined
from footfall.query.brief import Brief, Packing
from footfall.query.visits import Values, Visits, visits_of
from footfall.query.walk import Acts, Ranks
from footfall.query.whose import Latest, Persons, count_each_once

if TYPE_CHECKING:
    import pyarrow as pa

_SEARCHED_AT_ONCE = 50_000


@dataclass(frozen=True)
class Gathered:
    """The acts of those who can have gone on, and how many began in each segment.

    ``segments``: the values of each segment, whose place is its number in the acts. ``brief``: the
    acts of those who never took step 3, where they can be told apart.
    """

    segments: list[Values]
    entered: Ints
    acts: Acts
    brief: Brief | None


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
        acts, is_brief, is_long = gatherer.acts(batch)
        begins = np.flatnonzero(acts.kinds & 1)
        began.append(acts.units[begins] * gatherer.width + acts.cells[begins])
        parts.add(acts.taken(np.flatnonzero(is_long)))
        if gatherer.brief:
            gatherer.brief.add(acts.taken(np.flatnonzero(is_brief)))
    entered = count_each_once(began, gatherer.width)
    return Gathered(gatherer.segments, entered, parts.whole(), gatherer.brief)


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
    """The statement that finds who took step 2, when last, and if step 3; of one step nobody."""
    texts = Texts()
    steps = funnel.steps[1:3]
    second, third = ([texts.is_step(step) for step in steps] + ["1 = 0"] * 2)[:2]
    events = ", ".join(texts.put(step.event) for step in steps)
    return Select(
        f"SELECT a.visitor AS visitor, max(CASE WHEN {second} THEN a.ts ELSE -1 END) AS latest, "
        f"max(CASE WHEN {third} THEN 1 ELSE 0 END) AS further FROM acts a "
        f"WHERE a.visitor IS NOT NULL AND a.day >= {asked.days[0]} "
        f"AND a.day <= {_reach(funnel, asked)} AND "
        f"{f'a.event IN ({events})' if events else '1 = 0'} GROUP BY a.visitor",
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
    brief: Brief | None

    @classmethod
    def of(cls, engine: Engine, funnel: Funnel, asked: Asked) -> _Gatherer:
        """What a funnel needs: of persons their visitors; their sessions only where asked for."""
        persons = Persons.of_all(engine) if funnel.scope == "person" else None
        visits = leaving = None
        if asked.is_of_sessions or funnel.scope == "session":
            visits = visits_of(engine, asked, _reach(funnel, asked))
            leaving = _Leaving.of(engine, funnel, asked)
        latest = _latest(engine, funnel, asked, persons)
        segments: list[Values] = visits.segments if visits else [()]
        brief = None
        if _can_be_brief(funnel):
            span = (asked.days[0] - 1) * DAY_US, (_reach(funnel, asked) + 2) * DAY_US
            most = len(visits.keys) if visits and not persons else latest.most
            packing = Packing.of(span, len(segments), most)
            brief = Brief(packing) if packing else None
        return cls(persons, visits, leaving, latest, segments, brief)

    @property
    def width(self) -> int:
        """How many segments there are."""
        return len(self.segments)

    def acts(self, batch: pa.RecordBatch) -> tuple[Acts, Bools, Bools]:
        """The acts of a batch, which of them are of brief walks, and which of long ones."""
        visitors, ts, seq, kinds = (
            ints_of(batch, name) for name in ("visitor", "at", "place", "kinds")
        )
        units = self.persons.of(visitors) if self.persons else visitors
        places = cells = np.zeros(len(ts), np.int64)
        if self.visits:
            places = self.visits.of(visitors, ts)
            if self.leaving:
                self.leaving.place(self.visits, places, seq, kinds)
            cells = self.visits.cells[places]
            kinds = np.where(self.visits.wanted[places], kinds, kinds & ~1)
            if not self.persons:  # what is in no session is nobody's
                kinds = np.where(places >= 0, kinds, 0)
        matters = self.latest.reached_by(units, ts, kinds)
        if self.brief is None:
            is_long, is_brief = matters, np.zeros(len(ts), np.bool_)
        else:
            is_long = matters & self.latest.further_of(units)
            is_brief = (
                matters & ~is_long & (kinds & 3 > 0)
            )  # without the third no later step is one
        return Acts(units if self.persons else places, ts, seq, kinds, cells), is_brief, is_long


def _can_be_brief(funnel: Funnel) -> bool:
    """Whether a walk of two steps is nothing but that: no third, no pauses, no act is both."""
    steps = funnel.steps
    return len(steps) > 2 and not funnel.strict and steps[0].event != steps[1].event


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
        joined([ints_of(batch, "further") for batch in batches]),
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
