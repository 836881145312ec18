"""Medians and splits: one text, every engine."""

from __future__ import annotations

import pytest

from footfall.engine import Engine
from footfall.query.ask import ask
from footfall.query.question import Question
from footfall.query.statement import compile_question
from support.own import KINDS, MIDDLE_ENGAGED, MIDDLE_VISIT, own
from support.shop import Shop
from support.subset import foreign


@pytest.mark.parametrize("by", [(), ("device",), ("variant",)])
@pytest.mark.parametrize("every", [None, "day", "hour"])
def test_medians_and_splits_are_the_same_everywhere(
    shop: Shop,
    duckdb_engine: Engine,
    clickhouse_engine: Engine,
    by: tuple[str, ...],
    every: str | None,
) -> None:
    kpis = tuple(map(own, (MIDDLE_VISIT, MIDDLE_ENGAGED, KINDS)))
    question = Question(kpis, *shop.period(), by, every)
    statements = compile_question(question)
    assert {each for statement in statements for each in foreign(statement.sql)} == set()
    zone = shop.site.timezone
    here = ask(duckdb_engine, question, zone)
    assert ask(clickhouse_engine, question, zone) == here
    assert any(row.value for row in here if row.kpi == "middle_engaged")
