"""Silent wrong numbers, each by its name: a few events, and what a person works out from them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from support.shop import shop_of
from support.told import told

Event = dict[str, Any]
SHOE = {"item_id": "p1", "item_category": "shoes", "price": 10}
HAT = {"item_id": "p2", "item_category": "hats", "price": 20}


def visit(when: str, visitor: str, url: str = "https://shop.example/", **more: Any) -> Event:
    return told(when, "page_view", visitor, url=url, **more)


def buy(
    when: str, visitor: str | None, order: str | None, value: float | None, **more: Any
) -> Event:
    customer = more.pop("customer", None)
    sums = {"transaction_id": order, "value": value}
    known = {name: each for name, each in sums.items() if each is not None}
    return told(when, "purchase", visitor, customer, **known, **more)


# --- time --------------------------------------------------------------------------------------


def test_a_session_over_midnight_is_one_and_counts_on_the_day_it_starts() -> None:
    """Two page views of one visit, on two days.

    | Jan 5, 23:50 | Jan 6, 00:10 |        | Jan 5 | Jan 6 | both |
    | page view    | page view    |        |-------|-------|------|
                                  sessions |     1 |     0 |    1 |
                                page views |     1 |     1 |    2 |
                                  visitors |     1 |     0 |    1 |
    """
    with shop_of([visit("2026-01-05 23:50", "anna"), visit("2026-01-06 00:10", "anna")]) as shop:
        for kpi, days, both in (
            ("sessions", [1, 0], 1),
            ("page_views", [1, 1], 2),
            ("visitors", [1, 0], 1),
        ):
            assert list(shop.values(kpi, every="day").values()) == days
            assert shop.value(kpi) == both
        assert shop.value("avg_session_duration") == 20 * 60


def test_the_day_when_clocks_go_forward_has_23_hours() -> None:
    """Berlin, 29 March 2026: 01:59 is followed by 03:00, with a visit in each."""
    events = [
        visit("2026-03-29 01:59 Europe/Berlin", "anna"),
        visit("2026-03-29 03:00 Europe/Berlin", "ben"),
    ]
    with shop_of(events, {"timezone": "Europe/Berlin"}) as shop:
        hours = shop.values("sessions", every="hour")
        assert len(hours) == 23
        assert {hour: seen for hour, seen in hours.items() if seen} == {
            "2026-03-29T01:00+01:00": 1,
            "2026-03-29T03:00+02:00": 1,
        }


def test_the_hour_that_happens_twice_is_two_hours() -> None:
    """Berlin, 25 October 2026: 02:30 in summer time, and 02:30 an hour later: two sessions."""
    events = [visit("2026-10-25 00:30", "anna"), visit("2026-10-25 01:30", "anna")]
    with shop_of(events, {"timezone": "Europe/Berlin"}) as shop:
        hours = shop.values("sessions", every="hour")
        assert len(hours) == 25
        assert {hour: seen for hour, seen in hours.items() if seen} == {
            "2026-10-25T02:00+02:00": 1,
            "2026-10-25T02:00+01:00": 1,
        }
        assert shop.values("sessions", every="day") == {"2026-10-25": 2}


def test_a_local_day_is_not_a_day_of_utc() -> None:
    """Kolkata is 5:30 ahead: 18:29 UTC is still the 5th there, 18:30 UTC is the 6th."""
    events = [visit("2026-01-05 18:29", "anna"), visit("2026-01-05 18:30", "ben")]
    with shop_of(events, {"timezone": "Asia/Kolkata"}) as shop:
        assert shop.values("sessions", every="day") == {"2026-01-05": 1, "2026-01-06": 1}
        assert {h: n for h, n in shop.values("sessions", every="hour").items() if n} == {
            "2026-01-05T23:00+05:30": 1,
            "2026-01-06T00:00+05:30": 1,
        }


@pytest.mark.parametrize(("second", "sessions"), [("10:30:00.000", 1), ("10:30:00.001", 2)])
def test_a_gap_of_exactly_the_timeout_does_not_end_a_session(second: str, sessions: int) -> None:
    """Half an hour, and a millisecond more.

    | 10:00:00.000 | 10:30:00.000 | → 1: a session ends after more than 30 minutes
    | 10:00:00.000 | 10:30:00.001 | → 2
    """
    with shop_of(
        [visit("2026-01-05 10:00", "anna"), visit(f"2026-01-05 {second}", "anna")]
    ) as shop:
        assert shop.value("sessions") == sessions


def test_a_week_is_named_by_its_monday_and_holds_only_the_period() -> None:
    """From Wednesday the 7th on, the week is that of the 5th, without Monday's visit."""
    events = [visit("2026-01-05 10:00", "anna"), visit("2026-01-07 10:00", "ben")]
    with shop_of(events) as shop:
        wednesday = shop.period()[1]
        assert shop.values("sessions", every="week", start=wednesday) == {"2026-01-05": 1}


