"""The words of the settings: a site, its page types and its micro-conversions."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from footfall.errors import RequestError, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from footfall.settings.mail import Mail

SITE_KINDS = ("search", "social", "video", "shopping")
NAMED_THINGS = ("agents", "assets", "experiences", "modules")
DEFAULT_ENGINE = "duckdb:"

_US_PER_MINUTE = 60_000_000
# What only people see; every other setting can change a fact.
SHOWN_ONLY = frozenset({"id", "name", "locale", "names"})


@dataclass(frozen=True, slots=True)
class PageType:
    """What kind of page a path is: `/products/*` is a `product` page."""

    match: str
    type: str


@dataclass(frozen=True, slots=True)
class MicroConversion:
    """A small success of a session: an event, or engaged time on one page that matches.

    Either `event` is set, or `page` and `engaged_seconds` are.
    """

    id: str
    event: str | None = None
    page: str | None = None
    engaged_seconds: int | None = None


DEFAULT_PAGE_TYPES = (
    PageType("/", "home"),
    PageType("/products/*", "product"),
    PageType("/collections/*", "collection"),
    PageType("/cart", "cart"),
    PageType("/checkout*", "checkout"),
    PageType("/search*", "search"),
    PageType("/blog*", "blog"),
    PageType("/help*", "help"),
)


def _no_names() -> dict[str, Mapping[str, str]]:
    return {kind: {} for kind in NAMED_THINGS}


def _no_sites() -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(SITE_KINDS, ())


@dataclass(frozen=True)
class Site:
    """A store as its owner sees it: what its day, money, visit and success are.

    The fields are the settings of `[site.<id>]` and hold checked values only: hosts and channel
    sites are lowercase, `names` and `channel_sites` have all their keys.
    """

    id: str
    name: str
    locale: str = "en"
    timezone: str = "UTC"
    currency: str = "EUR"
    verified_revenue_only: bool = False
    names: Mapping[str, Mapping[str, str]] = field(default_factory=_no_names)
    session_timeout_minutes: int = 30
    attribution_window_days: int = 7
    trial_window_days: int = 30
    activation_window_days: int = 14
    key_events: tuple[str, ...] = ("purchase",)
    conversions: tuple[str, ...] = ("purchase",)
    hosts: tuple[str, ...] = ()
    channel_sites: Mapping[str, tuple[str, ...]] = field(default_factory=_no_sites)
    folders: Mapping[str, str] = field(default_factory=dict)
    micro_conversions: tuple[MicroConversion, ...] = ()
    page_types: tuple[PageType, ...] = DEFAULT_PAGE_TYPES

    @property
    def session_timeout_us(self) -> int:
        """The inactivity that ends a session, µs."""
        return self.session_timeout_minutes * _US_PER_MINUTE

    def page_type(self, path: str) -> str | None:
        """The kind of page at a path: the first match wins, None where nothing matches."""
        return next((each.type for each in self.page_types if matches(each.match, path)), None)

    def definition_hash(self) -> str:
        """Changes when a setting changes that can change a number; 16 hexadecimal digits.

        A projection built under another hash must be rebuilt. What only people see (names,
        locale) is left out, and so is the order of lists in which order means nothing.
        """
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        counted = {key: _plain(value) for key, value in told.items() if key not in SHOWN_ONLY}
        counted["page_types"] = [[each.match, each.type] for each in self.page_types]
        text = json.dumps(counted, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Settings:
    """All that `footfall.toml` says: its sites, the engine that answers, how mail is sent."""

    sites: Mapping[str, Site]
    engine_url: str = DEFAULT_ENGINE
    mail: Mail | None = None

    def site(self, site_id: str | None = None) -> Site:
        """The site that is meant; without an id the only one. Raises RequestError otherwise."""
        if site_id is not None:
            if site_id not in self.sites:
                raise RequestError(unknown("site", site_id, self.sites))
            return self.sites[site_id]
        if len(self.sites) == 1:
            return next(iter(self.sites.values()))
        if not self.sites:
            raise RequestError("the workspace has no site yet; an import makes one")
        raise RequestError(f"which site? --site is one of: {', '.join(self.sites)}")


def matches(pattern: str, path: str) -> bool:
    """Whether a path is meant by a pattern: `*` is any characters, also none or a slash.

    Everything else stands for itself; the time taken grows with the lengths only.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == path
    if not path.startswith(first):
        return False
    *middle, last = rest
    at = len(first)
    for part in middle:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(path) - at >= len(last) and path.endswith(last)


def _plain(value: object) -> object:
    """A value as JSON knows it, with unordered lists in one order."""
    if isinstance(value, MicroConversion):
        return [value.id, value.event, value.page, value.engaged_seconds]
    if isinstance(value, tuple):
        return sorted((_plain(each) for each in value), key=str)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
