"""The things behind a number are the same in every engine."""

from __future__ import annotations

from footfall.engine import Engine
from footfall.explain.listing import listing
from footfall.query.statement import sources_of
from footfall.query.writer import Writer
from support.shop import Shop
from support.subset import foreign


def test_the_things_of_every_kpi_are_the_same_everywhere(
    shop: Shop, duckdb_engine: Engine, clickhouse_engine: Engine
) -> None:
    question = shop.question(())
    sources = {
        source: None
        for kpi in question.kpis
        for _, named in sources_of(kpi, question)
        for source in named.values()
    }
    assert len(sources) > 80
    for source in sources:
        found = listing(Writer(question, (source,)), source)
        for limit in (None, 3):
            sql = found.ordered(limit)
            assert set(foreign(sql)) == set(), sql
            here = duckdb_engine.rows(sql, found.parameters)
            assert clickhouse_engine.rows(sql, found.parameters) == here, sql
