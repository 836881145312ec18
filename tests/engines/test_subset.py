"""Every statement keeps to the portable subset: a parser finds nothing else in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from sqlglot import exp, parse_one

from footfall.catalogue import built_in
from footfall.localtime import EVERY
from footfall.query.question import all_dimensions
from footfall.query.statement import compile_question
from footfall.schema.facts import ASKED
from support.shop import Shop

ALLOWED = (
    exp.Select, exp.From, exp.Where, exp.Group, exp.Join, exp.Subquery, exp.Alias, exp.TableAlias,
    exp.Table, exp.Column, exp.Identifier, exp.Literal, exp.Placeholder, exp.Null, exp.Paren,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In,
    exp.Add, exp.Sub, exp.Mod, exp.Case, exp.If, exp.Coalesce, exp.Count, exp.Distinct, exp.Sum,
    exp.Min, exp.Max, exp.Neg, exp.Union, exp.Boolean, exp.Window, exp.RowNumber, exp.Order,
    exp.Ordered,
)  # fmt: skip
WHERES: tuple[Mapping[str, Sequence[str | None]], ...] = (
    {"device": ["mobile", None]},
    {"variant": ["A"]},
    {"asset": ["a1", "a2"]},
    {"product": [None]},
    {"agent": ["mia", None]},
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


def foreign(sql: str) -> Iterator[str]:
    """What a statement has that is outside the subset."""
    tree = parse_one(sql)
    for node in tree.walk():
        if isinstance(node, exp.Star):
            yield from () if isinstance(node.parent, exp.Count) else ("SELECT *",)
        elif not isinstance(node, ALLOWED):
            yield type(node).__name__
    yield from foreign_clauses(tree)


def foreign_clauses(tree: exp.Expr) -> Iterator[str]:
    """Clauses that are allowed, but not like this."""
    for group in tree.find_all(exp.Group):
        if any(isinstance(each, exp.Literal) for each in group.expressions):
            yield "GROUP BY a position"
    for join in tree.find_all(exp.Join):
        if join.side or join.kind or not any(join.find_all(exp.EQ)):
            yield f"{join.side} {join.kind} JOIN"
    columns = {column.name for each in ASKED.values() for column in each}
    for alias in tree.find_all(exp.Alias):
        if alias.alias in columns and any(alias.this.find_all(exp.AggFunc)):
            yield f"the alias {alias.alias} of a column"


def test_every_statement_is_of_the_subset(statements: list[str]) -> None:
    assert len(statements) > 500
    assert {(sql, tuple(found)) for sql in statements if (found := list(foreign(sql)))} == set()


def test_every_kpi_has_a_statement(shop: Shop) -> None:
    asked = compile_question(shop.question([kpi.id for kpi in built_in() if not kpi.requires]))
    medians = [statement for statement in asked if statement.sources[0].is_median]
    facts = {source.fact_name for statement in asked for source in statement.sources}
    assert len(asked) == len(facts) + len(medians), "each fact is asked once, and for each median"
    assert len(medians) == 1


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
