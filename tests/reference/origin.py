"""Where a visit came from (events.md): source, medium, campaign and the channel."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from .accept import UTM, Event

PAID = re.compile(r"(.*cp.*|ppc|retargeting|paid.*)")
SHOP_CAMPAIGN = re.compile(r"(.*(([^a-df-z]|^)shop|shopping).*)")
CLICK_IDS = {
    **dict.fromkeys(("gclid", "gbraid", "wbraid"), ("google", "cpc")),
    "msclkid": ("bing", "cpc"),
    "dclid": ("doubleclick", "display"),
    "ttclid": ("tiktok", "paid_social"),
    "twclid": ("twitter", "paid_social"),
    "li_fat_id": ("linkedin", "paid_social"),
    "fbclid": ("facebook", "social"),
}
SITES = {
    "search": "google bing yahoo duckduckgo ecosia baidu yandex qwant startpage brave".split(),
    "social": (
        "facebook fb instagram ig linkedin lnkd tiktok twitter pinterest reddit snapchat whatsapp"
        " threads x.com t.co"
    ).split(),
    "video": "youtube youtu vimeo twitch dailymotion".split(),
    "shopping": [
        *"amazon ebay etsy alibaba aliexpress walmart googleshopping idealo shopzilla".split(),
        "google shopping",
    ],
}
NO_SITE_LABELS = {"mail", "accounts", "docs"}


class Origin(NamedTuple):
    """Where a session came from."""

    source: str | None = "(direct)"
    medium: str | None = "(none)"
    campaign: str | None = None


class Origins:
    """The rules with one site's own `hosts` and `channel_sites`."""

    def __init__(self, site: dict[str, Any]) -> None:
        self.hosts = {_without_www(h.lower()) for h in site.get("hosts", [])}
        extra = site.get("channel_sites", {})
        self.sites = {kind: {*names, *extra.get(kind, [])} for kind, names in SITES.items()}

    def of_event(self, event: Event) -> Origin | None:
        """The origin that an event carries: utm, else a click id, else an external referrer."""
        query = query_of(event.fields.get("url"))
        utm = {key: event.fields.get(key) or query.get(key) for key in UTM}
        if any(utm.values()):
            return Origin(utm["utm_source"], utm["utm_medium"], utm["utm_campaign"])
        for click_id, (source, medium) in CLICK_IDS.items():
            if query.get(click_id):
                return Origin(source, medium)
        return self._of_referrer(event)

    def _of_referrer(self, event: Event) -> Origin | None:
        host = host_of(event.fields.get("referrer"))
        if host is None or host in self.hosts or host == host_of(event.fields.get("url")):
            return None
        engine = self.site_name("search", host)
        return Origin(engine, "organic") if engine else Origin(host, "referral")

    def site_name(self, kind: str, source: str | None) -> str | None:
        """The listed name by which a source is a search, social, video or shopping site."""
        source = (source or "").lower()
        labels = source.split(".")
        if NO_SITE_LABELS & set(labels):
            return None
        return next((n for n in (source, *labels[:-1]) if n and n in self.sites[kind]), None)

    def channel(self, origin: Origin) -> str:
        """GA4's default channel group, first match wins, case-insensitive."""
        source, medium, campaign = ((text or "").lower() for text in origin)
        site = {kind for kind in self.sites if self.site_name(kind, source)}
        paid = bool(PAID.fullmatch(medium))
        shop = "shopping" in site or bool(SHOP_CAMPAIGN.fullmatch(campaign))
        rules = {
            "direct": source == "(direct)" and medium in ("(none)", "(not set)"),
            "cross_network": "cross-network" in campaign,
            "paid_shopping": shop and paid,
            "paid_search": "search" in site and paid,
            "paid_social": "social" in site and paid,
            "paid_video": "video" in site and paid,
            "display": medium in ("display", "banner", "expandable", "interstitial", "cpm"),
            "paid_other": paid,
            "organic_shopping": shop,
            "organic_social": "social" in site
            or medium
            in ("social", "social-network", "social-media", "sm", "social network", "social media"),
            "organic_video": "video" in site or "video" in medium,
            "organic_search": "search" in site or medium == "organic",
            "referral": medium in ("referral", "app", "link"),
            "email": bool({source, medium} & {"email", "e-mail", "e_mail", "e mail", "newsletter"}),
            "affiliates": medium in ("affiliate", "affiliates"),
            "audio": medium == "audio",
            "sms": "sms" in (source, medium),
            "mobile_push": medium.endswith("push")
            or "mobile" in medium
            or "notification" in medium
            or source == "firebase",
        }
        return next((name for name, holds in rules.items() if holds), "unassigned")


def query_of(url: str | None) -> dict[str, str]:
    """The query's first non-empty value of each name."""
    query = (url or "").partition("#")[0].partition("?")[2]
    found: dict[str, str] = {}
    for key, value in parse_qsl(query):
        found.setdefault(key, value)
    return found


def host_of(url: str | None) -> str | None:
    """A url's host in lower case, without `www.`, user and port; None without a host."""
    found = re.match(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//([^/?#]*)", url or "")
    if not found:
        return None
    host = re.sub(r":\d*$", "", found[1].rpartition("@")[2]).lower()
    return _without_www(host) or None


def _without_www(host: str) -> str:
    return host.removeprefix("www.")


def page_of(url: str | None) -> str | None:
    """R3: a page is the url's path as sent, without query and fragment, empty = `/`."""
    if url is None:
        return None
    rest = url.partition("#")[0].partition("?")[0]
    return re.sub(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/]*", "", rest) or "/"


def without_query(url: str | None) -> str | None:
    """R9: a conversation's url without query (and fragment)."""
    return None if url is None else url.partition("#")[0].partition("?")[0]