# --- arrival -----------------------------------------------------------------------------------


def test_a_late_event_joins_what_seemed_two_sessions() -> None:
    """The page view between two visits comes in a second import.

    first import:   | 10:00 |       | 10:40 | → 2 sessions
    second import:          | 10:20 |         → 1 session of 40 minutes, a bounce no more
    """
    with shop_of([visit("2026-01-05 10:00", "anna"), visit("2026-01-05 10:40", "anna")]) as shop:
        assert (shop.value("sessions"), shop.value("bounce_rate")) == (2, 1)
        shop.append([visit("2026-01-05 10:20", "anna")])
        assert (shop.value("sessions"), shop.value("bounce_rate")) == (1, 0)
        assert shop.value("avg_session_duration") == 40 * 60


def test_an_event_told_twice_happened_once() -> None:
    """Twice in one import, again in the next, and contradicted: 1 page view."""
    once = visit("2026-01-05 10:00", "anna", event_id="same")
    with shop_of() as shop:
        first = shop.append([once, once])
        second = shop.append([once, once | {"title": "another"}])
        assert (first.stored, first.duplicates) == (1, 1)
        assert (second.stored, second.duplicates, len(second.conflicts)) == (0, 1, 1)
        assert shop.value("page_views") == 1


def test_a_files_events_are_not_moved_by_the_senders_clock() -> None:
    """What occurred at 10:00 and was sent at 12:00 stays at 10:00; 11:00 is empty."""
    late = visit("2026-01-05 10:00", "anna", sent_at="2026-01-05T12:00:00Z")
    with shop_of([late, visit("2026-01-05 12:30", "ben")]) as shop:
        assert list(shop.values("page_views", every="hour").items())[10:13] == [
            ("2026-01-05T10:00+00:00", 1),
            ("2026-01-05T11:00+00:00", 0),
            ("2026-01-05T12:00+00:00", 1),
        ]


def test_a_clock_that_is_years_ahead_is_refused() -> None:
    """An event of 2099 would make a day of its own; it is refused, and counted as refused."""
    with shop_of([visit("2026-01-05 10:00", "anna"), visit("2099-01-01 00:00", "ben")]) as shop:
        assert [each.code for each in shop.rejections] == ["timestamp_future"]
        assert shop.value("visitors") == 1


def test_a_tab_closed_after_an_hour_does_not_make_the_visit_an_hour_long() -> None:
    """The page leave comes long after the visit is over.

    | 10:00 page view | 11:00 page_leave, 3,600,000 ms engaged |
    The session is over at 10:30: 1 session of 0 s. The time was spent on the page all the same.
    """
    page = "https://shop.example/blog"
    leave = told("2026-01-05 11:00", "page_leave", "anna", url=page, engaged_ms=3_600_000)
    with shop_of([visit("2026-01-05 10:00", "anna", page), leave]) as shop:
        assert (shop.value("sessions"), shop.value("avg_session_duration")) == (1, 0)
        assert shop.value("avg_time_on_page") == 3600


# --- orders and money ---------------------------------------------------------------------------


