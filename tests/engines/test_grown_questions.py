"""Cumulated, compared and in segments: one text, every engine."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from footfall.engine import Engine
from footfall.query.ask import ask
from footfall.query.compare import Comparison
from footfall.query.question import Question
from footfall.query.segment import AllOf, AnyOf, Did, Is, Measured, Not, Segment, Was
from footfall.query.statement import compile_question
from support.own import KINDS, MIDDLE_ENGAGED, MIDDLE_VISIT, own
from support.shop import Shop
from support.subset import foreign

OWN = tuple(map(own, (MIDDLE_VISIT, MIDDLE_ENGAGED, KINDS)))
SEGMENTS = (
    None,
    Segment("s", "S", "", AllOf((Is("device", ("mobile", None)),))),
    Segment("s", "S", "", AllOf((Measured("page_views", ((">=", 1), ("<", 9))),))),
    Segment("s", "S", "", AllOf((
        Is("experiment", ("x1",)),
        AnyOf((AllOf((Did("bounced", wanted=False), Was("exit_page", ("/", None)))),
               Not(AllOf((Is("country", ("DE",)),))))),
    ))),
)  # fmt: skip
TIMES = ((None, False), ("day", True), ("hour", True), ("week", True), ("hour", False))


@pytest.mark.parametrize("which", SEGMENTS, ids=["all", "dimension", "session", "nested"])
@pytest.mark.parametrize(("every", "is_cumulated"), TIMES)
@pytest.mark.parametrize("by", [(), ("asset",)])
def test_every_statement_gives_the_same_rows(
    shop: Shop,
    duckdb_engine: Engine,
    clickhouse_engine: Engine,
    which: Segment | None,
    every: str | None,
    is_cumulated: bool,
    by: tuple[str, ...],
) -> None:
    in_session = bool(which and which.session_facts)
    dimensions = (*by, *(which.dimensions if which else ()))
    first, last = shop.period()
    kpis = tuple(
        kpi
        for kpi in (*shop.catalogue, *OWN)
        if kpi.requires is None and kpi.answers(dimensions, in_session=in_session)
    )
    question = Question(kpis, first + (last - first) / 2, last, by, every, {}, which, is_cumulated)
    comparison = Comparison.of("previous", "weekday", question.start, question.end, 0)
    for asked in (question, comparison.earlier(question)):
        for each in compile_question(asked):
            assert set(foreign(each.sql)) == set(), each.sql
            here = Counter(duckdb_engine.rows(each.sql, each.parameters))
            there = Counter(clickhouse_engine.rows(each.sql, each.parameters))
            assert there == here, each.sql


def test_an_answer_does_not_say_which_engine_gave_it(
    shop: Shop, duckdb_engine: Engine, clickhouse_engine: Engine
) -> None:
    question = replace(shop.question((), by=("device",), every="week"), is_cumulated=True)
    question = replace(question, kpis=(*question.kpis, *OWN))
    comparison = Comparison.of("year", "weekday", question.start, question.end, 0)
    zone = shop.site.timezone
    here = ask(duckdb_engine, question, zone, comparison)
    assert ask(clickhouse_engine, question, zone, comparison) == here
    assert len(here) > 100
