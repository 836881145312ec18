"""Every statement keeps to the portable subset: a parser finds nothing else in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from footfall.catalogue import built_in
from footfall.localtime import EVERY
from footfall.query.question import all_dimensions
from footfall.query.statement import compile_question
from support.shop import Shop
from support.subset import foreign

WHERES: tuple[Mapping[str, Sequence[str | None]], ...] = (
    {"device": ["mobile", None]},
    {"variant": ["A"]},
    {"asset": ["a1", "a2"]},
    {"product": [None]},
)


@pytest.fixture(scope="module")
def statements(shop: Shop) -> list[str]:
    """The statements of all KPIs, in every bucket, by every dimension and with filters."""
    questions = [
        shop.question((), by=by, every=every)
        for by in ((), *((name,) for name in all_dimensions()))
        for every in (None, *EVERY)
    ]
    questions += [shop.question((), by=("visitor_type",), where=where) for where in WHERES]
    return sorted({each.sql for asked in questions for each in compile_question(asked)})


def test_every_statement_is_of_the_subset(statements: list[str]) -> None:
    assert len(statements) > 500
    assert {(sql, tuple(found)) for sql in statements if (found := list(foreign(sql)))} == set()


def test_every_kpi_has_a_statement(shop: Shop) -> None:
    asked = compile_question(shop.question([kpi.id for kpi in built_in() if not kpi.requires]))
    scans = [each for each in asked if each.sources[0].aggregate != "median"]
    facts = {(each.fact_name, each.costed) for statement in scans for each in statement.sources}
    assert len(scans) == len(facts), "each fact is asked once, and once in the paid channels"
    assert len(asked) == len(scans) + 1, "and a median by itself"


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("SELECT * FROM sessions", "SELECT *"),
        ("SELECT count(*) FILTER (WHERE bounced) FROM sessions", "Filter"),
        ("SELECT day FROM sessions QUALIFY row_number() OVER (ORDER BY day) = 1", "Qualify"),
        ("SELECT sum(day) FROM sessions WHERE ts > ts - INTERVAL 1 DAY", "Interval"),
        ("SELECT day, count(*) FROM sessions GROUP BY 1", "GROUP BY a position"),
        ("SELECT sum(day) AS day FROM sessions", "the alias day of a column"),
        ("SELECT date_trunc('day', ts) FROM sessions", "DateTrunc"),
        ("SELECT s.day FROM sessions s LEFT JOIN orders o ON o.day = s.day", "LEFT  JOIN"),
        ("SELECT arg_min(day, ts) FROM sessions", "ArgMin"),
    ],
)
def test_what_is_outside_is_seen(sql: str, what: str) -> None:
    assert what in set(foreign(sql)), list(foreign(sql))
