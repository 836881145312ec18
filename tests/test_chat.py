"""Chat experiences worked out by hand: sessions, answers, modules, deletions (R11, R12, R16)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from footfall.engine.duckdb import DuckEngine
from footfall.errors import RequestError
from footfall.query.drilldown import HEATS, heat, question_of
from footfall.query.typed import typed_answers
from support.drilled import drilled
from support.shop import Shop, shop_of
from support.told import told

Event = dict[str, Any]
NOON = "2026-01-05 12:00"
RAFFLE = {"experience_id": "raffle"}
QUIZ = {"experience_id": "quiz"}


def answer(visitor: str, score: int | None, when: str = NOON, **more: Any) -> Event:
    known = {} if score is None else {"score": score}
    return told(when, "survey_response", visitor, None, survey_type="nps", **known, **more)


# --- NPS (R12) ---------------------------------------------------------------------------------

SCORES = {0: 2, 1: 2, 4: 5, 5: 1, 6: 2, 7: 3, 8: 4, 9: 7, 10: 8}
"""How many gave each score."""


def test_the_nps_of_thirty_four_answers() -> None:
    """0–6: 2 + 2 + 5 + 1 + 2 = 12; 7–8: 3 + 4 = 7; 9–10: 7 + 8 = 15; 100 × (15 − 12) ÷ 34."""
    scores = [score for score, often in SCORES.items() for _ in range(often)]
    with shop_of([answer(f"v{at}", score) for at, score in enumerate(scores)]) as shop:
        found = {
            kpi: shop.value(kpi) for kpi in ("detractors", "passives", "promoters", "nps_answers")
        }
        assert found == {"detractors": 12, "passives": 7, "promoters": 15, "nps_answers": 34}
        assert round(shop.value("nps"), 1) == 8.8
        (row,) = shop.ask(shop.question(["nps"]))
        assert (row.numerator, row.denominator) == (3, 34)
        rows = shop.ask(shop.question(["nps_distribution"]))
    distribution = {str(row.segment["score"]): row.value for row in rows}
    assert distribution == {str(score): SCORES.get(score, 0) for score in range(11)}


def test_a_closed_answer_with_a_score_counts_and_one_without_does_not() -> None:
    events = [
        answer("anna", 10, status="submitted"),
        answer("ben", 3, status="closed"),
        answer("cleo", None, status="closed"),
    ]
    with shop_of(events) as shop:
        assert (shop.value("nps_answers"), shop.value("nps")) == (2, 0)


def test_typed_answers_can_be_had_by_band() -> None:
    events = [
        answer("anna", 10, "2026-01-05 13:00", feedback="Great!", **RAFFLE),
        answer("ben", 2, feedback="Slow.", **RAFFLE),
        answer("cleo", 3, **RAFFLE),
        answer("dan", 1, feedback="Elsewhere.", **QUIZ),
    ]
    with shop_of(events) as shop:
        assert texts(shop, None) == ["Slow.", "Great!"]
        assert texts(shop, "detractor") == ["Slow."]
        assert texts(shop, "passive") == []
        with pytest.raises(RequestError, match="did you mean 'promoter'"):
            texts(shop, "promoters")


def texts(shop: Shop, band: str | None) -> list[str]:
    engine = DuckEngine(shop.con)
    question = question_of(engine, "raffle", shop.period(), {})
    return [each.text for each in typed_answers(engine, question, "UTC", band)]


# --- chat sessions (R11) -----------------------------------------------------------------------


def test_seventeen_sessions_of_which_sixteen_take_part_have_one_bounce() -> None:
    events = [told(NOON, "experience_interaction", f"v{at}", **RAFFLE) for at in range(16)]
    events += [told(NOON, "module_shown", "v16", **RAFFLE), told(NOON, "page_view", "v17")]
    with shop_of(events) as shop:
        assert shop.value("chat_sessions") == 17
        assert shop.value("chat_sessions_with_conversation") == 16
        assert shop.value("chat_bounces") == 1
        assert shop.value("chat_bounce_rate") == 1 / 17


def test_a_session_belongs_to_its_first_experience_and_is_talked_to_in_each() -> None:
    """Anna: raffle (looks), then quiz (talks). Ben: quiz, talks twice in two sessions."""
    events = [
        told("2026-01-05 10:00", "experience_start", "anna", **RAFFLE),
        told("2026-01-05 10:05", "experience_interaction", "anna", **QUIZ),
        told("2026-01-05 10:00", "experience_interaction", "ben", **QUIZ),
        told("2026-01-05 15:00", "experience_interaction", "ben", **QUIZ),
        told("2026-01-05 15:01", "experience_interaction", "ben", **QUIZ),
    ]
    site = {"folders": {"raffle": "games", "quiz": "games"}}
    with shop_of(events, site) as shop:
        assert shop.values("chat_sessions", by=["experience"]) == {"raffle": 1, "quiz": 2}
        talked = shop.values("chat_sessions_with_conversation", by=["experience"])
        assert talked == {"raffle": 1, "quiz": 2}
        assert shop.values("chat_conversations", by=["experience"]) == {"quiz": 3}
        assert shop.values("chat_sessions", by=["folder"]) == {"games": 3}


def test_a_chat_conversation_counts_on_the_day_of_its_first_interaction() -> None:
    """One session over midnight: it starts on Monday, the visitor talks on Tuesday, twice."""
    events = [
        told("2026-01-05 23:55", "module_shown", "anna", **RAFFLE),
        told("2026-01-06 00:05", "experience_interaction", "anna", **RAFFLE),
        told("2026-01-06 00:06", "experience_interaction", "anna", **RAFFLE),
    ]
    with shop_of(events) as shop:
        assert list(shop.values("chat_conversations", every="day").values()) == [0, 1]
        assert list(shop.values("chat_sessions", every="day").values()) == [1, 0]


def test_what_comes_earlier_but_arrives_later_changes_the_experience_of_a_session() -> None:
    with shop_of([told("2026-01-05 10:05", "experience_start", "anna", **QUIZ)]) as shop:
        assert shop.values("chat_sessions", by=["experience"]) == {"quiz": 1}
        shop.append([told("2026-01-05 10:00", "experience_start", "anna", **RAFFLE)])
        assert shop.values("chat_sessions", by=["experience"]) == {"raffle": 1}
        assert shop.value("chat_starts") == 2


# --- deletions (R16) ---------------------------------------------------------------------------


def test_only_the_deletions_are_remembered() -> None:
    """Anna takes part, is deleted, comes back, and is deleted again; Ben stays."""
    events = [
        told("2026-01-05 10:00", "participation", "anna", **RAFFLE),
        told("2026-01-05 10:00", "participation", "ben", **RAFFLE),
        told("2026-01-05 11:00", "customer_deleted", "anna", **RAFFLE),
        told("2026-01-06 10:00", "participation", "anna", **RAFFLE),
        told("2026-01-06 11:00", "customer_deleted", "anna"),
    ]
    with shop_of(events[:3]) as shop:
        assert (shop.value("participants"), shop.value("customers_deleted")) == (1, 1)
        shop.append(events[3:4])
        assert (shop.value("participants"), shop.value("customers_deleted")) == (2, 1)
        shop.append(events[4:])
        days = {"start": date(2026, 1, 5), "end": date(2026, 1, 6)}
        assert (shop.value("participants"), shop.value("customers_deleted", None, **days)) == (1, 2)
        assert shop.values("customers_deleted", by=["experience"], **days) == {"raffle": 1, None: 1}
        assert shop.values("customers_deleted", by=["device"], **days) == {None: 2}


# --- the drill-down ----------------------------------------------------------------------------


def shown(module: str, times: int, position: int) -> list[Event]:
    return [
        told(NOON, "module_shown", f"v{at}", module_id=module, position=position, **RAFFLE)
        for at in range(times)
    ]


def test_five_modules_from_hot_to_cold() -> None:
    times = {"hello": 6, "question": 6, "answer": 6, "consent": 4, "prize": 2}
    events = [
        event
        for position, (module, often) in enumerate(times.items(), 1)
        for event in shown(module, often, position)
    ]
    with shop_of(reversed(events)) as shop:
        modules = drilled(shop, "raffle")
    assert [(m.module_id, m.shown) for m in modules] == list(times.items())
    assert [m.shown for m in modules] == [6, 6, 6, 4, 2]
    assert [m.heat for m in modules] == ["red", "red", "red", "yellow", "blue"]


@pytest.mark.parametrize(
    ("counts", "heats"),
    [
        ([0, 1, 2, 3, 4], ["blue", "green", "yellow", "red", "red"]),
        ([10, 17, 18, 25, 40], ["blue", "blue", "green", "yellow", "red"]),
        ([5, 5], ["red", "red"]),
        ([0], ["blue"]),
    ],
)
def test_the_heat_scale_goes_from_the_least_to_the_most_shown(
    counts: list[int], heats: list[str]
) -> None:
    assert [heat(count, counts) for count in counts] == heats
    assert set(heats) <= set(HEATS)


def test_a_module_stands_where_its_latest_event_says() -> None:
    events = [
        told("2026-01-05 10:00", "module_shown", "anna", module_id="a", position=1, **RAFFLE),
        told("2026-01-05 10:01", "module_shown", "anna", module_id="b", position=2, **RAFFLE),
        told(
            "2026-01-05 10:02", "module_shown", "anna", module_id="a", position=3,
            module_type="quiz", **RAFFLE,
        ),
        told("2026-01-05 10:03", "quiz_answer", "anna", module_id="a", correct=True, **RAFFLE),
        told("2026-01-05 10:04", "module_shown", "anna", module_id="c", **RAFFLE),
    ]  # fmt: skip
    with shop_of(events) as shop:
        modules = drilled(shop, "raffle")
        told_of = [(m.module_id, m.position, m.module_type) for m in modules]
        assert told_of == [("b", 2, None), ("a", 3, "quiz"), ("c", None, None)]
        assert modules[1].numbers["quiz"] == {
            "right": 1,
            "wrong": 0,
            "pictures": 0,
            "answers": {"": 1},
        }
        assert list(modules[1].told()) == ["quiz"]
        assert drilled(shop, "raffle", {"device": ("mobile",)}) == ()


def test_persons_are_counted_once_and_events_each() -> None:
    place = {"module_id": "m", **RAFFLE}
    events = [
        told("2026-01-05 10:00", "opt_in_asked", "anna", channel="web_push", **place),
        told("2026-01-05 10:01", "opt_in_asked", "anna", channel="web_push", **place),
        told("2026-01-05 10:02", "opt_in_double", "anna", channel="sms", **place),
        told("2026-01-05 10:03", "opt_in_double", "anna", channel="newsletter", **place),
        told("2026-01-05 10:04", "pin_failed", "anna", **place),
        told("2026-01-05 10:05", "pin_failed", "anna", **place),
        told("2026-01-05 10:06", "points_awarded", "anna", points=2.5, **place),
        told("2026-01-05 10:07", "points_awarded", "ben", points=2.25, **place),
    ]
    with shop_of(events) as shop:
        (module,) = drilled(shop, "raffle")
    numbers = module.numbers
    assert numbers["web_push"] == {"asked": 1, "single": 0, "double": 0, "rejected": 0}
    assert numbers["opt_in"] == {"single": 0, "double": 1, "rejected": 0, "out": 0}
    assert numbers["sign_in"]["pins_failed"] == 2
    assert numbers["loyalty_points"] == {"points": 4.75, "persons": 2, "rewards_redeemed": 0}


def test_an_unknown_experience_or_filter_is_refused_with_the_nearest_word() -> None:
    with shop_of([told(NOON, "experience_start", "anna", **RAFFLE)]) as shop:
        with pytest.raises(RequestError, match="unknown experience 'rafle'; did you mean 'raffle'"):
            drilled(shop, "rafle")
        with pytest.raises(RequestError, match="did you mean 'device'"):
            drilled(shop, "raffle", {"devise": ("mobile",)})
