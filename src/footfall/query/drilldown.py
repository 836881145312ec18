"""Inside one chat experience: its modules in order, how often each was shown, and what came of it.

Every module has the numbers of every kind of module; those of its own kind are the ones that people
look at. Persons are counted where the source says customers, else events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from footfall.engine import Engine
from footfall.errors import RequestError, unknown
from footfall.query.modules import Number, Numbers, Told, numbers_of, plain
from footfall.query.question import Question
from footfall.query.segment import Segment
from footfall.query.typed import Typed
from footfall.schema.facts import FACTS

HEATS = ("blue", "green", "yellow", "red")
"""From the least to the most shown."""
DIMENSIONS = tuple(
    name
    for name in FACTS["chat_events"].legal_dimensions
    if name not in ("experience", "folder", "module")
)
"""What a drill-down can be filtered by."""
Where = Mapping[str, tuple[str | None, ...]]


@dataclass(frozen=True, slots=True)
class Module:
    """One module of an experience; position and type are those of the latest event with one.

    ``numbers``: for every kind of module its own numbers. ``heat`` says how often it was shown
    beside the other modules of the experience: one of ``HEATS``.
    """

    module_id: str
    module_type: str | None
    position: Number
    shown: int
    numbers: Mapping[str, Numbers]
    heat: str

    def to_json(self) -> dict[str, Any]:
        """The module as data."""
        return {
            "module_id": self.module_id,
            "module_type": self.module_type,
            "position": self.position,
            "shown": self.shown,
            "numbers": self.numbers,
        }

    def told(self) -> dict[str, Numbers]:
        """The numbers to look at: of the module's own kind, and of others that are not nothing."""
        found = {
            kind: numbers
            for kind, numbers in self.numbers.items()
            if kind == self.module_type or any(map(_is_something, numbers.values()))
        }
        return dict(sorted(found.items(), key=lambda item: item[0] != self.module_type))


@dataclass(frozen=True)
class Drilldown:
    """The modules of one experience in ``position`` order, those without a position last."""

    site: str
    timezone: str
    start: date
    end: date
    as_of: int
    experience: str
    modules: tuple[Module, ...]
    answers: tuple[Typed, ...] | None = None
    """What was typed about the NPS, if it was asked for."""

    def to_json(self) -> dict[str, Any]:
        """The drill-down as ``footfall drilldown --format json`` gives it."""
        told = {
            "site": self.site,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "timezone": self.timezone,
            "as_of": self.as_of,
            "drilldown": {self.experience: [module.to_json() for module in self.modules]},
        }
        if self.answers is None:
            return told
        return told | {"answers": [answer.to_json() for answer in self.answers]}


def experiences(engine: Engine) -> list[str]:
    """All experiences that anything was ever told of."""
    told = "SELECT DISTINCT experience FROM chat_events WHERE experience IS NOT NULL"
    return sorted(experience for (experience,) in engine.rows(told, ()))


def question_of(
    engine: Engine,
    experience: str,
    days: tuple[date, date],
    where: Where,
    whom: Segment | None = None,
) -> Question:
    """What happened in an experience over local days, with filters, in a segment.

    Raises RequestError where nothing was ever told of the experience, or a filter has no meaning.
    """
    known = experiences(engine)
    if not known:
        raise RequestError("nothing was ever told of a chat experience")
    if experience not in known:
        raise RequestError(unknown("experience", experience, known))
    for name in (*where, *(whom.dimensions if whom else ())):
        if name not in DIMENSIONS:
            raise RequestError(unknown("dimension of a drill-down", name, DIMENSIONS))
    only = {**where, "experience": (experience,)}
    return Question((), *days, where=only, segment=whom)


def drill_down(engine: Engine, question: Question) -> tuple[Module, ...]:
    """The modules of a question's experience."""
    told = Told(engine, question)
    shown = {module: told.events(module, "module_shown") for module in told.modules}
    found = [
        Module(
            module,
            told.latest("module_type").get(module),
            plain(told.latest("position").get(module)),
            shown[module],
            numbers_of(told, module),
            heat(shown[module], shown.values()),
        )
        for module in told.modules
    ]
    return tuple(sorted(found, key=_place))


def heat(shown: int, all_shown: Iterable[int]) -> str:
    """Where a number is between the least and the most, in four equal steps."""
    every = list(all_shown)
    least, most = min(every), max(every)
    if most == least:
        return HEATS[-1] if most else HEATS[0]
    step = (shown - least) * len(HEATS) // (most - least)
    return HEATS[min(step, len(HEATS) - 1)]


def _place(module: Module) -> tuple[bool, float, str]:
    return module.position is None, module.position or 0, module.module_id


def _is_something(number: object) -> bool:
    return any(number) if isinstance(number, list) else bool(number)
