"""The statements of a drill-down: of the portable subset, with the same rows in every engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from footfall.engine import Engine
from footfall.query.drilldown import Where, drill_down, experiences, question_of
from footfall.query.typed import typed_answers
from support.shop import Shop
from support.subset import foreign

if TYPE_CHECKING:
    import pyarrow as pa

FILTERS: tuple[Where, ...] = (
    {},
    {"device": ("mobile", None)},
    {"variant": ("A", "B")},
)


class Listening:
    """An engine that notes what it is asked."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.asked: list[str] = []

    def rows(self, sql: str, parameters: Sequence[str]) -> list[tuple[Any, ...]]:
        """What the engine answers."""
        self.asked.append(sql)
        return self.engine.rows(sql, parameters)

    def batches(self, sql: str, parameters: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """What the engine answers, by columns."""
        self.asked.append(sql)
        return self.engine.batches(sql, parameters)


@pytest.mark.parametrize("where", FILTERS, ids=str)
def test_every_engine_drills_down_to_the_same(
    shop: Shop, duckdb_engine: Engine, clickhouse_engine: Engine, where: Where
) -> None:
    assert experiences(clickhouse_engine) == experiences(duckdb_engine)
    days = shop.period()
    for experience in experiences(duckdb_engine):
        question = question_of(duckdb_engine, experience, days, where)
        here, there = (drill_down(e, question) for e in (duckdb_engine, clickhouse_engine))
        assert there == here
        said, heard = (
            typed_answers(e, question, "UTC") for e in (duckdb_engine, clickhouse_engine)
        )
        assert heard == said


@pytest.mark.parametrize("where", FILTERS, ids=str)
def test_every_statement_is_of_the_subset(shop: Shop, duckdb_engine: Engine, where: Where) -> None:
    engine = Listening(duckdb_engine)
    question = question_of(engine, "x1", shop.period(), where)
    assert drill_down(engine, question)
    typed_answers(engine, question, "UTC", "promoter")
    assert len(engine.asked) > 6
    assert {(sql, tuple(found)) for sql in engine.asked if (found := list(foreign(sql)))} == set()
