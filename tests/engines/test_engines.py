"""One text, every engine: each statement of each question gives the same rows everywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from footfall.engine import Engine
from footfall.localtime import EVERY
from footfall.query.answer import Row
from footfall.query.ask import ask
from footfall.query.question import all_dimensions
from footfall.query.statement import compile_question
from footfall.schema.facts import ASKED
from support.shop import Shop

Filters = Mapping[str, Sequence[str | None]]
Question = tuple[tuple[str, ...], str | None, Filters]
PAIRS = (
    ("device", "channel"), ("experiment", "variant"), ("asset", "placement"),
    ("country", "asset_type"), ("product", "category"), ("product", "asset"),
    ("page", "visitor_type"), ("variant", "asset"),
    ("landing_page", "intent"), ("experiment", "page"), ("agent", "hour_of_day"),
    ("initiator", "conversation_channel"), ("trigger", "device"), ("agent", "variant"),
)  # fmt: skip
FILTERS: tuple[tuple[Filters, tuple[str, ...]], ...] = (
    ({"device": ["mobile", None]}, ()),
    ({"variant": ["A"]}, ("experiment",)),
    ({"experiment": ["x1"]}, ()),
    ({"asset": ["a1"]}, ("placement",)),
    ({"product": ["p1", None], "country": ["DE", None]}, ("category",)),
    ({"page": ["/"]}, ("page", "visitor_type")),
    ({"device": ['it\'s \\ "quoted"\n\t{p0:String} :p1 €']}, ()),
)
QUESTIONS: tuple[Question, ...] = (
    *(((), every, {}) for every in (None, *EVERY)),
    *(((dimension,), every, {}) for dimension in all_dimensions() for every in (None, "day")),
    *((pair, every, {}) for pair in PAIRS for every in (None, "week")),
    *((by, every, where) for where, by in FILTERS for every in (None, "hour", "month")),
)


def told(question: Question) -> str:
    by, every, where = question
    return f"{'+'.join(by) or 'total'}-{every or 'all'}-{'+'.join(where) or 'everything'}"


@pytest.mark.parametrize("asked", QUESTIONS, ids=told)
def test_every_statement_gives_the_same_rows(
    shop: Shop, duckdb_engine: Engine, clickhouse_engine: Engine, asked: Question
) -> None:
    by, every, where = asked
    question = shop.question((), by=by, every=every, where=where)
    statements = compile_question(question)
    assert statements
    for each in statements:
        here = Counter(duckdb_engine.rows(each.sql, each.parameters))
        there = Counter(clickhouse_engine.rows(each.sql, each.parameters))
        assert there == here, each.sql


@pytest.mark.parametrize("by", [(), ("device",), ("experiment", "variant")])
def test_an_answer_does_not_say_which_engine_gave_it(
    shop: Shop, duckdb_engine: Engine, clickhouse_engine: Engine, by: tuple[str, ...]
) -> None:
    question = shop.question((), by=by, every="day")
    zone = shop.site.timezone
    here, there = ask(duckdb_engine, question, zone), ask(clickhouse_engine, question, zone)
    assert there == here
    assert len(here) > 100


def test_the_facts_are_rich_enough_to_tell_engines_apart(shop: Shop) -> None:
    rows = {name: f"SELECT 1 FROM {name} LIMIT 1" for name in ASKED}
    empty = [name for name, sql in rows.items() if not shop.con.execute(sql).fetchall()]
    assert empty == []
    first, last = shop.period()
    middle = first + (last - first) // 2
    for kpi in shop.catalogue:
        if kpi.requires is None:
            found = [*asked_of(shop, kpi.id), *asked_of(shop, kpi.id, middle)]
            assert any(row.value for row in found), kpi.id


def asked_of(shop: Shop, kpi: str, start: date | None = None) -> tuple[Row, ...]:
    return shop.ask(shop.question([kpi], start))
