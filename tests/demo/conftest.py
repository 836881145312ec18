"""The demonstration at its default size, made once and asked with plain SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from footfall.doors.demo import generate, tables

DAYS = 90
UNTIL = date(2026, 4, 30)
VISITORS = 20_000

# A visit in plain SQL: a gap of more than half an hour begins a new one; people only.
VISITS = """
create table visits as
with own as (
    select *, coalesce(occurred_at - lag(occurred_at) over w > 1800000, true) as opens
    from once where url is not null and not robot
    window w as (partition by visitor_id order by occurred_at, event_id)
), numbered as (
    select *, sum(opens::int) over (
        partition by visitor_id order by occurred_at, event_id
        rows between unbounded preceding and current row
    ) as visit
    from own
)
select visitor_id, visit, min(device) as device, count(*) as events,
    count(*) filter (event = 'page_view') as pages,
    max(occurred_at) - min(occurred_at) as lasted,
    bool_or(event = 'add_to_cart') as carts,
    bool_or(event = 'begin_checkout') as checkouts,
    bool_or(event = 'purchase') as orders,
    bool_or(event in ('asset_click', 'asset_interaction')) as engaged,
    bool_or(event not in ('page_view', 'page_leave', 'session_end', 'scroll', 'view_item',
        'view_item_list', 'asset_load', 'asset_view', 'widget_impression', 'module_shown',
        'experiment_exposure')) as active
from numbered group by all
"""
ORDERS = """
create table orders as
select properties ->> 'transaction_id' as id, min(occurred_at) as at,
    any_value(visitor_id) as visitor_id, any_value(customer_id) as customer_id,
    any_value((properties ->> 'value')::decimal(12, 2)) as value,
    any_value(properties ->> 'currency') as currency,
    list_sort(list(coalesce(properties ->> 'source', 'tag'))) as told_by
from once where event = 'purchase' group by 1
"""
ROBOTS = "(bot|python-requests|curl|headless)"

Ask = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def sent() -> pa.Table:
    """All rows as they are sent, repeats included."""
    return pa.Table.from_batches(generate(DAYS, UNTIL, VISITORS, 1))


@pytest.fixture(scope="session")
def ask(sent: pa.Table) -> Ask:
    """Asks the default demonstration: `sent`, `once` (no repeats), `visits`, `orders`, tables."""
    shop = duckdb.connect()
    shop.register("arrow", sent)
    shop.execute("create table sent as select * from arrow")
    shop.execute(
        f"""create table once as select distinct on (event_id) *,
        regexp_matches(lower(coalesce(user_agent, '')), '{ROBOTS}')
        or coalesce((properties ->> 'bot')::boolean, false) as robot
        from sent order by event_id"""
    )
    shop.execute(VISITS)
    shop.execute(ORDERS)
    for name, rows in tables(DAYS, UNTIL, 1, VISITORS).items():
        shop.register("rows", pa.Table.from_pylist(rows))
        shop.execute(f"create table {name} as select * from rows")

    def answer(statement: str) -> list[tuple[Any, ...]]:
        return shop.execute(statement).fetchall()

    return answer
