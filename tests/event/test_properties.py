"""The event's own fields: types, ranges, what is absent and what is kept as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from footfall.event.accept import Rejection

Accepts = Callable[..., dict[str, Any]]
Refuses = Callable[..., Rejection]
Line = Callable[[bytes | str], dict[str, Any] | Rejection]

# event, the other properties, the property, what is right, what is wrong
RANGES: list[tuple[str, dict[str, Any], str, list[object], list[object]]] = [
    ("page_leave", {}, "engaged_ms", [0, 0.5, 10**11], [-1, -0.5]),
    ("page_leave", {}, "max_scroll_pct", [0, 99.5, 100], [-1, 100.5, 101]),
    ("scroll", {}, "percent", [0, 0.5, 100], [-0.5, 100.1, 101]),
    ("screen_time", {}, "seconds", [0.001, 0.5, 1, 3600], [0, 0.0, -1, 3600.001, 3601]),
    ("advent_calendar_open", {}, "door", [1, 24, 24.0], [0, 25, 1.5, -1]),
    ("points_awarded", {}, "points", [1, 0.5], [0, -5, -0.5]),
    ("points_redeemed", {}, "points", [1, 0.5], [0, -5]),
    ("coupon_uploaded", {}, "count", [0, 500], [-1]),
    ("survey_response", {"survey_type": "nps"}, "score", [0, 10, 7.0], [-1, 11, 7.5]),
    ("survey_response", {"survey_type": "rating"}, "score", [1, 5], [0, 6, 4.5]),
    ("survey_response", {"survey_type": "csat"}, "score", [0, 11, -1], [4.5]),
    ("survey_response", {}, "score", [0, 11], [4.5]),
    ("purchase", {}, "value", [0, 0.01, 0.0, -0.0, 99999], [-0.01, -50]),
    ("purchase", {}, "tax", [-3.5, 0, 3.21], []),
    ("purchase", {}, "shipping", [-3.5, 0, 3.21], []),
    ("refund", {}, "value", [0, 0.01], [-0.01]),
    ("add_to_cart", {}, "value", [0, 10], [-1]),
    ("begin_checkout", {}, "value", [0, 10], [-1]),
    ("generate_lead", {}, "value", [0, 5], [-5]),
    ("subscription_start", {}, "value", [0, 9], [-9]),
    ("begin_checkout", {}, "step", [-1, 0, 1], []),
    ("click", {}, "x_pct", [-0.1, 0, 100.1], []),
    ("search", {}, "results", [0, 12], []),
    ("module_shown", {}, "position", [-1, 0, 1.5, 3], []),
]
RIGHT = [(event, other, key, each) for event, other, key, right, _ in RANGES for each in right]
WRONG = [(event, other, key, each) for event, other, key, _, wrong in RANGES for each in wrong]
NUMBERS = sorted({(event, key) for event, _, key, _, _ in RANGES})


@pytest.mark.parametrize(("event", "other", "key", "value"), RIGHT)
def test_numbers_in_their_range(
    accepted: Accepts, event: str, other: dict[str, Any], key: str, value: object
) -> None:
    assert accepted(event=event, properties={**other, key: value})["properties"][key] == value


@pytest.mark.parametrize(("event", "other", "key", "value"), WRONG)
def test_numbers_outside_their_range(
    refused: Refuses, event: str, other: dict[str, Any], key: str, value: object
) -> None:
    found = refused(event=event, properties={**other, key: value})
    assert (found.code, found.pointer) == ("invalid_number", f"/properties/{key}")


@pytest.mark.parametrize(("event", "key"), NUMBERS)
@pytest.mark.parametrize("value", ["12.5", "many", True, False, [], {}, [1]])
def test_numbers_are_numbers(refused: Refuses, event: str, key: str, value: object) -> None:
    found = refused(event=event, properties={key: value})
    assert (found.code, found.pointer) == ("wrong_type", f"/properties/{key}")


@pytest.mark.parametrize(
    ("event", "properties", "detail"),
    [
        (
            "survey_response",
            {"survey_type": "nps", "score": 11},
            "properties.score must be a whole number from 0 to 10 where survey_type is nps, got 11",
        ),
        (
            "screen_time",
            {"seconds": 3601},
            "properties.seconds must be a number above 0 and up to 3,600, got 3601",
        ),
        ("points_awarded", {"points": 0}, "properties.points must be a number above 0, got 0"),
        ("purchase", {"value": -1}, "properties.value must be a number of 0 or more, got -1"),
        ("survey_response", {"score": 7.5}, "properties.score must be a whole number, got 7.5"),
        (
            "purchase",
            {"value": "19.99"},
            "properties.value must be a number, got '19.99'; send it without quotes",
        ),
        ("login", {"success": "yes"}, "properties.success must be true or false, got 'yes'"),
        ("search", {"search_term": ["a"]}, "properties.search_term must be a text, got ['a']"),
        (
            "view_item",
            {"items": [{"item_id": "p", "price": "free"}]},
            "properties.items[0].price must be a number, got 'free'",
        ),
        (
            "purchase",
            {"items": [{"price": -5.5}]},
            (
                "the items of a purchase may not add up to less than 0, got -5.5;"
                " money given back is a refund"
            ),
        ),
    ],
)
def test_a_refusal_says_what_would_be_right(
    refused: Refuses, event: str, properties: dict[str, Any], detail: str
) -> None:
    assert refused(event=event, properties=properties).detail == detail


FLAGS = [
    ("login", "success"),
    ("quiz_answer", "correct"),
    ("code_entered", "correct"),
    ("instant_win", "won"),
]


@pytest.mark.parametrize(("event", "key"), FLAGS)
def test_yes_or_no(accepted: Accepts, refused: Refuses, event: str, key: str) -> None:
    for value in (True, False):
        assert accepted(event=event, properties={key: value})["properties"][key] is value
    wrongs: list[object] = ["true", 1, 0, [], 1.5]
    for wrong in wrongs:
        found = refused(event=event, properties={key: wrong})
        assert (found.code, found.pointer) == ("wrong_type", f"/properties/{key}")


@pytest.mark.parametrize(
    ("sent", "kept"), [(1001, "1001"), (1.5, "1.5"), (2.0, "2"), (True, "true"), (False, "false")]
)
def test_names_compare_as_text(accepted: Accepts, sent: object, kept: str) -> None:
    found = accepted(event="experiment_exposure", properties={"variant": sent})
    assert found["properties"] == {"variant": kept}
    found = accepted(event="purchase", properties={"transaction_id": sent})
    assert found["properties"] == {"transaction_id": kept}


@pytest.mark.parametrize("value", [[], {}, ["a"], {"a": 1}])
def test_a_text_is_no_object(refused: Refuses, value: object) -> None:
    assert refused(event="purchase", properties={"transaction_id": value}).code == "wrong_type"
    assert refused(event="search", properties={"search_term": value}).code == "wrong_type"


@pytest.mark.parametrize("absent", [None, "", "null", "undefined", "NaN", "[object Object]"])
def test_an_absent_id_is_left_out(accepted: Accepts, absent: str | None) -> None:
    found = accepted(event="purchase", properties={"transaction_id": absent, "value": 1})
    assert found == accepted(event="purchase", properties={"value": 1})
    items = [{"item_id": absent, "price": 1}]
    found = accepted(event="view_item", properties={"items": items})
    assert found["properties"] == {"items": [{"price": 1}]}


@pytest.mark.parametrize("absent", [None, ""])
@pytest.mark.parametrize(
    ("event", "key"),
    [("purchase", "value"), ("purchase", "items"), ("login", "success"), ("share", "method")],
)
def test_an_absent_value_is_left_out(
    accepted: Accepts, event: str, key: str, absent: str | None
) -> None:
    assert accepted(event=event, properties={key: absent})["properties"] == {}


def test_a_word_that_only_an_id_may_not_be(accepted: Accepts) -> None:
    kept = {"search_term": "null", "results": 0}
    assert accepted(event="search", properties=kept)["properties"] == kept


def test_what_the_vocabulary_does_not_know_is_kept(accepted: Accepts) -> None:
    odd: dict[str, object] = {
        "note": "",
        "nothing": None,
        "null": "null",
        "yes": True,
        "list": [1, "a", None, {"b": [False]}, []],
        "object": {},
        "score": "eleven",
        "door": 99,
    }
    assert accepted(event="custom_thing", properties=odd)["properties"] == odd
    more = {**odd, "asset_id": "A1"}
    assert accepted(event="asset_view", properties=more)["properties"] == more


@pytest.mark.parametrize(
    ("event", "key"),
    [
        ("share", "method"),
        ("asset_view", "placement"),
        ("survey_response", "status"),
        ("opt_in_asked", "channel"),
        ("module_shown", "module_type"),
        ("widget_click", "origin"),
        ("qualify_lead", "stage"),
        ("data_entered", "field"),
    ],
)
def test_a_name_outside_its_list_is_kept(accepted: Accepts, event: str, key: str) -> None:
    found = accepted(event=event, properties={key: "something_else"})
    assert found["properties"] == {key: "something_else"}


@pytest.mark.parametrize("items", ["[]", "text", 5, True, {}, {"item_id": "p"}])
def test_items_are_a_list(refused: Refuses, items: object) -> None:
    found = refused(event="purchase", properties={"items": items})
    assert (found.code, found.pointer) == ("wrong_type", "/properties/items")


@pytest.mark.parametrize("item", ["p1", 5, None, [], True])
def test_an_item_is_an_object(refused: Refuses, item: object) -> None:
    found = refused(event="purchase", properties={"items": [{"item_id": "p"}, item]})
    assert (found.code, found.pointer) == ("wrong_type", "/properties/items/1")


def test_items_are_kept_in_their_order(accepted: Accepts) -> None:
    items = [
        {"item_id": "b", "price": 19.99, "quantity": 2, "item_category": "x", "extra": [1]},
        {"item_id": "a", "price": 0, "quantity": 0.5, "variant_id": "a-1", "item_name": "A"},
        {},
    ]
    assert accepted(event="purchase", properties={"items": items})["properties"]["items"] == items


def test_a_discount_may_be_an_item(accepted: Accepts, refused: Refuses) -> None:
    goods, discount = {"price": 10}, {"price": -10, "quantity": 1}
    assert accepted(event="purchase", properties={"items": [goods, discount]})
    assert refused(event="purchase", properties={"items": [goods, {"price": -10.01}]}).code == (
        "invalid_number"
    )
    assert accepted(event="purchase", properties={"value": 0, "items": [{"price": -10.01}]})
    returned = [{"item_id": "p", "price": 10, "quantity": -3}]
    assert accepted(event="refund", properties={"items": returned})
    assert refused(event="purchase", properties={"items": returned}).code == "invalid_number"


def test_a_damaged_order_id_is_kept(accepted: Accepts) -> None:
    found = accepted(event="purchase", properties={"transaction_id": "1.23E+15"})
    assert found["properties"]["transaction_id"] == "1.23E+15"


def test_numbers_keep_every_digit(line: Line) -> None:
    head = (
        '{"event_id":"e","event":"purchase","occurred_at":"2026-05-31T12:00:00Z","visitor_id":"v"'
    )
    given = (
        '"value":123456789012.123456789012,"tax":0.10,"shipping":4.90,"note":0.30000000000000004'
    )
    found = line(head + ',"properties":{' + given + "}}")
    assert not isinstance(found, Rejection)
    assert found["properties"] == (
        '{"note":0.30000000000000004,"shipping":4.9,"tax":0.1,"value":123456789012.123456789012}'
    )


def test_a_bot_may_say_so(accepted: Accepts) -> None:
    assert accepted(properties={"bot": True})["bot"] is True
    for no in (False, "true", 1, None):
        assert accepted(properties={"bot": no})["bot"] is False
