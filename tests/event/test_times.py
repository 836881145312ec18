"""When it happened: RFC 3339 with an offset or epoch milliseconds, cut to the millisecond."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.event.accept import Rejection
from footfall.event.codes import Refused
from footfall.event.times import Times

Accepts = Callable[..., dict[str, Any]]
Refuses = Callable[..., Rejection]

NOON_MS = 1_768_478_400_000  # 2026-01-15T12:00:00Z


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2026-01-15T12:00:00Z", NOON_MS),
        ("2026-01-15T12:00:00.000Z", NOON_MS),
        ("2026-01-15t12:00:00.5z", NOON_MS + 500),
        ("2026-01-15 12:00:00+00:00", NOON_MS),
        ("2026-01-15T12:00:00.123456789Z", NOON_MS + 123),
        ("2026-01-15T12:00:00.9999999999Z", NOON_MS + 999),
        ("2026-01-15T12:00:00.001-00:00", NOON_MS + 1),
        ("2026-01-15T17:45:00.000+05:45", NOON_MS),
        ("2026-01-15T02:30:00.000-09:30", NOON_MS),
        ("2026-01-16T11:59:00.000+23:59", NOON_MS),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ("2016-12-31T15:59:60.250-08:00", 1_483_228_800_250),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000),
        ("2000-01-01T00:00:00.000Z", 946_684_800_000),
        ("1999-12-31T19:00:00.000-05:00", 946_684_800_000),
    ],
)
def test_times(accepted: Accepts, text: str, ms: int) -> None:
    assert accepted(occurred_at=text)["occurred_ms"] == ms


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-15T12:00:00",  # no offset
        "2026-01-15T12:00:00.000",
        "2026-01-15",
        "2026-01-15T12:00Z",
        "2026-01-15T12:00:00,5Z",
        "2026-01-15T12:00:00.Z",
        "2026-01-15T12:00:00+01",
        "2026-01-15T12:00:00+0100",
        "2026-01-15T12:00:00+99:99",
        "2026-01-15T12:00:00+24:00",
        "2026-01-15T12:00:00+01:60",
        "2026-01-15T24:00:00Z",
        "2026-01-15T12:60:00Z",
        "2026-01-15T12:00:60Z",  # no leap second at noon
        "2016-12-31T23:59:60+01:00",
        "2016-12-31T23:59:61Z",
        "2026-02-29T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-00-01T12:00:00Z",
        "0000-01-01T12:00:00Z",
        "2026-W03-4T12:00:00Z",
        "20260115T120000Z",
        "15.01.2026 12:00:00Z",
        "+2026-01-15T12:00:00Z",
        " 2026-01-15T12:00:00Z",
        "2026-01-15T12:00:00Z\n",
        "٢٠٢٦-01-15T12:00:00Z",
        "1768478400000",
        "yesterday",
    ],
)
def test_no_times(refused: Refuses, text: str) -> None:
    found = refused(occurred_at=text)
    assert (found.code, found.pointer) == ("invalid_timestamp", "/occurred_at")
    assert "RFC 3339 with an offset" in found.detail


def test_a_time_without_an_offset_is_told_so(refused: Refuses) -> None:
    assert "it has no offset from UTC" in refused(occurred_at="2026-01-15T12:00:00").detail


@pytest.mark.parametrize("number", [10**18, -(10**18), 253_402_300_800_000, 1.5, 1e18])
def test_numbers_that_are_no_times(refused: Refuses, number: float) -> None:
    assert refused(occurred_at=number).code == "invalid_timestamp"


@pytest.mark.parametrize("value", [True, [], {}])
def test_values_that_are_no_times(refused: Refuses, value: object) -> None:
    assert refused(occurred_at=value).code == "wrong_type"


def test_epoch_milliseconds(accepted: Accepts) -> None:
    assert accepted(occurred_at=NOON_MS + 7)["occurred_ms"] == NOON_MS + 7
    assert accepted(occurred_at=float(NOON_MS))["occurred_ms"] == NOON_MS


def test_one_time_said_in_two_ways_is_the_same_event(accepted: Accepts) -> None:
    assert accepted(occurred_at=NOON_MS) == accepted(occurred_at="2026-01-15T13:00:00+01:00")


def test_what_happened_before_2000_is_refused(accepted: Accepts, refused: Refuses) -> None:
    assert accepted(occurred_at=946_684_800_000)["occurred_ms"] == 946_684_800_000
    for early in (946_684_799_999, "1999-12-31T23:59:59.999Z", "0001-01-01T00:00:00+05:00", 0, -1):
        assert refused(occurred_at=early).code == "timestamp_too_old"


def test_a_day_ahead_is_as_far_as_a_clock_may_be(
    accepted: Accepts, refused: Refuses, received_ms: int
) -> None:
    ahead_ms = received_ms + 24 * 3_600_000
    assert accepted(occurred_at=ahead_ms)["occurred_ms"] == ahead_ms
    found = refused(occurred_at=ahead_ms + 1)
    assert found.code == "timestamp_future"
    assert found.detail == (
        "occurred_at may be up to 24 hours after it was received (2026-06-01T00:00:00.000Z),"
        " got 2026-06-02T00:00:00.001Z"
    )
    assert refused(occurred_at="9999-12-31T23:59:59-23:59").code == "timestamp_future"


@pytest.mark.parametrize(
    ("number", "unit"), [(1_768_478_400, "seconds"), (1_768_478_400_000_00, ""), (0, "")]
)
def test_another_unit_is_recognised(refused: Refuses, number: int, unit: str) -> None:
    detail = refused(occurred_at=number).detail
    assert (f"it looks like {unit}" in detail) if unit else ("looks like" not in detail)


@pytest.mark.parametrize(("number", "unit"), [(1_768_478_400_000_000, "microseconds")])
def test_another_unit_beyond_all_years(refused: Refuses, number: int, unit: str) -> None:
    found = refused(occurred_at=number)
    assert found.code == "invalid_timestamp"
    assert f"it looks like {unit}" in found.detail


OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(
    st.lists(st.integers(946_684_800_000_000, 4_000_000_000_000_000), max_size=5),
    OFFSETS,
    st.sampled_from(["auto", "milliseconds", "seconds"]),
)
def test_what_was_seen_before_changes_nothing(
    moments: list[int], offset: timezone, spec: str
) -> None:
    """One reader that remembers reads like the standard library, whatever it has seen."""
    times = Times()
    for since_us in [*moments, *moments]:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since_us)
        text = moment.astimezone(offset).isoformat(timespec=spec)
        since = datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)
        assert times.read(text, "occurred_at") == since // timedelta(milliseconds=1)


@given(st.text("0123456789-+:.TtZz ", min_size=10, max_size=32))
def test_no_text_makes_it_raise_anything_else(text: str) -> None:
    times = Times()
    for _ in range(2):
        with suppress(Refused):
            assert isinstance(times.read(text, "occurred_at"), int)
