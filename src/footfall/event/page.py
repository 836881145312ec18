"""Where it happened: what the address of a page says about the page and the visit.

Addresses come from anywhere, so nothing here raises: what cannot be read is simply not there. Names
of hosts are compared as sent, in lower case; an international name and its `xn--` form are two.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote_plus

from footfall.event.traffic import CLICK_IDS

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")

# RFC 3986, appendix B: matches every text.
_PARTS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*:)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?", re.DOTALL
)
_PORT = re.compile(r"(?<!:):[0-9]*$")


class Page(NamedTuple):
    """What an address tells: host, page, click id, and its five utm parameters (None = none)."""

    host: str | None
    path: str | None
    click_id: str | None
    utm: tuple[str | None, ...] | None


NO_PAGE = Page(None, None, None, None)
"""What is known of the page where there is no address."""


def read_page(url: str) -> Page:
    """What a page's address tells; the page is the path as sent, `/` where it is empty."""
    authority, path, query = _split(url)
    values = _parameters(query) if query else {}
    utm = tuple(values.get(name) for name in UTM)
    return Page(
        host=_host(authority),
        path=path or "/",
        click_id=next((name for name in CLICK_IDS if name in values), None),
        utm=utm if any(utm) else None,
    )


def read_host(url: str) -> str | None:
    """The host of an address: lower case, without user, port and `www.`; None without one."""
    return _host(_split(url)[0])


def _split(url: str) -> tuple[str | None, str, str | None]:
    parts = _PARTS.match(url)
    if parts is None:  # never: every part of the pattern may be empty
        return None, url, None
    return parts[1], parts[2], parts[3]


def _host(authority: str | None) -> str | None:
    if not authority:
        return None
    host = _PORT.sub("", authority.rpartition("@")[2]).lower().rstrip(".")
    return host.removeprefix("www.") or None


def _parameters(query: str) -> dict[str, str]:
    """The first non-empty value of each parameter; `+` and `%20` are blanks."""
    found: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if value:
            found.setdefault(unquote_plus(name), unquote_plus(value))
    return found