def test_an_order_told_by_tag_webhook_and_import_is_one_order() -> None:
    """Four purchases of T1.

    | 10:00 | tag, reloaded at 10:02 | 50.00 | the visit's device and time
    | 10:01 | webhook                | 48.00 |
    | 03:00 | import, next day       | 47.50 | the most authoritative money
    → 1 order on the 5th, by mobile, 47.50
    """
    events = [
        visit("2026-01-05 09:59", "anna", device="mobile"),
        buy("2026-01-05 10:00", "anna", "T1", 50),
        buy("2026-01-05 10:02", "anna", "T1", 50),
        buy("2026-01-05 10:01", None, "T1", 48, customer="c1", source="server"),
        buy("2026-01-06 03:00", None, "T1", 47.5, customer="c1", source="import"),
    ]
    with shop_of(events) as shop:
        assert shop.values("orders", every="day") == {"2026-01-05": 1, "2026-01-06": 0}
        assert shop.values("revenue", by=["device"]) == {"mobile": Decimal("47.5")}
        assert (shop.value("customers"), shop.value("key_events")) == (1, 1)
        assert shop.value("session_conversion_rate") == 1


def test_a_refund_is_never_more_than_what_is_left() -> None:
    """Refunds of 20 and 25 of an order of 30, and one of an order that nobody knows.

    | order 30.00 | refund 20.00 | refund 25.00 | refund of nobody knows what 5.00 |
    → refunds 3, refunded 30.00 (20 + the 10 left + nothing), net revenue 0.00, refund rate 1
    """
    events = [
        buy("2026-01-05 10:00", "anna", "T1", 30),
        told("2026-01-06 10:00", "refund", transaction_id="T1", value=20),
        told("2026-01-07 10:00", "refund", transaction_id="T1", value=25),
        told("2026-01-07 11:00", "refund", transaction_id="T?", value=5),
    ]
    with shop_of(events) as shop:
        assert (shop.value("refunds"), shop.value("refunded_revenue")) == (3, 30)
        assert (shop.value("net_revenue"), shop.value("revenue")) == (0, 30)
        assert shop.value("refund_rate") == 1
        assert shop.values("refunded_revenue", every="day") == {
            "2026-01-05": 0, "2026-01-06": 20, "2026-01-07": 10,
        }  # fmt: skip


def test_money_of_two_currencies_is_not_added_as_it_is() -> None:
    """Three orders, one of them in a currency without a rate.

    | 10.00 EUR | 10.00 USD at 0.90 | 1,000 JPY without a rate |
    → 3 orders, revenue 19.00; the mean is over the 2 whose worth is known: 9.50
    """
    events = [
        buy("2026-01-05 10:00", "anna", "T1", 10),
        buy("2026-01-05 11:00", "anna", "T2", 10, currency="USD"),
        buy("2026-01-05 12:00", "anna", "T3", 1000, currency="JPY"),
    ]
    rates = [{"date": "2026-01-01", "currency": "USD", "rate": "0.9"}]
    with shop_of(events, {"currency": "EUR"}, rates) as shop:
        assert (shop.value("orders"), shop.value("revenue"), shop.value("aov")) == (3, 19, 9.5)


def test_the_rate_is_that_of_the_orders_local_day() -> None:
    """New York, 23:30 on the 5th is 04:30 UTC on the 6th: the rate is 2, not 3."""
    rates = [
        {"date": "2026-01-05", "currency": "EUR", "rate": "2"},
        {"date": "2026-01-06", "currency": "EUR", "rate": "3"},
    ]
    site = {"timezone": "America/New_York", "currency": "USD"}
    with shop_of([buy("2026-01-06 04:30", "anna", "T1", 10, currency="EUR")], site, rates) as shop:
        assert shop.value("revenue") == 20


def test_ten_times_ten_cents_is_one_euro() -> None:
    """A sum of floats says 0.9999999999999999."""
    with shop_of([buy("2026-01-05 10:00", "anna", f"T{n}", 0.1) for n in range(10)]) as shop:
        assert shop.value("revenue") == Decimal("1.0")
        assert shop.answer(shop.question(["revenue"])).to_json()["rows"][0]["value"] == "1.00"


def test_a_third_of_an_order_is_not_lost_in_rounding() -> None:
    """10.00 over three equal lines: 3.333333333333 twice, the last takes the rest; together 10."""
    items = [{"item_id": f"p{n}", "price": 5} for n in range(3)]
    with shop_of([buy("2026-01-05 10:00", "anna", "T1", 10, items=items)]) as shop:
        lines = shop.values("revenue", by=["product"])
        assert lines["p0"] == Decimal("3.333333333333")
        assert sum(lines.values()) == 10


