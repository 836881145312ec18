"""A named segment: for whom, or for which visits, numbers are asked.

A condition is about dimensions of whatever is counted, and about its session (`SESSION_FACTS`). It
is true or false of everything: what lacks an attribute, or is in no session, does not meet a
condition on it and meets the opposite, so that a segment and all that is not in it add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from footfall.schema.facts import EXPOSURE_DIMENSIONS, SESSION_FACTS

Text = Callable[[str], str]
"""Takes a text in as a parameter; gives what stands for it in the statement."""


@dataclass(frozen=True, slots=True)
class Is:
    """A dimension has one of these values; None is null."""

    name: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Did:
    """A session did something, or did not."""

    name: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Was:
    """A text of a session is one of these; None is null."""

    name: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A number of a session compares so with numbers: ``((">=", 3), ("<", 10))``, all of them."""

    name: str
    limits: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of the conditions hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the conditions holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    part: Condition


OfSession = Did | Was | Measured
Condition = Is | OfSession | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment by its id: what people call it, what it is for, and what has to hold."""

    id: str
    name: str
    help: str
    when: AllOf

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that it speaks of."""
        leaves = _leaves(self.when)
        return tuple(dict.fromkeys(each.name for each in leaves if isinstance(each, Is)))

    @property
    def session_facts(self) -> tuple[str, ...]:
        """The facts of sessions that it speaks of."""
        leaves = _leaves(self.when)
        return tuple(dict.fromkeys(each.name for each in leaves if not isinstance(each, Is)))

    @property
    def exposures(self) -> tuple[Is, ...]:
        """Its conditions on experiments, which hold from the exposure on."""
        return tuple(
            part for part in self.when.parts if isinstance(part, Is) and _is_exposure(part)
        )

    def sql(self, dimension: Callable[[Is], str], text: Text, session: str | None) -> str:
        """What must hold of a row of a relation; empty if nothing but an exposure must.

        ``session``: the column with a row's session; None if the rows are sessions.
        """
        parts = self._parts
        return _Writer(dimension, text, session).told(AllOf(parts)) if parts else ""

    @property
    def holds_without_session(self) -> bool:
        """Whether it is true of what is in no session and has no values."""
        return _holds_without(AllOf(self._parts))

    @property
    def _parts(self) -> tuple[Condition, ...]:
        """What has to hold of a row itself: an exposure is asked for beside it."""
        return tuple(part for part in self.when.parts if not _is_exposure(part))


def _is_exposure(part: Condition) -> bool:
    return isinstance(part, Is) and part.name in EXPOSURE_DIMENSIONS


def _leaves(condition: Condition) -> Iterator[Is | OfSession]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case _:
            yield condition


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes conditions on the rows of a relation; each is true or false, never unknown."""

    dimension: Callable[[Is], str]
    text: Text
    session: str | None

    def told(self, condition: Condition) -> str:
        """A condition in SQL."""
        if self.session and _is_of_session(condition):
            met = self.of_session(condition)
            found = f"{self.session} IN (SELECT session FROM sessions WHERE {met})"
            if _holds_without(condition):
                return f"({self.session} IS NULL OR {found})"
            return f"({self.session} IS NOT NULL AND {found})"
        if isinstance(condition, Is):
            return self.dimension(condition)
        return self._joined(condition, self.told)

    def of_session(self, condition: Condition) -> str:
        """A condition that is about sessions alone, on the rows of sessions."""
        return self._joined(condition, self.of_session)

    def _joined(self, condition: Condition, told: Callable[[Condition], str]) -> str:
        match condition:
            case AllOf(parts):
                return f"({' AND '.join(map(told, parts))})"
            case AnyOf(parts):
                return f"({' OR '.join(map(told, parts))})"
            case Not(part):
                return f"NOT {told(part)}"
            case Did(name, wanted):
                return SESSION_FACTS[name] if wanted else f"NOT {SESSION_FACTS[name]}"
            case Was(name, values):
                return is_one_of(SESSION_FACTS[name], values, self.text)
            case Measured(name, limits):
                column = SESSION_FACTS[name]
                return f"({' AND '.join(f'{column} {sign} {limit}' for sign, limit in limits)})"
        raise AssertionError(f"{condition} is about no session")


def is_one_of(name: str, values: tuple[str | None, ...], text: Text) -> str:
    """Whether something is one of some values; true or false, also of null."""
    texts = ", ".join(text(value) for value in values if value is not None)
    if None in values:
        return f"({name} IS NULL OR {name} IN ({texts}))" if texts else f"({name} IS NULL)"
    return f"({name} IS NOT NULL AND {name} IN ({texts}))"


def _holds_without(condition: Condition) -> bool:
    """Whether a condition is true of what is in no session and has no values."""
    match condition:
        case AllOf(parts):
            return all(map(_holds_without, parts))
        case AnyOf(parts):
            return any(map(_holds_without, parts))
        case Not(part):
            return not _holds_without(part)
        case Is(_, values):
            return None in values
        case _:
            return False


def _is_of_session(condition: Condition) -> bool:
    """Whether it is about sessions alone."""
    return not any(isinstance(each, Is) for each in _leaves(condition))
