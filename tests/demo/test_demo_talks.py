"""The demonstration's advice desk: the product and the slow reference say the same of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from footfall.doors.demo import tables, write_jsonl
from footfall.doors.demo.site import DEMO_SITE
from footfall.engine.duckdb import DuckEngine
from footfall.query.team import Asked, Desk, Team
from reference import Reference
from reference.registry import KPIS
from support.judge import Asked as Question
from support.judge import compare
from support.rows import same
from support.shop import RECEIVED, Shop, shop_of

DAYS, UNTIL, VISITORS, SEED = 30, date(2026, 4, 30), 3_000, 1
TALKS = {name for name, kpi in KPIS.items() if kpi.formula.__module__.endswith("talk_kpis")}
Both = tuple[Shop, Reference]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """A month of a small shop with an advice desk, in the product and in the reference."""
    file = tmp_path_factory.mktemp("demo") / "events.jsonl"
    write_jsonl(Path(file), DAYS, UNTIL, visitors=VISITORS, seed=SEED)
    lines = file.read_bytes().splitlines()
    rates = tables(DAYS, UNTIL, SEED, VISITORS)["fx_rates"]
    told = [row | {"date": str(row["date"])} for row in rates]
    with shop_of(lines, DEMO_SITE, told) as shop:
        yield shop, Reference(lines, DEMO_SITE, {"fx_rates": told}, RECEIVED)


@pytest.mark.parametrize(
    ("by", "every"),
    [
        ((), None),
        ((), "day"),
        (("hour_of_day",), None),
        (("agent",), None),
        (("agent",), "day"),
        (("agent", "hour_of_day"), "week"),
        (("initiator", "conversation_channel"), "day"),
        (("url",), None),
        (("trigger", "message", "target_url"), "week"),
        (("device",), "day"),
    ],
)
def test_the_desks_numbers_are_the_references(
    both: Both, by: tuple[str, ...], every: str | None
) -> None:
    shop, reference = both
    asked = [kpi for kpi in sorted(TALKS) if set(by) <= KPIS[kpi].dims]
    assert asked
    assert compare(shop, reference, Question(by, every), asked) == []


def team(shop: Shop) -> Team:
    desk = Desk(DuckEngine(shop.con), shop.catalogue, shop.site, Asked(*shop.period(), "day"))
    return desk.team(0, round(RECEIVED.timestamp()) * 1_000_000, ())


def test_the_leaderboard_and_the_hours_are_the_references(both: Both) -> None:
    shop, reference = both
    found = team(shop)
    got = {line["agent"]: dict(line) for line in found.leaderboard}
    want = {line["agent"]: line for line in reference.leaderboard()}
    assert len(got) > 3
    assert got.keys() == want.keys()
    for agent, line in want.items():
        assert line.keys() == got[agent].keys()
        assert all(
            value == got[agent][kpi] if kpi == "agent" else same(got[agent][kpi], value)
            for kpi, value in line.items()
        )
    assert dict(found.requests_by_hour) == reference.requests_by_hour()


def test_the_trend_of_an_agent_adds_up_to_the_leaderboard(both: Both) -> None:
    found = team(both[0])
    for line in found.leaderboard:
        for kpi in ("conversations", "agent_requests", "agent_attributed_sales"):
            days = (each for each in found.trend if each["agent"] == line["agent"])
            assert sum(day.get(kpi, 0) for day in days) == line.get(kpi, 0)


def test_requests_of_every_state_happen_and_add_up(both: Both) -> None:
    shop, reference = both
    found: dict[str, int] = dict.fromkeys(("accepted", "withdrawn", "unanswered"), 0)
    for line in team(shop).states:
        assert line["open"] == 0, "a year later nothing is open any more"
        for state in found:
            found[state] += line[state]
    assert all(found.values())
    assert sum(found.values()) == len(reference.conversations())


def test_feedback_is_what_people_typed(both: Both) -> None:
    from footfall.facts.lists import feedback  # noqa: PLC0415

    shop, reference = both
    told: list[dict[str, Any]] = feedback(shop.con, shop.period(), {})
    answers = reference.facts.lists["answers:rating"]
    assert sorted((line["time"], line["score"], line["text"]) for line in told) == sorted(
        (fact.time, int(fact.thing.props["score"]), fact.thing.props.get("feedback"))
        for fact in answers
    )
    assert told[0]["time"] == max(line["time"] for line in told)
    local = datetime.fromtimestamp(told[0]["time"] / 1000, RECEIVED.tzinfo).date()
    assert abs((told[0]["date"] - local).days) <= 1