def test_an_order_of_many_lines_is_worth_its_worth_once() -> None:
    """Orders are not joined with their lines.

    T1: 30.00 with two lines, T2: 20.00 with one → 2 orders, revenue 50.00, mean 25.00, 4 units;
    joined with its lines T1 would count twice (80.00).
    """
    events = [
        buy("2026-01-05 10:00", "anna", "T1", 30, items=[{**SHOE, "quantity": 2}, HAT]),
        buy("2026-01-05 11:00", "ben", "T2", 20, items=[HAT]),
    ]
    with shop_of(events) as shop:
        assert (shop.value("orders"), shop.value("revenue")) == (2, 50)
        assert (shop.value("aov"), shop.value("units")) == (25, 4)


def test_nothing_is_not_zero() -> None:
    """A visit without an order: revenue 0, but no average order value."""
    with shop_of([visit("2026-01-05 10:00", "anna")]) as shop:
        assert (shop.value("revenue"), shop.value("orders"), shop.value("refunds")) == (0, 0, 0)
        for kpi in ("aov", "ctr", "cvr", "cart_abandonment_rate", "repeat_purchase_rate"):
            assert shop.value(kpi) is None
        assert shop.value("conversion_rate") == 0


# --- people ------------------------------------------------------------------------------------


def test_visitors_are_not_added_up_over_days() -> None:
    """Who comes on three days is one visitor.

    |       | Mon | Tue | Wed | the three days |
    | anna  |  x  |  x  |  x  |
    | ben   |     |  x  |     |
    visitors   1     2     1          2 (not 4);  new: 1, 1, 0 and 2
    """
    events = [visit(f"2026-01-0{day} 10:00", "anna") for day in (5, 6, 7)]
    with shop_of([*events, visit("2026-01-06 10:00", "ben")]) as shop:
        assert list(shop.values("visitors", every="day").values()) == [1, 2, 1]
        assert list(shop.values("new_visitors", every="day").values()) == [1, 1, 0]
        assert (shop.value("visitors"), shop.value("new_visitors")) == (2, 2)
        assert shop.value("returning_visitors") == 0


def test_visitors_are_not_added_up_over_devices() -> None:
    """One person on a telephone and on a desktop: 1 visitor in each row, 1 altogether."""
    events = [
        visit("2026-01-05 10:00", "phone", device="mobile"),
        visit("2026-01-05 20:00", "desk", device="desktop"),
        told("2026-01-05 20:01", "login", "desk", "c1"),
        told("2026-01-06 09:00", "login", "phone", "c1"),
    ]
    with shop_of(events) as shop:
        by_device = shop.values("visitors", by=["device"])
        assert by_device == {"mobile": 1, "desktop": 1, None: 1}
        assert shop.value("visitors") == 1


def test_a_burst_of_bots_is_no_traffic() -> None:
    """One person among a hundred visits of a crawler and an order of a script."""
    crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    burst = [visit("2026-01-05 10:00", f"bot{n}", user_agent=crawler) for n in range(100)]
    order = buy("2026-01-05 10:00", "bot1", "T1", 99, user_agent="python-requests/2.31")
    marked = visit("2026-01-05 10:00", "qa", bot=True)
    with shop_of([visit("2026-01-05 10:00", "anna"), *burst, order, marked]) as shop:
        assert (shop.value("visitors"), shop.value("page_views"), shop.value("orders")) == (1, 1, 0)
        counted = shop.con.execute("SELECT count(*) FROM events WHERE bot").fetchall()
        assert counted == [(102,)]


def test_a_browser_that_two_customers_use_belongs_to_the_first() -> None:
    """The earliest login says whose a browser is.

    | 10:00 v visits | 11:00 v logs in as c1 | 12:00 v logs in as c2 | 13:00 w logs in as c1 |
    → c1 is one person with v and w, earlier visits too; c2 is an identity conflict
    """
    events = [
        visit("2026-01-05 10:00", "v"),
        told("2026-01-05 11:00", "login", "v", "c1"),
        told("2026-01-05 12:00", "login", "v", "c2"),
        told("2026-01-05 13:00", "login", "w", "c1"),
    ]
    with shop_of(events) as shop:
        assert (shop.value("visitors"), shop.value("sessions")) == (1, 4)
        assert shop.con.execute("SELECT count(*) FROM identity_conflicts").fetchall() == [(1,)]


