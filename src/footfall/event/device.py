"""With what a visitor came: device, browser and operating system from a user agent.

Families of ua-parser's list; mobile and desktop versions of one browser have one name. The device
is `tablet`, `mobile`, `desktop` or `other` (television, console, watch, unknown).
"""

from __future__ import annotations

import re
from typing import NamedTuple

DESKTOP, MOBILE, TABLET, OTHER = "desktop", "mobile", "tablet", "other"
DEVICES = (DESKTOP, MOBILE, TABLET, OTHER)

_NAMES = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Edge",
    "Opera Mobile": "Opera",
    "IE Mobile": "IE",
    "IE": "Internet Explorer",
    "Mac OS X": "macOS",
    "Mac OS": "macOS",
}
_DESKTOP_SYSTEMS = frozenset(
    "Windows macOS Linux Ubuntu Fedora Debian FreeBSD OpenBSD NetBSD Solaris Kubuntu Mint".split()
) | {"Chrome OS", "Red Hat", "Arch Linux"}
_ELSEWHERE = re.compile(
    r"smart-?tv|smarttv|\btv\b|appletv|googletv|hbbtv|roku|\baft[a-z]|playstation|xbox|nintendo"
    r"|watch|\bbravia|netcast|web0s|tizen.*\btv|viera|crkey",
    re.IGNORECASE,
)
_TABLET = re.compile(
    r"ipad|tablet|kindle|silk(?!.*mobile)|playbook|\bkf[a-z]{2,6}\b", re.IGNORECASE
)
_MOBILE = re.compile(r"mobi|iphone|ipod|windows phone|blackberry|opera mini", re.IGNORECASE)


class Agent(NamedTuple):
    """What a user agent says; None where it says nothing."""

    device: str | None
    browser: str | None
    os: str | None


NO_AGENT = (Agent(None, None, None), False)
"""What is known where there is no user agent: nothing, and it is no bot's."""


def read_agent(user_agent: str) -> Agent:
    """Device, browser and operating system of a user agent; about 0.2 ms: remember the answer."""
    from ua_parser import parse  # noqa: PLC0415 - its patterns take a quarter of a second to load

    parsed = parse(user_agent)
    browser = _plain(parsed.user_agent.family) if parsed.user_agent else None
    system = _plain(parsed.os.family) if parsed.os else None
    return Agent(_device(user_agent, system), browser, system)


def _plain(family: str) -> str | None:
    return None if family == "Other" else _NAMES.get(family, family)


def _device(user_agent: str, system: str | None) -> str:
    if _ELSEWHERE.search(user_agent):
        return OTHER
    if _TABLET.search(user_agent):
        return TABLET
    if _MOBILE.search(user_agent):
        return MOBILE
    if system == "Android":  # an Android phone says Mobile, a tablet does not
        return TABLET
    return DESKTOP if system in _DESKTOP_SYSTEMS else OTHER
