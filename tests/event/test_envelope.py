"""The fields that every event has: what is required, how long each may be, what is absent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from footfall.event.accept import Acceptor, Rejection

Accepts = Callable[..., dict[str, Any]]
Refuses = Callable[..., Rejection]

LENGTHS = {
    "visitor_id": 128,
    "customer_id": 128,
    "url": 2048,
    "title": 2048,
    "referrer": 2048,
    "utm_source": 256,
    "utm_medium": 256,
    "utm_campaign": 256,
    "utm_term": 256,
    "utm_content": 256,
    "user_agent": 512,
    "browser": 1024,
    "os": 1024,
    "region": 1024,
    "device": 1024,
}
TEXTS = [*LENGTHS, "event_id", "event", "country"]
BROKEN = ["", "null", "undefined", "NaN", "[object Object]"]


def test_an_ordinary_event(accepted: Accepts, received_ms: int) -> None:
    assert accepted() == {
        "event_id": "e-1",
        "event": "page_view",
        "occurred_ms": 1_780_228_800_000,
        "received_ms": received_ms,
        "visitor_id": "v-1",
        "customer_id": None,
        "url": None,
        "title": None,
        "referrer": None,
        "utm_source": None,
        "utm_medium": None,
        "utm_campaign": None,
        "utm_term": None,
        "utm_content": None,
        "device": None,
        "browser": None,
        "os": None,
        "country": None,
        "region": None,
        "user_agent": None,
        "bot": False,
        "system": False,
        "host": None,
        "path": None,
        "referrer_host": None,
        "click_id": None,
        "properties": {},
        "content_hash": accepted()["content_hash"],
    }


@pytest.mark.parametrize("field", ["event_id", "event", "occurred_at", "visitor_id"])
@pytest.mark.parametrize("absent", [None, ""])
def test_what_is_required(refused: Refuses, field: str, absent: str | None) -> None:
    found = refused(**{field: absent})
    assert (found.code, found.pointer) == ("missing_field", f"/{field}")


@pytest.mark.parametrize(("field", "most"), LENGTHS.items())
def test_lengths(accepted: Accepts, refused: Refuses, field: str, most: int) -> None:
    assert accepted(**{field: "é" * most})[field] == "é" * most
    found = refused(**{field: "é" * (most + 1)})
    assert (found.code, found.pointer) == ("field_too_long", f"/{field}")
    assert f"{most:,} characters at most, this one has {most + 1:,}" in found.detail


def test_length_of_an_event_id(accepted: Accepts, refused: Refuses) -> None:
    assert accepted(event_id="a" * 64)["event_id"] == "a" * 64
    assert refused(event_id="a" * 65).code == "invalid_event_id"


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("value", [5, 1.5, True, [], {}])
def test_a_text_is_a_text(refused: Refuses, field: str, value: object) -> None:
    found = refused(**{field: value})
    assert (found.code, found.pointer) == ("wrong_type", f"/{field}")


@pytest.mark.parametrize("field", [*LENGTHS, "country"])
def test_an_empty_text_is_absent(accepted: Accepts, field: str) -> None:
    assert accepted(event="refund", **{field: ""})[field] is None


@pytest.mark.parametrize("broken", BROKEN)
def test_ids_of_a_broken_tag_are_absent(accepted: Accepts, refused: Refuses, broken: str) -> None:
    assert accepted(customer_id=broken)["customer_id"] is None
    assert accepted(event="refund", visitor_id=broken)["visitor_id"] is None
    assert refused(event_id=broken).code == "missing_field"
    assert refused(visitor_id=broken).code == ("illegal_visitor_id" if broken else "missing_field")


@pytest.mark.parametrize("other", ["Null", "NULL", "nan", "none", "0", " ", "[object object]"])
def test_other_ids_are_ids(accepted: Accepts, other: str) -> None:
    assert accepted(visitor_id=other, customer_id=other)["customer_id"] == other


def test_ids_compare_as_they_are_written(accepted: Accepts) -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    assert accepted(visitor_id=composed)["visitor_id"] == composed
    assert accepted(visitor_id=decomposed)["visitor_id"] == decomposed


@pytest.mark.parametrize("name", ["a", "x" * 64, "a_1", "page_view", "brochure_download"])
def test_names(accepted: Accepts, name: str) -> None:
    assert accepted(event=name)["event"] == name


@pytest.mark.parametrize(
    "name",
    ["x" * 65, "A", "Page_view", "1a", "_a", "a-b", "a b", "page_view\n", "a\x00", "é", "<b>", "٣"],
)
def test_no_names(refused: Refuses, name: str) -> None:
    found = refused(event=name)
    assert (found.code, found.pointer) == ("invalid_name", "/event")


def test_a_wrong_name_is_told_the_nearest(refused: Refuses) -> None:
    assert "did you mean 'page_view'?" in refused(event="Page View").detail


def test_a_misspelt_field_is_recognised(refused: Refuses) -> None:
    assert "is 'visitorid' meant to be it?" in refused(visitor_id=None, visitorid="v-1").detail


def test_a_key_beside_the_envelope_is_a_property(accepted: Accepts) -> None:
    assert accepted(note="x", properties={"a": 1})["properties"] == {"a": 1, "note": "x"}
    assert accepted(note={"a": [1]})["properties"] == {"note": {"a": [1]}}


def test_a_property_told_in_two_places(refused: Refuses) -> None:
    found = refused(note="x", properties={"note": "x"})
    assert (found.code, found.pointer) == ("duplicate_key", "/note")


@pytest.mark.parametrize("value", [[], "text", 5, True])
def test_properties_are_an_object(refused: Refuses, value: object) -> None:
    found = refused(properties=value)
    assert (found.code, found.pointer) == ("wrong_type", "/properties")


def test_no_properties_are_none(accepted: Accepts) -> None:
    assert accepted(properties={})["properties"] == accepted()["properties"] == {}
    assert accepted(properties={})["content_hash"] == accepted()["content_hash"]


def test_a_system_event_needs_nobody(accepted: Accepts) -> None:
    assert accepted(event="refund", visitor_id=None)["visitor_id"] is None
    assert accepted(event="refund", visitor_id=None, customer_id="c")["customer_id"] == "c"


def test_visitor_activity_needs_more_than_a_customer(refused: Refuses) -> None:
    found = refused(visitor_id=None, customer_id="c")
    assert found.detail == "visitor_id is missing: page_view is the visitor's own activity"


@pytest.mark.parametrize("source", ["server", "import"])
def test_what_a_server_says_needs_no_visitor(accepted: Accepts, source: str) -> None:
    found = accepted(event="purchase", visitor_id=None, properties={"source": source})
    assert found["system"] is True


@pytest.mark.parametrize("source", ["tag", "Server", "", True])
def test_other_sources_are_the_visitors(refused: Refuses, source: object) -> None:
    assert refused(visitor_id=None, properties={"source": source}).code == "missing_field"


def test_who_is_deleted_must_be_said(accepted: Accepts, refused: Refuses) -> None:
    deletion = {"event": "customer_deleted", "visitor_id": None}
    assert refused(**deletion).pointer == "/customer_id"
    assert refused(**deletion, customer_id="undefined").code == "missing_field"
    assert accepted(**deletion, customer_id="c-1")["customer_id"] == "c-1"
    assert accepted(event="customer_deleted", visitor_id="v-1")["visitor_id"] == "v-1"


@pytest.mark.parametrize(("sent", "kept"), [("DE", "DE"), ("de", "DE"), ("Xk", "XK")])
def test_countries(accepted: Accepts, sent: str, kept: str) -> None:
    assert accepted(country=sent)["country"] == kept


@pytest.mark.parametrize("country", ["D", "DEU", "Germany", "T1", "ß", "D\n", "ÄÖ"])
def test_no_countries(refused: Refuses, country: str) -> None:
    found = refused(country=country)
    assert (found.code, found.pointer) == ("invalid_country", "/country")


@pytest.mark.parametrize("device", ["desktop", "mobile", "tablet", "other", "smart_fridge"])
def test_an_unlisted_device_is_kept(accepted: Accepts, device: str) -> None:
    assert accepted(device=device)["device"] == device


def test_text_is_kept_as_it_is(accepted: Accepts) -> None:
    odd = "a,b;c\td\\ \"q\" 'x' \u202e ½ 山田太郎 🛍️ \x1b[2J\r\n"
    found = accepted(title=odd, visitor_id=odd, properties={"note": odd})
    assert (found["title"], found["visitor_id"], found["properties"]) == (odd, odd, {"note": odd})


def test_the_clock_is_corrected_only_where_it_is_asked_for(received_ms: int) -> None:
    event = {
        "event_id": "e",
        "event": "page_view",
        "visitor_id": "v",
        "occurred_at": received_ms - 7_200_000,
    }

    def occurred(sent_ago_ms: int, *, correct: bool) -> object:
        acceptor = Acceptor(received_ms, correct_clock=correct)
        found = acceptor.accept({**event, "sent_at": received_ms - sent_ago_ms})
        assert not isinstance(found, Rejection)
        return found[2]

    assert occurred(3_600_000, correct=True) == received_ms - 3_600_000
    assert occurred(-3_600_000, correct=True) == received_ms - 10_800_000
    assert occurred(60_001, correct=True) == received_ms - 7_139_999
    assert occurred(60_000, correct=True) == received_ms - 7_200_000
    assert occurred(3_600_000, correct=False) == received_ms - 7_200_000


def test_when_it_was_sent_is_no_content(accepted: Accepts, refused: Refuses) -> None:
    sent = accepted(sent_at="2026-05-31T12:00:01Z")
    assert sent == accepted() == accepted(sent_at="")
    assert refused(sent_at="yesterday").pointer == "/sent_at"


def test_the_collector_takes_nothing_older_than_it_says(received_ms: int) -> None:
    month_ms = 30 * 86_400_000
    acceptor = Acceptor(received_ms, oldest_ms=received_ms - month_ms)
    event = {"event_id": "e", "event": "page_view", "visitor_id": "v"}
    kept = acceptor.accept({**event, "occurred_at": received_ms - month_ms})
    assert not isinstance(kept, Rejection)
    late = acceptor.accept({**event, "occurred_at": received_ms - month_ms - 1})
    assert isinstance(late, Rejection)
    assert late.code == "timestamp_too_old"