def test_the_first_login_to_arrive_is_not_the_first_login() -> None:
    """The login as c2 arrives first but happened after the one as c1: orders are c1's."""
    later = told("2026-01-05 12:00", "login", "v", "c2")
    with shop_of([later, buy("2026-01-05 13:00", "v", "T1", 5)]) as shop:
        shop.append([told("2026-01-05 11:00", "login", "v", "c1")])
        shop.append([buy("2026-01-06 13:00", None, "T2", 5, customer="c1", source="import")])
        assert (shop.value("customers"), shop.value("repeat_purchase_rate")) == (1, 1)


def test_a_deleted_person_is_gone_and_comes_back_as_somebody_else() -> None:
    """What a deleted person did is gone, also what arrives late.

    | 5th: v visits as c1 and buys | 6th: c1 is deleted | 7th: v visits |
    → 1 session, of a new person; no order
    """
    events = [
        told("2026-01-05 10:00", "login", "v", "c1"),
        buy("2026-01-05 10:10", "v", "T1", 50),
        told("2026-01-06 10:00", "customer_deleted", None, "c1"),
        visit("2026-01-07 10:00", "v"),
    ]
    with shop_of(events) as shop:
        shop.append([visit("2026-01-05 10:05", "v")])
        assert (shop.value("sessions"), shop.value("orders"), shop.value("revenue")) == (1, 0, 0)
        assert shop.value("sessions", {"visitor_type": "new"}) == 1


# --- rates -------------------------------------------------------------------------------------


def test_a_mean_of_means_is_not_the_mean() -> None:
    """The total weighs sessions, not rows.

    | mobile  | 1 session  | 1 order  | 1.00 |
    | desktop | 4 sessions | 1 order  | 0.25 |
    | both    | 5          | 2        | 0.40, not (1.00 + 0.25) / 2 |
    """
    phone = [visit("2026-01-05 10:00", "anna", device="mobile")]
    desks = [visit("2026-01-05 10:00", f"v{n}", device="desktop") for n in range(4)]
    orders = [buy("2026-01-05 10:01", "anna", "T1", 5), buy("2026-01-05 10:01", "v0", "T2", 5)]
    with shop_of([*phone, *desks, *orders]) as shop:
        rates = shop.values("session_conversion_rate", by=["device"])
        assert rates == {"mobile": 1, "desktop": 0.25}
        assert shop.value("session_conversion_rate") == 0.4


def test_a_bounce_counts_where_its_session_counts() -> None:
    """A session is one thing, whatever days it touches.

    A visit begins at 23:59 and has its second page at 00:01: no bounce. Counted page by page and
    day by day it would bounce on both days (2 bounces ÷ 1 session).
    """
    with shop_of([visit("2026-01-05 23:59", "anna"), visit("2026-01-06 00:01", "anna")]) as shop:
        assert shop.values("bounce_rate", every="day") == {"2026-01-05": 0, "2026-01-06": None}


def test_an_order_after_midnight_still_completes_the_checkout() -> None:
    """Checkout at 23:59 and order at 00:01: completed on the 5th, ordered on the 6th."""
    events = [
        told("2026-01-05 23:59", "begin_checkout", "anna"),
        buy("2026-01-06 00:01", "anna", "T1", 5),
    ]
    with shop_of(events) as shop:
        completed = shop.values("checkout_completion_rate", every="day")
        assert completed == {"2026-01-05": 1, "2026-01-06": None}
        assert shop.values("orders", every="day") == {"2026-01-05": 0, "2026-01-06": 1}


def test_in_one_millisecond_the_event_id_says_what_is_later() -> None:
    """Events of one millisecond go by their ids.

    | anna | a: add_to_cart | b: begin_checkout | same millisecond → checkout is later: rate 1
    | ben  | b: add_to_cart | a: begin_checkout | → it is not: altogether 1 of 2
    """
    same = "2026-01-05 10:00"
    events = [
        told(same, "add_to_cart", "anna", event_id="a1"),
        told(same, "begin_checkout", "anna", event_id="b1"),
        told(same, "add_to_cart", "ben", event_id="b2"),
        told(same, "begin_checkout", "ben", event_id="a2"),
    ]
    with shop_of(events) as shop:
        assert shop.value("cart_to_checkout_rate") == 0.5


