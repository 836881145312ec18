"""Retention, the drill-down of an experience, and the agents' numbers (Behaviour reports)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from .accept import Event, Json, number
from .chat_kpis import BANDS, OPT_INS, SHARE_METHODS, in_band
from .identity import text_id
from .registry import Number, persons, total
from .talk_kpis import scores

Row = dict[str, Any]
Moment = tuple[str, int]  # person, time


def retention(
    moments: Iterable[Moment],
    inside: Callable[[int], bool],
    bucket: Callable[[int], str | None],
    buckets: list[str | None],
) -> list[Row]:
    """Cohorts by the bucket of the first one ever; the share with one in each later bucket."""
    first: dict[str, int] = {}
    seen: dict[str, set[str | None]] = defaultdict(set)
    for person, time in sorted(moments, key=lambda m: m[1]):
        first.setdefault(person, time)
        if inside(time):
            seen[person].add(bucket(time))
    cohorts: dict[str | None, list[str]] = defaultdict(list)
    for person, time in first.items():
        if inside(time):
            cohorts[bucket(time)].append(person)
    return [_cohort(b, cohorts[b], seen, buckets) for b in buckets if cohorts[b]]


def _cohort(
    cohort: str | None, people: list[str], seen: dict[str, set[str | None]], buckets: list[Any]
) -> Row:
    later = []
    for bucket in buckets[buckets.index(cohort) + 1 :]:
        back = sum(bucket in seen[person] for person in people)
        later.append({"bucket": bucket, "people": back, "share": Decimal(back) / len(people)})
    return {"cohort": cohort, "size": len(people), "later": later}


def drilldown(events: list[Event], inside: Callable[[int], bool]) -> dict[str, list[Row]]:
    """Per experience its modules in `position` order, with their numbers in the period."""
    modules: dict[str, dict[str, list[Event]]] = defaultdict(lambda: defaultdict(list))
    for event in sorted(events, key=lambda e: e.order):
        experience = text_id(event.props.get("experience_id"))
        module = text_id(event.props.get("module_id"))
        if experience is not None and module is not None and inside(event.time):
            modules[experience][module].append(event)
    return {
        experience: sorted(
            (_module(module, group) for module, group in found.items()),
            key=lambda m: (m["position"] is None, m["position"], m["module_id"]),
        )
        for experience, found in modules.items()
    }


def _module(module: str, events: list[Event]) -> Row:
    """One module: position and type of the latest event that has one."""
    return {
        "module_id": module,
        "module_type": _latest(events, "module_type"),
        "position": number(_latest(events, "position")),
        "shown": sum(e.name == "module_shown" for e in events),
        "numbers": module_numbers(events),
    }


def _latest(events: list[Event], key: str) -> Json:
    return next((e.props[key] for e in reversed(events) if key in e.props), None)


class _Own:
    """A module's events, by name."""

    def __init__(self, events: list[Event]) -> None:
        self.all = events

    def named(self, name: str, **props: Json) -> list[Event]:
        """The events of a name with these properties."""
        return [
            e
            for e in self.all
            if e.name == name and all(e.props.get(key) == value for key, value in props.items())
        ]

    def events(self, name: str, **props: Json) -> int:
        """How many."""
        return len(self.named(name, **props))

    def persons(self, name: str, **props: Json) -> int:
        """How many persons."""
        return len(persons(self.named(name, **props)))

    def sum(self, name: str, key: str) -> Number:
        """The sum of a property."""
        return total(number(e.props.get(key)) for e in self.named(name))

    def split(self, name: str, key: str) -> dict[str, int]:
        """How many per value of a property."""
        return dict(Counter(text_id(e.props.get(key)) or "" for e in self.named(name)))


def module_numbers(events: list[Event]) -> Row:
    """Every kind of module's own numbers."""
    own = _Own(events)
    push = {"channel": "web_push"}
    return {
        "web_push": {
            key: own.persons(f"opt_in_{key}", **push)
            for key in ("asked", "single", "double", "rejected")
        },
        "share": {method: own.persons("share", method=method) for method in SHARE_METHODS},
        "nps": _nps(own.named("survey_response", survey_type="nps")),
        "sign_in": {
            "signed_in": own.persons("pin_succeeded"),
            "pins_sent": own.events("pin_email_sent"),
            "pins_succeeded": own.events("pin_succeeded"),
            "pins_failed": own.events("pin_failed"),
            "new_customers": own.persons("customer_created"),
        },
        "decision": own.split("decision_made", "option"),
        "loyalty_points": {
            "points": own.sum("points_awarded", "points"),
            "persons": own.persons("points_awarded"),
            "rewards_redeemed": own.events("reward_redeemed"),
        },
        "rewards": {
            "points_redeemed": own.sum("points_redeemed", "points"),
            "rewards": own.events("reward_redeemed"),
        },
        "opt_in": {
            key: own.persons(OPT_INS[name])
            for key, name in (
                ("single", "opt_ins_single"),
                ("double", "opt_ins_double"),
                ("rejected", "opt_ins_rejected"),
                ("out", "opt_outs"),
            )
        },
        **_games(own),
        "coupon_code": {
            "uploaded": own.sum("coupon_uploaded", "count"),
            "issued": own.events("coupon_issued"),
            "entered": own.events("coupon_entered"),
        },
        "appointment": {"booked": own.events("appointment_booked")},
        "code_entry": {
            "entered": own.events("code_entered"),
            "right": own.events("code_entered", correct=True),
            "wrong": own.events("code_entered", correct=False),
        },
        "personal_data": {
            field: own.persons("data_entered", field=field)
            for field in own.split("data_entered", "field")
        },
    }


def _games(own: _Own) -> Row:
    return {
        "quiz": {
            "right": own.events("quiz_answer", correct=True),
            "wrong": own.events("quiz_answer", correct=False),
            "pictures": own.events("image_uploaded"),
            "answers": own.split("quiz_answer", "question_id"),
        },
        "instant_win": {
            "participants": own.persons("instant_win"),
            "participations": own.events("instant_win"),
            "won": own.events("instant_win", won=True),
            "lost": own.events("instant_win", won=False),
        },
        "giveaway": {
            "participants": own.persons("participation"),
            "participations": own.events("participation"),
        },
    }


def _nps(answers: list[Event]) -> Row:
    """R12."""
    found = scores(answers)
    bands = {band.removesuffix("s"): in_band(answers, band) for band in BANDS}
    balance = bands["promoter"] - bands["detractor"]
    return {
        "answers": len(found),
        **bands,
        "distribution": [sum(score == n for score in found) for n in range(11)],
        "nps": Decimal(100 * balance) / len(found) if found else None,
    }


def leaderboard(rows: list[Row]) -> list[Row]:
    """The agents, from the rows of the KPIs by `agent`: one line each, without what is nothing."""
    lines: dict[str | None, Row] = {}
    for row in rows:
        if row["value"] or row["denominator"]:
            agent = row["segment"]["agent"]
            lines.setdefault(agent, {"agent": agent})[row["kpi"]] = row["value"]
    return list(lines.values())
