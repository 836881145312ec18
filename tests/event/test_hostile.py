"""Bad and hostile input that concerns an event's content: each ends as it must."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from footfall.event.accept import Acceptor, Rejection
from footfall.event.codes import CODES

RECEIVED_MS = 1_780_272_000_000  # 2026-06-01T00:00:00Z
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
INPUTS = Path(os.environ.get("FOOTFALL_SHARED", "")) / "hostile" / "hostile_inputs.jsonl"


def cases() -> list[dict[str, Any]]:
    """Those that change one field of an event, sent to the collector."""
    if not INPUTS.is_file():
        return []
    listed = [json.loads(each) for each in INPUTS.read_text(encoding="utf-8").splitlines()]
    return [
        each
        for each in listed
        if each.get("to") == "collector"
        and each["send"].get("patch")
        and not each["send"].get("headers")
    ]


def filled(value: Any) -> Any:
    """The macros of the list, as far as they concern an event's content."""
    if isinstance(value, dict):
        return {key: filled(each) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    if "@REPEAT:" in value:
        start, _, macro = value.partition("@REPEAT:")
        letter, times = macro.split(":")
        return start + letter * int(times)
    if value.startswith("@NOW") and value[-1] in "dh" and value[4] in "+-":
        size = DAY_MS if value[-1] == "d" else HOUR_MS
        return RECEIVED_MS + int(value[4:-1]) * size
    return value.replace("@NOWDATE", "2026-05-31")


@pytest.mark.skipif(not INPUTS.is_file(), reason="FOOTFALL_SHARED names no folder with them")
def test_there_are_cases() -> None:
    assert len(cases()) > 20


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['id']} {case['what']}")
def test_hostile_input(case: dict[str, Any]) -> None:
    event = {
        "event_id": "e-1",
        "event": "page_view",
        "occurred_at": RECEIVED_MS,
        "visitor_id": "v-1",
        "url": "https://shop.test/p/1",
        "referrer": "https://www.google.com/",
        "properties": {},
        **filled(case["send"]["patch"]),
    }
    if "purchase" in case["what"]:
        event["event"] = "purchase"
    acceptor = Acceptor(RECEIVED_MS)
    raw = json.dumps(event).encode()
    found = acceptor.accept_line(raw)
    assert found == acceptor.accept(event) or len(raw) > 32_768
    expect = case["expect"]
    if expect["status"] == [400]:
        assert isinstance(found, Rejection)
        assert found.code == expect["code"]
    elif 400 not in expect["status"]:
        assert not isinstance(found, Rejection), found
    if isinstance(found, Rejection):
        assert found.code in CODES
        assert len(found.detail) < 400


@pytest.mark.parametrize("broken", ["null", "undefined", "[object Object]", "NaN"])
def test_broken_visitors_never_become_one_visitor(broken: str) -> None:
    """HI-098: the contract has them absent, so visitor activity with them is refused."""
    event = {"event_id": "e", "event": "page_view", "occurred_at": RECEIVED_MS}
    found = Acceptor(RECEIVED_MS).accept({**event, "visitor_id": broken})
    assert isinstance(found, Rejection)
    assert found.code == "illegal_visitor_id"


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
        "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0.0.0 Safari/537.36",
        "curl/8.4.0",
    ],
)
def test_bots_are_stored_and_flagged(agent: str) -> None:
    event = {"event_id": "e", "event": "page_view", "occurred_at": RECEIVED_MS}
    found = Acceptor(RECEIVED_MS).accept({**event, "visitor_id": "v", "user_agent": agent})
    assert not isinstance(found, Rejection)
    assert found[20] is True