# --- assets ------------------------------------------------------------------------------------


def test_a_purchase_before_the_click_owes_it_nothing() -> None:
    """Credit goes back in time only, and by session or by 24 hours.

    | anna | 10:00 buys   | 10:05 clicks | → nothing
    | ben  | 10:00 clicks | 10:05 buys   | → contributed, and a direct sale of p1
    | cleo | 10:00 clicks | 11:00 comes back in a new session and buys p1 | direct sale only
    """
    click = {"asset_id": "a1", "product_id": "p1"}
    events = [
        buy("2026-01-05 10:00", "anna", "T1", 10, items=[SHOE]),
        told("2026-01-05 10:05", "asset_click", "anna", **click),
        told("2026-01-05 10:00", "asset_click", "ben", **click),
        buy("2026-01-05 10:05", "ben", "T2", 20, items=[SHOE]),
        told("2026-01-05 10:00", "asset_click", "cleo", **click),
        buy("2026-01-05 11:00", "cleo", "T3", 40, items=[SHOE]),
    ]
    with shop_of(events) as shop:
        assert (shop.value("contributed_transactions"), shop.value("contributed_revenue")) == (
            1,
            20,
        )
        assert (shop.value("pure_transactions"), shop.value("direct_sales")) == (2, 60)


@pytest.mark.parametrize(
    ("clicked", "sold"),
    [
        ("04 09:59:59.999", 0),
        ("04 10:00:00.000", 10),
        ("05 10:00:00.000", 10),
        ("05 10:00:00.001", 0),
    ],
)
def test_a_direct_sale_was_clicked_within_the_24_hours_before(clicked: str, sold: int) -> None:
    """Bought on the 5th at 10:00: both ends of the 24 hours count, a millisecond more does not."""
    events = [
        told(f"2026-01-{clicked}", "asset_click", "anna", asset_id="a1", product_id="p1"),
        buy("2026-01-05 10:00", "anna", "T1", 10, items=[SHOE]),
    ]
    with shop_of(events) as shop:
        assert shop.value("direct_sales") == sold


def test_an_order_of_two_assets_is_in_both_rows_and_once_in_the_total() -> None:
    """Clicks on a1 (twice) and a2, then an order of 30: a1 30, a2 30, altogether 30."""
    clicks = [
        told(f"2026-01-05 10:0{n}", "asset_click", "anna", asset_id=asset)
        for n, asset in enumerate(("a1", "a1", "a2"))
    ]
    with shop_of([*clicks, buy("2026-01-05 10:09", "anna", "T1", 30)]) as shop:
        assert shop.values("contributed_revenue", by=["asset"]) == {"a1": 30, "a2": 30}
        assert shop.value("contributed_revenue") == 30
        assert shop.value("asset_clicks") == 3


def test_what_was_seen_is_not_what_was_touched() -> None:
    """A view in the session and no interaction: the order owes the asset nothing (R6)."""
    seen = told("2026-01-05 10:00", "asset_view", "anna", asset_id="a1")
    with shop_of([seen, buy("2026-01-05 10:05", "anna", "T1", 30)]) as shop:
        assert (shop.value("contributed_transactions"), shop.value("contributed_sessions")) == (
            0,
            0,
        )
        assert shop.value("contributed_revenue_share") == 0


# --- experiments -------------------------------------------------------------------------------


def exposed(when: str, visitor: str, variant: str) -> Event:
    return told(when, "experiment_exposure", visitor, experiment_id="x1", variant=variant)


def test_a_variant_seen_twice_or_two_variants_seen_count_once_in_the_first() -> None:
    """Anna sees A, A and then B: she is A's, once, with her order of 10."""
    events = [
        exposed("2026-01-05 10:00", "anna", "A"),
        exposed("2026-01-05 10:01", "anna", "A"),
        exposed("2026-01-05 10:02", "anna", "B"),
        buy("2026-01-05 10:03", "anna", "T1", 10),
    ]
    with shop_of(events) as shop:
        assert shop.values("visitors", by=["variant"]) == {"A": 1}
        assert shop.values("revenue", by=["variant"]) == {"A": 10}


