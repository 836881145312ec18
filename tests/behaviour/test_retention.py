"""Retention worked out by hand: cohorts of the first session and of the first order ever."""

from __future__ import annotations

from datetime import date

from support.shop import shop_of
from support.told import told

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19")


def view(day: str, visitor: str, **more: str) -> dict[str, object]:
    return told(f"{day} 10:00", "page_view", visitor, **more)


def test_a_cohort_is_the_week_of_the_first_session_ever() -> None:
    first, second, third = WEEKS
    with shop_of([
        view(first, "anna"), view("2026-01-06", "anna"), view(second, "anna"), view(third, "anna"),
        view(first, "bert"), view(third, "bert"),
        view(first, "carl"),
        view(second, "dora"), view("2026-01-13", "dora"), view("2026-01-25", "dora"),
    ]) as shop:  # fmt: skip
        assert shop.retention()["returning"] == [
            {"cohort": first, "size": 3, "later": [
                {"bucket": second, "people": 1, "share": 1 / 3},
                {"bucket": third, "people": 2, "share": 2 / 3},
            ]},
            {"cohort": second, "size": 1, "later": [{"bucket": third, "people": 1, "share": 1.0}]},
        ]  # fmt: skip


def test_who_came_before_the_period_is_in_no_cohort() -> None:
    with shop_of([
        view("2025-12-01", "anna"), view("2026-01-05", "anna"), view("2026-01-12", "anna"),
        view("2026-01-06", "bert"), view("2026-01-12", "bert"), view("2026-01-19", "bert"),
    ]) as shop:  # fmt: skip
        days = (date(2026, 1, 6), date(2026, 1, 18))
        assert shop.retention(days=days)["returning"] == [
            {"cohort": "2026-01-05", "size": 1, "later": [
                {"bucket": "2026-01-12", "people": 1, "share": 1.0}
            ]},
        ]  # fmt: skip


def test_orders_have_cohorts_of_their_own() -> None:
    events = [
        view("2026-01-05", "anna"),
        told("2026-01-31 10:00", "purchase", "anna", transaction_id="1"),
        told("2026-01-31 11:00", "purchase", "anna", transaction_id="2"),
        told("2026-02-28 10:00", "purchase", "anna", transaction_id="3"),
        told("2026-02-01 10:00", "purchase", "bert", transaction_id="4"),
        told("2026-02-01 10:00", "purchase", transaction_id="5", source="server"),
    ]
    with shop_of(events) as shop:
        assert shop.retention("month")["buying_again"] == [
            {"cohort": "2026-01-01", "size": 1, "later": [
                {"bucket": "2026-02-01", "people": 1, "share": 1.0}
            ]},
            {"cohort": "2026-02-01", "size": 1, "later": []},
        ]  # fmt: skip


def test_a_segment_is_that_of_the_first_time() -> None:
    with shop_of([
        view("2026-01-05", "anna", device="mobile"), view("2026-01-12", "anna", device="desktop"),
        view("2026-01-05", "bert", device="desktop"),
        told("2026-01-05 10:05", "purchase", "bert", transaction_id="1"),
        told("2026-01-12 10:05", "purchase", "bert", transaction_id="2"),
    ]) as shop:  # fmt: skip
        later = {"bucket": "2026-01-12", "people": 1, "share": 1.0}
        cohorts = shop.retention(by=["device"])
        assert cohorts["returning"] == [
            {"segment": {"device": "desktop"}, "cohort": "2026-01-05", "size": 1, "later": [later]},
            {"segment": {"device": "mobile"}, "cohort": "2026-01-05", "size": 1, "later": [later]},
        ]
        mobile = shop.retention(where={"device": ["mobile"]})
        assert mobile["returning"] == [{"cohort": "2026-01-05", "size": 1, "later": [later]}]
        assert mobile["buying_again"] == []


def test_days_are_the_shops_own() -> None:
    """Half past eleven on Sunday evening in London is Monday in Berlin."""
    late = told("2026-01-11 23:30", "page_view", "anna")
    with shop_of([late], {"timezone": "Europe/Berlin"}) as shop:
        assert shop.retention()["returning"][0]["cohort"] == "2026-01-12"
