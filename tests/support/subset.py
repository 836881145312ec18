"""The portable subset of SQL: what a statement may have, so that every engine reads it alike."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp, parse_one

from footfall.schema.facts import ASKED

ALLOWED = (
    exp.Select, exp.From, exp.Where, exp.Group, exp.Join, exp.Subquery, exp.Alias, exp.TableAlias,
    exp.Table, exp.Column, exp.Identifier, exp.Literal, exp.Placeholder, exp.Null, exp.Paren,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In,
    exp.Add, exp.Sub, exp.Mod, exp.Case, exp.If, exp.Coalesce, exp.Count, exp.Distinct, exp.Sum,
    exp.Min, exp.Max, exp.Neg, exp.Union, exp.Boolean,
    exp.Mul, exp.Window, exp.RowNumber, exp.Order, exp.Ordered, exp.Limit,
    exp.NEQ,
)  # fmt: skip


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