def test_an_unequal_split_is_seen_and_does_not_weigh_the_rates() -> None:
    """Each variant has its own denominator.

    | A | 1 visitor  | 1 order | rate 1.00 |
    | B | 4 visitors | 2 orders | rate 0.50 |
    """
    names = {"A": ["a0"], "B": ["b0", "b1", "b2", "b3"]}
    seen = [exposed("2026-01-05 10:00", each, v) for v, people in names.items() for each in people]
    orders = [buy("2026-01-05 10:01", each, f"T-{each}", 5) for each in ("a0", "b0", "b1")]
    with shop_of([*seen, *orders]) as shop:
        assert shop.values("visitors", by=["variant"]) == {"A": 1, "B": 4}
        assert shop.values("visitor_conversion_rate", by=["variant"]) == {"A": 1, "B": 0.5}


def test_what_happened_before_the_exposure_is_not_the_variants() -> None:
    """Orders go by their own moment, sessions by their end.

    | 10:00 order of 7 | 10:10 sees A | 10:20 order of 5 |
    → A: revenue 5, 1 order; the session ends after the exposure, so it is A's
    """
    events = [
        buy("2026-01-05 10:00", "anna", "T1", 7),
        exposed("2026-01-05 10:10", "anna", "A"),
        buy("2026-01-05 10:20", "anna", "T2", 5),
    ]
    with shop_of(events) as shop:
        assert shop.values("revenue", by=["variant"]) == {"A": 5}
        assert shop.values("sessions", by=["variant"]) == {"A": 1}


def test_who_was_exposed_on_the_telephone_is_exposed_on_the_desktop_too() -> None:
    """The order of 10 on the desktop and the one of 5 by telephone are A's too."""
    events = [
        exposed("2026-01-05 10:00", "phone", "A"),
        told("2026-01-05 10:01", "login", "phone", "c1"),
        told("2026-01-05 12:00", "login", "desk", "c1"),
        buy("2026-01-05 12:01", "desk", "T1", 10),
        buy("2026-01-06 12:00", None, "T2", 5, customer="c1", source="import"),
        buy("2026-01-06 12:00", None, "T3", 3, customer="c9", source="import"),
    ]
    with shop_of(events) as shop:
        assert shop.values("revenue", by=["experiment", "variant"]) == {("x1", "A"): 15}


# --- breakdowns --------------------------------------------------------------------------------


def test_what_lacks_an_attribute_is_in_the_row_of_null() -> None:
    """Two visits by mobile, one that does not say by what, an order without a visit."""
    events = [
        visit("2026-01-05 10:00", "anna", device="mobile"),
        visit("2026-01-05 10:00", "ben", device="mobile"),
        visit("2026-01-05 10:00", "cleo"),
        buy("2026-01-05 10:05", "anna", "T1", 5),
        buy("2026-01-05 12:00", None, "T2", 5, customer="c9", source="import"),
    ]
    with shop_of(events) as shop:
        assert shop.values("sessions", by=["device"]) == {"mobile": 2, None: 1}
        assert shop.values("orders", by=["device"]) == {"mobile": 1, None: 1}
        assert shop.value("orders", where={"device": [None]}) == 1


def test_types_and_placements_are_not_crossed() -> None:
    """A quiz on the home page and a booster in the cart: no row for a quiz in the cart."""
    quiz = {"asset_id": "a1", "asset_type": "quiz", "placement": "home"}
    booster = {"asset_id": "a2", "asset_type": "booster", "placement": "cart"}
    events = [
        told("2026-01-05 10:00", "asset_click", "anna", **quiz),
        told("2026-01-05 10:01", "asset_click", "anna", **booster),
        buy("2026-01-05 10:05", "anna", "T1", 30),
    ]
    with shop_of(events) as shop:
        pairs = shop.values("contributed_revenue", by=["asset_type", "placement"])
        assert pairs == {("quiz", "home"): 30, ("booster", "cart"): 30}
        assert shop.value("aov_beta", {"asset_type": "booster"}) == 30
        assert shop.value("aov_beta", {"asset_type": "quiz"}) is None
