"""Costs and reach worked out by hand: money, channels with costs, days only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from support.shop import Shop, shop_of
from support.told import told

PAID = "https://shop.example/?utm_source=google&utm_medium=cpc"
MAIL = "https://shop.example/?utm_source=news&utm_medium=email"
Row = dict[str, Any]


def ad(day: str, cost: str, source: str = "google", medium: str = "cpc", **more: Any) -> Row:
    key = {"date": day, "source": source, "medium": medium, "campaign": None}
    return {**key, "impressions": 100, "clicks": 10, "cost": Decimal(cost), **more}


def order(when: str, visitor: str, url: str, value: float) -> list[Row]:
    later = when[:-2] + "30"
    return [
        told(when, "page_view", visitor, url=url),
        told(later, "purchase", visitor, transaction_id=visitor, value=value),
    ]


EVENTS = [
    *order("2026-01-05 10:00", "anna", PAID, 50),
    *order("2026-01-06 10:00", "ben", PAID, 30),
    *order("2026-01-06 11:00", "cleo", MAIL, 1000),
    *order("2026-01-07 10:00", "dan", PAID, 20),
]


def test_a_channel_has_costs_in_the_whole_period_also_in_buckets_in_which_it_has_none() -> None:
    """Google cost 10 on the 5th only; its orders of the 6th count: 0 ÷ 1, and no return on 0.

    | day | spend | paid orders | cpa | paid revenue | roas |
    |  5  |    10 |           1 |  10 |           50 |    5 |
    |  6  |     0 |           1 |   0 |           30 |    – |
    |  7  |     0 |           1 |   0 |           20 |    – |
    """
    with shop_of(EVENTS, None, (), {"ad_costs": [ad("2026-01-05", "10")]}) as shop:
        assert list(shop.values("cpa", every="day").values()) == [10, 0, 0]
        assert list(shop.values("roas", every="day").values()) == [5, None, None]
        assert shop.value("cpa") == 10 / 3
        assert shop.value("roas") == 10


def test_a_channel_without_costs_in_the_period_counts_for_nothing() -> None:
    """In a period after the costs there are no channels with costs."""
    with shop_of(EVENTS, None, (), {"ad_costs": [ad("2026-01-05", "10")]}) as shop:
        later = {"start": date(2026, 1, 6), "end": date(2026, 1, 7)}
        assert (shop.value("cpa", None, **later), shop.value("roas", None, **later)) == (None, None)
        shop.append_table("ad_costs", [ad("2026-01-07", "5", "news", "email")])
        assert shop.value("cpa", None, **later) == 5
        assert shop.value("roas", None, **later) == 200


def test_by_channel_each_has_its_own_costs_and_orders() -> None:
    tables = {"ad_costs": [ad("2026-01-05", "10"), ad("2026-01-06", "40", "news", "email")]}
    with shop_of(EVENTS, None, (), tables) as shop:
        assert shop.values("cpa", by=["channel"]) == {"paid_search": 10 / 3, "email": 40}
        assert shop.values("roas", by=["channel"]) == {"paid_search": 10, "email": 25}
        paid = {"where": {"channel": ["paid_search"]}}
        assert shop.values("cpa", by=["medium"], **paid) == {"cpc": 10 / 3}


def test_other_currencies_are_converted_by_the_rate_of_their_day() -> None:
    costs = [
        ad("2026-01-05", "10", currency="USD"),
        ad("2026-01-09", "10", currency="USD"),
        ad("2026-01-09", "7", "bing", currency="GBP"),
    ]
    rates = [
        {"date": "2026-01-01", "currency": "USD", "rate": "0.9"},
        {"date": "2026-01-08", "currency": "USD", "rate": "0.8"},
    ]
    with shop_of(EVENTS, None, (), {"ad_costs": costs}) as shop:
        assert spend(shop) == 0
        shop.append_rates(rates)
        assert spend(shop) == 17
        shop.append_rates([{"date": "2026-01-09", "currency": "GBP", "rate": "2"}])
        assert spend(shop) == 31
        shop.rebuild()
        assert spend(shop) == 31


def spend(shop: Shop) -> Any:
    return shop.value("ad_spend", start=date(2026, 1, 1), end=date(2026, 1, 31))


def test_a_second_import_of_a_day_replaces_it() -> None:
    with shop_of(EVENTS, None, (), {"ad_costs": [ad("2026-01-05", "10")]}) as shop:
        shop.append_table("ad_costs", [ad("2026-01-05", "12", clicks=None)])
        shop.append(order("2026-01-07 12:00", "eva", PAID, 8))
        for _ in range(2):
            assert (shop.value("ad_spend"), shop.value("ad_clicks")) == (12, 0)
            assert shop.value("cpc") is None
            shop.rebuild()


def test_a_mean_position_weighs_by_impressions_and_leaves_out_the_unknown() -> None:
    """(1 × 300 + 9 × 100) ÷ 400 = 3; the 50 impressions of unknown position say nothing of it."""
    key = {"date": "2026-01-05", "page": "/", "country": "DE", "device": "mobile", "clicks": 5}
    rows = [
        {**key, "query": "shop", "impressions": 300, "position": Decimal(1)},
        {**key, "query": "shoes", "impressions": 100, "position": Decimal(9)},
        {**key, "query": "boots", "impressions": 50, "position": None},
        {**key, "query": "absurd", "impressions": 10**12, "position": Decimal(10) ** 25},
    ]
    with shop_of(EVENTS, None, (), {"search_performance": rows[:3]}) as shop:
        assert shop.value("search_position") == 3
        assert shop.value("search_impressions") == 450
        assert shop.values("search_ctr", by=["query"]) == {
            "shop": 5 / 300,
            "shoes": 0.05,
            "boots": 0.1,
        }
        shop.append_table("search_performance", rows[3:])
        assert shop.value("search_position") == 3


def test_tables_alone_without_any_event_can_be_asked() -> None:
    mailing = {"date": "2026-01-05", "campaign": "news", "sent": 10, "delivered": 8, "opened": 2}
    with shop_of((), None, (), {"email_sends": [mailing]}) as shop:
        days = {"start": date(2026, 1, 5), "end": date(2026, 1, 5)}
        assert shop.value("email_open_rate", None, **days) == 0.25
        assert shop.value("email_click_rate", None, **days) == 0
        shop.rebuild()
        assert shop.values("email_open_rate", by=["campaign"], **days) == {"news": 0.25}
