"""What a module of a chat experience has to tell: a few numbers for every kind of module."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from footfall.engine import Engine
from footfall.event.vocabulary import EVENTS
from footfall.query.question import Question
from footfall.query.statement import rows_of

BANDS = ("promoter", "passive", "detractor")
METHODS = EVENTS["share"].properties["method"].names
SCORES = tuple(str(score) for score in range(11))
Number = int | float | None
Numbers = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """What the events of an experience say of its modules, asked once each."""

    engine: Engine
    question: Question

    def _rows(self, fact: str, columns: str, condition: str, by: str) -> list[tuple[Any, ...]]:
        """Numbers of a fact by module and by what else is named."""
        rows, parameters = rows_of(self.question, fact)
        keys = f"module, {by}"
        sql = f"SELECT {keys}, {columns} FROM {rows} AND module IS NOT NULL{condition}"
        return self.engine.rows(f"{sql} GROUP BY {keys}", parameters)

    @cached_property
    def _events(self) -> dict[tuple[str, str], tuple[Any, ...]]:
        """Module and event → events, persons, amount, those that went well, and those that not."""
        columns = (
            "count(*) AS n0, count(DISTINCT person) AS n1, sum(amount) AS n2, "
            "count(CASE WHEN succeeded THEN 1 END) AS n3, "
            "count(CASE WHEN NOT succeeded THEN 1 END) AS n4"
        )
        found = self._rows("chat_events", columns, "", "event")
        return {(module, event): tuple(numbers) for module, event, *numbers in found}

    @cached_property
    def _details(self) -> dict[tuple[str, str, str | None], tuple[int, int]]:
        """Module, event and what it was about → events and persons."""
        columns = "count(*) AS n0, count(DISTINCT person) AS n1"
        found = self._rows("chat_events", columns, "", "event, detail")
        return {(module, event, detail): (n, m) for module, event, detail, n, m in found}

    @cached_property
    def _fields(self) -> list[tuple[str, str, int]]:
        columns, known = "count(DISTINCT person) AS n0", " AND field IS NOT NULL"
        found = self._rows("data_entries", columns, known, "field")
        return sorted((module, field, persons) for module, field, persons in found)

    @cached_property
    def _answers(self) -> dict[tuple[str, str, str | None], int]:
        """Module, band and score → NPS answers."""
        found = self._rows("surveys", "count(*) AS n0", " AND band IS NOT NULL", "band, score")
        return {(module, band, score): answers for module, band, score, answers in found}

    @cached_property
    def _latest(self) -> dict[str, dict[str, Any]]:
        return {column: self._latest_of(column) for column in ("module_type", "position")}

    def latest(self, column: str) -> dict[str, Any]:
        """What the latest event of each module that tells it says."""
        return self._latest[column]

    def _latest_of(self, column: str) -> dict[str, Any]:
        rows, parameters = rows_of(self.question, "chat_events")
        told = f"FROM {rows} AND module IS NOT NULL AND {column} IS NOT NULL"
        found = self.engine.rows(
            f"SELECT t.module, t.event_id, t.{column} "
            f"FROM (SELECT module, ts, event_id, {column} {told}) t "
            f"JOIN (SELECT module, max(ts) AS last {told} GROUP BY module) l "
            "ON l.module = t.module AND l.last = t.ts",
            parameters,
        )
        return {module: value for module, _, value in sorted(found, key=lambda row: row[1])}

    @property
    def modules(self) -> list[str]:
        """All modules that anything is told of."""
        return sorted({module for module, _ in self._events})

    def events(self, module: str, event: str) -> int:
        """How many events of a name."""
        return int(self._of(module, event)[0])

    def persons(self, module: str, event: str) -> int:
        """How many persons with an event of a name."""
        return int(self._of(module, event)[1])

    def amount(self, module: str, event: str) -> Number:
        """How much, all events of a name together."""
        return plain(self._of(module, event)[2] or 0)

    def good(self, module: str, event: str) -> int:
        """How many went well."""
        return int(self._of(module, event)[3])

    def bad(self, module: str, event: str) -> int:
        """How many did not."""
        return int(self._of(module, event)[4])

    def persons_about(self, module: str, event: str, detail: str) -> int:
        """How many persons with an event about something."""
        return self._details.get((module, event, detail), (0, 0))[1]

    def split(self, module: str, event: str) -> dict[str, int]:
        """How many events there are about each thing; about nothing under an empty text."""
        return {
            detail or "": events
            for (own, name, detail), (events, _) in sorted(
                self._details.items(), key=lambda item: item[0][2] or ""
            )
            if (own, name) == (module, event)
        }

    def fields(self, module: str) -> dict[str, int]:
        """Persons by the field of their data."""
        return {field: persons for own, field, persons in self._fields if own == module}

    def nps(self, module: str) -> dict[str, Any]:
        """The answers by band and score, and the net promoter score of them (R12)."""
        own = {key[1:]: answers for key, answers in self._answers.items() if key[0] == module}
        bands = {band: sum(n for (each, _), n in own.items() if each == band) for band in BANDS}
        answers = sum(bands.values())
        balance = Fraction(100 * (bands["promoter"] - bands["detractor"]), answers or 1)
        return {
            "answers": answers,
            **bands,
            "distribution": [
                sum(n for (_, score), n in own.items() if score == each) for each in SCORES
            ],
            "nps": plain(balance) if answers else None,
        }

    def _of(self, module: str, event: str) -> tuple[Any, ...]:
        return self._events.get((module, event), (0, 0, 0, 0, 0))


def numbers_of(told: Told, module: str) -> dict[str, Numbers]:
    """Every kind of module's own numbers."""
    return {
        "web_push": {
            step: told.persons_about(module, f"opt_in_{step}", "web_push")
            for step in ("asked", "single", "double", "rejected")
        },
        "share": {method: told.persons_about(module, "share", method) for method in METHODS},
        "nps": told.nps(module),
        "sign_in": {
            "signed_in": told.persons(module, "pin_succeeded"),
            "pins_sent": told.events(module, "pin_email_sent"),
            "pins_succeeded": told.events(module, "pin_succeeded"),
            "pins_failed": told.events(module, "pin_failed"),
            "new_customers": told.persons(module, "customer_created"),
        },
        "decision": told.split(module, "decision_made"),
        "loyalty_points": {
            "points": told.amount(module, "points_awarded"),
            "persons": told.persons(module, "points_awarded"),
            "rewards_redeemed": told.events(module, "reward_redeemed"),
        },
        "rewards": {
            "points_redeemed": told.amount(module, "points_redeemed"),
            "rewards": told.events(module, "reward_redeemed"),
        },
        "opt_in": {
            "single": told.persons(module, "opt_in_single"),
            "double": told.persons(module, "opt_in_double"),
            "rejected": told.persons(module, "opt_in_rejected"),
            "out": told.persons(module, "opt_out"),
        },
        **_games(told, module),
        **_codes(told, module),
        "appointment": {"booked": told.events(module, "appointment_booked")},
        "personal_data": told.fields(module),
    }


def _games(told: Told, module: str) -> dict[str, Numbers]:
    return {
        "quiz": {
            "right": told.good(module, "quiz_answer"),
            "wrong": told.bad(module, "quiz_answer"),
            "pictures": told.events(module, "image_uploaded"),
            "answers": told.split(module, "quiz_answer"),
        },
        "instant_win": {
            "participants": told.persons(module, "instant_win"),
            "participations": told.events(module, "instant_win"),
            "won": told.good(module, "instant_win"),
            "lost": told.bad(module, "instant_win"),
        },
        "giveaway": {
            "participants": told.persons(module, "participation"),
            "participations": told.events(module, "participation"),
        },
    }


def _codes(told: Told, module: str) -> dict[str, Numbers]:
    return {
        "coupon_code": {
            "uploaded": told.amount(module, "coupon_uploaded"),
            "issued": told.events(module, "coupon_issued"),
            "entered": told.events(module, "coupon_entered"),
        },
        "code_entry": {
            "entered": told.events(module, "code_entered"),
            "right": told.good(module, "code_entered"),
            "wrong": told.bad(module, "code_entered"),
        },
    }


def plain(value: Decimal | Fraction | int | None) -> Number:
    """Whole numbers as integers, the rest as floats."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
