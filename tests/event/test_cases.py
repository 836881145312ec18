"""The two published streams: what is refused, what is a duplicate, what is a bot's."""

from __future__ import annotations

import gzip
import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from footfall.event.accept import Acceptor, Rejection, Row
from footfall.event.traffic import DIRECT, channel, source_medium
from footfall.schema.log import LOG_NAMES

SHARED = os.environ.get("FOOTFALL_SHARED", "")
RECEIVED_MS = 1_790_000_000_000  # 2026-09-21, after both
HOSTS = ["checkout.example"]

pytestmark = pytest.mark.skipif(
    not (Path(SHARED) / "cases").is_dir(), reason="FOOTFALL_SHARED names no folder with the cases"
)


@pytest.fixture(params=["berlin-spring", "new-york-autumn"])
def case(request: pytest.FixtureRequest) -> Path:
    return Path(SHARED) / "cases" / str(request.param)


@pytest.fixture
def lines(case: Path) -> list[bytes]:
    return gzip.decompress((case / "events.jsonl.gz").read_bytes()).splitlines()


@pytest.fixture
def expected(case: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress((case / "expected.json.gz").read_bytes()))
    return found


@pytest.fixture
def rows(lines: list[bytes]) -> list[Row]:
    acceptor = Acceptor(RECEIVED_MS)
    found = [acceptor.accept_line(each) for each in lines]
    return [each for each in found if not isinstance(each, Rejection)]


def first_said(rows: list[Row]) -> dict[object, dict[str, Any]]:
    said: dict[object, dict[str, Any]] = {}
    for each in rows:
        said.setdefault(each[0], dict(zip(LOG_NAMES, each, strict=True)))
    return said


def test_as_many_are_refused_as_expected(
    lines: list[bytes], rows: list[Row], expected: dict[str, Any]
) -> None:
    assert len(lines) - len(rows) == expected["data_quality"]["refused"]


def test_a_second_saying_is_a_duplicate_or_a_conflict(
    rows: list[Row], expected: dict[str, Any]
) -> None:
    hashes: dict[object, list[object]] = defaultdict(list)
    for each in rows:
        hashes[each[0]].append(each[-1])
    later = [(each == said[0]) for said in hashes.values() for each in said[1:]]
    assert later.count(True) == expected["data_quality"]["duplicates"]
    assert later.count(False) == expected["data_quality"]["duplicate_conflicts"]


def test_bots(rows: list[Row], expected: dict[str, Any]) -> None:
    bots = [each for each in first_said(rows).values() if each["bot"]]
    assert len(bots) == expected["data_quality"]["bot_events"]


def test_the_other_door_says_the_same(lines: list[bytes]) -> None:
    acceptor = Acceptor(RECEIVED_MS)
    for each in lines:
        assert acceptor.accept(json.loads(each)) == acceptor.accept_line(each)


def test_sessions_of_one_event_come_from_where_it_says(
    rows: list[Row], expected: dict[str, Any]
) -> None:
    """A session with one event has the origin, the channel and the page of that event."""
    at = {(each["visitor_id"], each["occurred_ms"]): each for each in first_said(rows).values()}
    alone = [
        each
        for each in expected["sessions"]
        if each["events"] == 1 and (each["visitor_id"], each["start"]) in at
    ]
    assert len(alone) > 100
    for session in alone:
        event = at[session["visitor_id"], session["start"]]
        if event["system"] or event["bot"]:
            continue
        origin = source_medium(
            event["utm_source"],
            event["utm_medium"],
            event["utm_campaign"],
            event["click_id"],
            event["referrer_host"],
            event["host"],
            HOSTS,
            utm_term=event["utm_term"],
            utm_content=event["utm_content"],
        )
        origin = origin or DIRECT
        assert origin == (session["source"], session["medium"], session["campaign"])
        assert channel(*origin) == session["channel"]
        assert event["device"] == session["device"]
        if event["event"] == "page_view":
            assert event["path"] == session["landing_page"]
