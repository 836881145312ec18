"""With what a visitor came, from the user agent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.event.device import DEVICES, read_agent

Accepts = Callable[..., dict[str, Any]]
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "device", "browser", "system"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/120.0.0.0 Safari/537.36",
            "desktop",
            "Chrome",
            "Windows",
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/119.0 Safari/537.36 Edg/119.0",
            "desktop",
            "Edge",
            "Windows",
        ),
        (
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like"
                " Gecko) Version/17.1 Safari/605.1.15"
            ),
            "desktop",
            "Safari",
            "macOS",
        ),
        (
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
            "desktop",
            "Firefox",
            "Ubuntu",
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KIT} Chrome/119.0.0.0 Safari/537.36",
            "desktop",
            "Chrome",
            "Chrome OS",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15"
                " (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
            ),
            "mobile",
            "Safari",
            "iOS",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15"
                " (KHTML, like Gecko) CriOS/119.0.6045.41 Mobile/15E148 Safari/604.1"
            ),
            "mobile",
            "Chrome",
            "iOS",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 13; Pixel 7) {KIT} Chrome/119.0.0.0 Mobile Safari/537.36",
            "mobile",
            "Chrome",
            "Android",
        ),
        (
            "Mozilla/5.0 (Android 13; Mobile; rv:119.0) Gecko/119.0 Firefox/119.0",
            "mobile",
            "Firefox",
            "Android",
        ),
        (
            (
                f"Mozilla/5.0 (Linux; Android 12; SAMSUNG SM-S906N) {KIT} SamsungBrowser/20.0"
                " Chrome/106 Mobile Safari/537.36"
            ),
            "mobile",
            "Samsung Internet",
            "Android",
        ),
        (
            (
                "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
                " Gecko) Version/16.6 Mobile/15E148 Safari/604.1"
            ),
            "tablet",
            "Safari",
            "iOS",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 13; SM-X700) {KIT} Chrome/119.0.0.0 Safari/537.36",
            "tablet",
            "Chrome",
            "Android",
        ),
        (
            (
                "Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/538.1 (KHTML, like Gecko)"
                " Version/6.0 TV Safari/538.1"
            ),
            "other",
            "Safari",
            "Tizen",
        ),
        ("something else", "other", None, None),
    ],
)
def test_agents(agent: str, device: str, browser: str | None, system: str | None) -> None:
    assert read_agent(agent) == (device, browser, system)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko)",
        f"Mozilla/5.0 (Linux; Android 9; AFTKA) {KIT} Silk/108 like Chrome/108 Safari/537.36",
        f"Mozilla/5.0 (Web0S; Linux/SmartTV) {KIT} Chrome/94.0 Safari/537.36",
    ],
)
def test_consoles_and_televisions_are_other(agent: str) -> None:
    assert read_agent(agent).device == "other"


def test_what_was_said_counts_before_what_is_read(accepted: Accepts) -> None:
    agent = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/120.0.0.0 Safari/537.36"
    row = accepted(user_agent=agent, device="tablet", os="")
    assert (row["device"], row["browser"], row["os"]) == ("tablet", "Chrome", "Windows")
    assert (row["user_agent"], row["country"], row["region"]) == (agent, None, None)


def test_without_a_user_agent_nothing_is_read(accepted: Accepts) -> None:
    row = accepted()
    assert row["device"] is row["browser"] is row["os"] is None


@settings(deadline=None)  # the first one takes a quarter of a second
@given(st.text(max_size=80))
def test_nothing_makes_it_fail(agent: str) -> None:
    assert read_agent(agent).device in DEVICES
