"""Where a visit came from: its source, medium, campaign and channel.

The three come from what one event carries, and the channel follows from them as in GA4's default
channel group. Pure functions; texts are compared without regard to case and kept as sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

Origin = tuple[str | None, str | None, str | None]
NO_SITES: Mapping[str, Collection[str]] = {}
DIRECT: Origin = ("(direct)", "(none)", None)
"""What a visit is whose events carry no signal."""

_GOOGLE_ADS = ("google", "cpc")
CLICK_IDS = {
    "gclid": _GOOGLE_ADS,
    "gbraid": _GOOGLE_ADS,
    "wbraid": _GOOGLE_ADS,
    "msclkid": ("bing", "cpc"),
    "dclid": ("doubleclick", "display"),
    "ttclid": ("tiktok", "paid_social"),
    "twclid": ("twitter", "paid_social"),
    "li_fat_id": ("linkedin", "paid_social"),
    "fbclid": ("facebook", "social"),
}
"""click id → source and medium; the first of these that an address carries decides."""

SEARCH, SOCIAL, VIDEO, SHOPPING = "search", "social", "video", "shopping"
SITES: Mapping[str, frozenset[str]] = {
    SEARCH: frozenset(
        "google bing yahoo duckduckgo ecosia baidu yandex qwant startpage brave".split()
    ),
    SOCIAL: frozenset(
        "facebook fb instagram ig linkedin lnkd tiktok twitter pinterest reddit snapchat whatsapp"
        " threads x.com t.co".split()
    ),
    VIDEO: frozenset("youtube youtu vimeo twitch dailymotion".split()),
    SHOPPING: frozenset(
        "amazon ebay etsy alibaba aliexpress walmart googleshopping idealo shopzilla".split()
    )
    | {"google shopping"},
}
"""kind → the names that make a source a site of that kind."""

NO_SITE_LABELS = frozenset({"mail", "accounts", "docs"})

_PAID = re.compile(r"^(.*cp.*|ppc|retargeting|paid.*)$")
_SHOP_CAMPAIGN = re.compile(r"^(.*(([^a-df-z]|^)shop|shopping).*)$")
_DISPLAY = frozenset({"display", "banner", "expandable", "interstitial", "cpm"})
_SOCIAL_MEDIA = frozenset(
    {"social", "social-network", "social-media", "sm", "social network", "social media"}
)
_REFERRAL = frozenset({"referral", "app", "link"})
_EMAIL = frozenset({"email", "e-mail", "e_mail", "e mail", "newsletter"})


def source_medium(  # noqa: PLR0913, PLR0917 - the log's columns, as they stand
    utm_source: str | None,
    utm_medium: str | None,
    utm_campaign: str | None,
    click_id: str | None,
    referrer_host: str | None,
    host: str | None,
    own_hosts: Collection[str] = (),
    *,
    utm_term: str | None = None,
    utm_content: str | None = None,
    extra_sites: Mapping[str, Collection[str]] = NO_SITES,
) -> Origin | None:
    """Source, medium and campaign that one event carries; None if it carries no signal.

    Any of the five utm parameters is a signal, as sent: what the others lack stays None. Else a
    click id, else a referrer that is neither the page's own host nor one of `own_hosts`. Hosts
    are as `page.read_host` gives them, and None and "" both mean absent.
    """
    if utm_source or utm_medium or utm_campaign or utm_term or utm_content:
        return utm_source or None, utm_medium or None, utm_campaign or None
    if click_id:
        return *CLICK_IDS[click_id], None
    if not referrer_host or referrer_host == host or _is_own(referrer_host, own_hosts):
        return None
    engine = site_name(SEARCH, referrer_host, extra_sites)
    return (engine, "organic", None) if engine else (referrer_host, "referral", None)


def _is_own(host: str, own_hosts: Collection[str]) -> bool:
    return any(host == own.lower().removeprefix("www.") for own in own_hosts)


def site_name(
    kind: str, source: str, extra_sites: Mapping[str, Collection[str]] = NO_SITES
) -> str | None:
    """The listed name that makes a source a site of this kind: `google` for google.co.uk.

    It is the source itself or a dot-separated label of it other than the last. A label `mail`,
    `accounts` or `docs` makes it none.
    """
    whole = source.lower()
    labels = whole.split(".")
    if not NO_SITE_LABELS.isdisjoint(labels):
        return None
    names, extra = SITES[kind], {name.lower() for name in extra_sites.get(kind, ())}
    return next((name for name in (whole, *labels[:-1]) if name in names or name in extra), None)


class _Visit(NamedTuple):
    """What the questions are asked about; all in lower case, absent = empty."""

    source: str
    medium: str
    campaign: str
    sites: frozenset[str]
    paid: bool

    @property
    def shops(self) -> bool:
        """A shopping site, or a campaign that says so."""
        return SHOPPING in self.sites or bool(_SHOP_CAMPAIGN.match(self.campaign))


_QUESTIONS: tuple[tuple[str, Callable[[_Visit], bool]], ...] = (
    ("direct", lambda v: v.source == "(direct)" and v.medium in {"(none)", "(not set)"}),
    ("cross_network", lambda v: "cross-network" in v.campaign),
    ("paid_shopping", lambda v: v.paid and v.shops),
    ("paid_search", lambda v: v.paid and SEARCH in v.sites),
    ("paid_social", lambda v: v.paid and SOCIAL in v.sites),
    ("paid_video", lambda v: v.paid and VIDEO in v.sites),
    ("display", lambda v: v.medium in _DISPLAY),
    ("paid_other", lambda v: v.paid),
    ("organic_shopping", lambda v: v.shops),
    ("organic_social", lambda v: SOCIAL in v.sites or v.medium in _SOCIAL_MEDIA),
    ("organic_video", lambda v: VIDEO in v.sites or "video" in v.medium),
    ("organic_search", lambda v: SEARCH in v.sites or v.medium == "organic"),
    ("referral", lambda v: v.medium in _REFERRAL),
    ("email", lambda v: v.source in _EMAIL or v.medium in _EMAIL),
    ("affiliates", lambda v: v.medium in {"affiliate", "affiliates"}),
    ("audio", lambda v: v.medium == "audio"),
    ("sms", lambda v: "sms" in {v.source, v.medium}),
    (
        "mobile_push",
        lambda v: (
            v.medium.endswith("push")
            or "mobile" in v.medium
            or "notification" in v.medium
            or v.source == "firebase"
        ),
    ),
)
"""The channels in order, each with what makes a visit its own: the first that holds."""

CHANNELS = (*(channel for channel, _ in _QUESTIONS), "unassigned")


def channel(
    source: str | None,
    medium: str | None,
    campaign: str | None,
    extra_sites: Mapping[str, Collection[str]] = NO_SITES,
) -> str:
    """The channel of a visit: one of CHANNELS. `extra_sites` are a site's own names by kind."""
    medium = (medium or "").lower()
    visit = _Visit(
        source=(source or "").lower(),
        medium=medium,
        campaign=(campaign or "").lower(),
        sites=frozenset(kind for kind in SITES if site_name(kind, source or "", extra_sites)),
        paid=bool(_PAID.match(medium)),
    )
    return next((name for name, holds in _QUESTIONS if holds(visit)), "unassigned")
