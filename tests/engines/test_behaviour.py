"""Funnels and retention say the same of every engine."""

from __future__ import annotations

from typing import Any

import pytest

from footfall.catalogue.funnel import funnel_of, read_steps
from footfall.engine import Engine
from footfall.query.funnel import funnel_rows
from footfall.query.retention import retention_rows
from support.shop import Shop

FUNNELS = (
    ("page_view,view_item,add_to_cart,purchase", None, None),
    ("page_view,view_item,add_to_cart,purchase", "session", None),
    ("page_view,add_to_cart", "person", "strict"),
    ("page_view,page_view,asset_click[asset=a1,placement=cart,placement=]", "session", "strict"),
)
CUTS: tuple[dict[str, Any], ...] = (
    {},
    {"by": ["device"]},
    {"by": ["channel", "country"], "where": {"visitor_type": ["returning"]}},
    {"by": ["experiment", "variant"]},
    {"where": {"variant": ["A", None]}},
)


@pytest.mark.parametrize("cut", CUTS, ids=str)
@pytest.mark.parametrize(("steps", "scope", "order"), FUNNELS)
def test_a_funnel_is_the_same(
    shop: Shop, duckdb_engine: Engine, clickhouse_engine: Engine,
    steps: str, scope: str, order: str, cut: dict[str, Any],
) -> None:  # fmt: skip
    funnel, asked = funnel_of(read_steps(steps), scope, None, order), shop.asked(**cut)
    here = funnel_rows(duckdb_engine, funnel, asked)
    assert here
    assert funnel_rows(clickhouse_engine, funnel, asked) == here


@pytest.mark.parametrize("every", ["week", "month"])
@pytest.mark.parametrize("cut", CUTS[:3], ids=str)
def test_retention_is_the_same(
    shop: Shop, duckdb_engine: Engine, clickhouse_engine: Engine, every: str, cut: dict[str, Any]
) -> None:
    asked = shop.asked(**cut)
    here = retention_rows(duckdb_engine, every, asked)
    assert here
    assert retention_rows(clickhouse_engine, every, asked) == here
