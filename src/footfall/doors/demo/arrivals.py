"""Where visits come from: campaigns, searches, links, mails, and people who know the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import numpy as np

from footfall.doors.demo.draw import Floats, ladder
from footfall.doors.demo.shop import Kind

# Which pages a kind of link leads to.
PURPOSES: dict[str, dict[Kind, float]] = {
    "brand": {Kind.HOME: 0.66, Kind.COLLECTION: 0.2, Kind.PRODUCT: 0.1, Kind.HELP: 0.04},
    "search": {Kind.PRODUCT: 0.42, Kind.COLLECTION: 0.3, Kind.BLOG: 0.22, Kind.HOME: 0.06},
    "range": {Kind.COLLECTION: 0.82, Kind.HOME: 0.18},
    "thing": {Kind.PRODUCT: 0.94, Kind.COLLECTION: 0.06},
    "story": {Kind.BLOG: 0.7, Kind.HOME: 0.3},
    "mail": {Kind.COLLECTION: 0.5, Kind.PRODUCT: 0.3, Kind.BLOG: 0.12, Kind.CLUB: 0.08},
}
SALE = "anniversary-sale"
# Newsletters go out on Tuesdays; by Saturday nobody opens them any more.
MAIL_DAYS = (0.3, 3.4, 1.7, 0.7, 0.4, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Campaign:
    """What the sender of a link wrote into it; `{week}` becomes the ISO week."""

    source: str
    medium: str
    name: str
    term: str | None = None
    content: str | None = None

    def words(self, day: date) -> tuple[str | None, ...]:
        """The five utm values of a day, in the order of the event contract."""
        year, week, _ = day.isocalendar()
        name = self.name.replace("{week}", f"{year}-w{week:02d}")
        return self.source, self.medium, name, self.term, self.content


@dataclass(frozen=True, slots=True)
class Arrival:
    """One way to the shop.

    `mobile` and `desktop` are weights among people who come for the first time, `back` is the
    factor for the others, `buys` and `bounces` how readily such visits do so, `cpc` what a click
    costs in cents. `sent` says that the sender fills the utm fields; else the url alone has them.
    """

    id: str
    mobile: float
    desktop: float
    purpose: str = "brand"
    back: float = 1.0
    buys: float = 1.0
    bounces: float = 1.0
    referrer: str | None = None
    campaign: Campaign | None = None
    click_id: str | None = None
    cpc: int = 0
    sent: bool = False
    weekly: bool = False
    in_sale: bool = False

    def weight(self, day: date, *, mobile: bool, back: bool, on_sale: bool) -> float:
        """How many come this way on a day, against the others."""
        if self.in_sale and not on_sale:
            return 0.0
        base = (self.mobile if mobile else self.desktop) * (self.back if back else 1.0)
        return base * (MAIL_DAYS[day.weekday()] if self.weekly else 1.0)

    def query(self, day: date) -> str:
        """What the link adds to the url, without the value of a click id."""
        if self.campaign is None:
            return f"?{self.click_id}=" if self.click_id else ""
        names = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
        words = zip(names, self.campaign.words(day), strict=True)
        return "?" + urlencode({name: word for name, word in words if word})


GOOGLE = "https://www.google.com/"
BING = "https://www.bing.com/"
FACEBOOK = "https://m.facebook.com/"
INSTAGRAM = "https://l.instagram.com/"
YOUTUBE = "https://www.youtube.com/"
NEWS = "https://news.daily-blatt.example/"

# fmt: off
ARRIVALS = (
    Arrival("direct", 13.0, 21.0, "brand", 2.1, 1.25, 0.85),
    Arrival("google-brand", 12.0, 13.5, "brand", 1.3, 1.3, 0.75, GOOGLE),
    Arrival("google-generic", 16.0, 15.5, "search", 0.6, 0.75, 1.1, GOOGLE),
    Arrival("bing", 0.6, 3.6, "search", 0.8, 1.0, 1.0, BING),
    Arrival("duckduckgo", 0.9, 1.6, "search", 0.8, 1.0, 1.0, "https://duckduckgo.com/"),
    Arrival("ecosia", 0.8, 1.2, "search", 0.9, 1.0, 1.0, "https://www.ecosia.org/"),
    Arrival("cpc-brand", 4.0, 4.2, "brand", 0.9, 1.45, 0.7, GOOGLE, cpc=18, sent=True,
            campaign=Campaign("google", "cpc", "brand-de", "demo shop")),
    Arrival("cpc-jackets", 3.6, 3.4, "range", 0.6, 0.95, 1.1, GOOGLE, cpc=52,
            campaign=Campaign("google", "cpc", "rain-jackets", "rain jacket", "ad-a")),
    Arrival("cpc-boots", 2.4, 2.4, "range", 0.6, 0.9, 1.1, GOOGLE, cpc=58,
            campaign=Campaign("google", "cpc", "hiking-boots", "hiking boots", "ad-b")),
    Arrival("cpc-shopping", 5.2, 4.4, "thing", 0.7, 1.1, 1.1, GOOGLE, cpc=37, sent=True,
            campaign=Campaign("google", "cpc", "shopping-de")),
    Arrival("gclid", 2.6, 2.4, "range", 0.7, 1.0, 1.0, GOOGLE, click_id="gclid"),
    Arrival("msclkid", 0.2, 1.2, "range", 0.7, 1.1, 1.0, BING, click_id="msclkid"),
    Arrival("facebook", 4.8, 1.1, "range", 0.5, 0.6, 1.3, FACEBOOK, cpc=24, sent=True,
            campaign=Campaign("facebook", "paid_social", "prospecting", None, "video-1")),
    Arrival("instagram", 5.6, 0.4, "range", 0.5, 0.55, 1.35, INSTAGRAM, cpc=21, sent=True,
            campaign=Campaign("instagram", "paid_social", "stories-trail", None, "story-3")),
    Arrival("retargeting", 1.2, 0.8, "thing", 3.2, 1.4, 0.8, FACEBOOK, cpc=33,
            campaign=Campaign("facebook", "paid_social", "retargeting-basket")),
    Arrival("tiktok", 1.5, 0.1, "range", 0.4, 0.35, 1.45, click_id="ttclid"),
    Arrival("fbclid", 0.8, 0.2, "story", 0.8, 0.5, 1.2, FACEBOOK, click_id="fbclid"),
    Arrival("newsletter", 2.2, 2.6, "mail", 3.4, 1.5, 0.7, sent=True, weekly=True,
            campaign=Campaign("newsletter", "email", "newsletter-{week}", None, "teaser")),
    Arrival("basket-mail", 0.3, 0.4, "brand", 5.0, 2.4, 0.5, sent=True,
            campaign=Campaign("newsletter", "email", "abandoned-cart")),
    Arrival("affiliate", 1.6, 1.9, "thing", 0.9, 1.35, 0.9, "https://www.deal-herd.example/",
            campaign=Campaign("deal-herd", "affiliate", "vouchers")),
    Arrival("display", 1.0, 0.9, "range", 1.6, 0.4, 1.5, NEWS, cpc=19,
            campaign=Campaign("adnet", "display", "banner-tents")),
    Arrival("magazine", 1.0, 1.3, "story", 0.8, 0.8, 1.0, "https://www.trail-magazine.example/"),
    Arrival("blog", 0.8, 0.9, "thing", 0.8, 0.9, 1.0, "https://hut-to-hut.example/best-tents"),
    Arrival("idealo", 0.8, 1.3, "thing", 0.6, 1.3, 1.0, "https://www.idealo.de/"),
    Arrival("pinterest", 1.3, 0.5, "story", 0.7, 0.5, 1.2, "https://www.pinterest.com/"),
    Arrival("instagram-free", 1.9, 0.1, "brand", 1.0, 0.7, 1.1, INSTAGRAM),
    Arrival("youtube", 0.6, 0.6, "story", 0.8, 0.6, 1.1, YOUTUBE),
    Arrival("youtube-ads", 0.6, 0.5, "range", 0.6, 0.45, 1.3, YOUTUBE, cpc=16,
            campaign=Campaign("youtube", "cpv", "tent-film")),
    Arrival("sms", 0.3, 0.0, "mail", 3.0, 1.8, 0.7,
            campaign=Campaign("sms", "sms", "club-flash")),
    Arrival("push", 0.3, 0.3, "mail", 3.5, 1.4, 0.8,
            campaign=Campaign("club", "web_push", "back-in-stock")),
    Arrival("podcast", 0.15, 0.1, "brand", 0.7, 0.8, 1.0,
            campaign=Campaign("hut-talk", "audio", "episode-12")),
    Arrival("leaflet", 0.2, 0.0, "brand", 0.6, 0.8, 1.0,
            campaign=Campaign("leaflet", "qr", "stores")),
    Arrival("sale-cpc", 5.0, 5.0, "range", 0.8, 1.5, 0.9, GOOGLE, cpc=44, sent=True, in_sale=True,
            campaign=Campaign("google", "cpc", SALE, "outdoor sale")),
    Arrival("sale-instagram", 6.0, 0.6, "range", 0.8, 1.0, 1.1, INSTAGRAM, cpc=23, sent=True,
            in_sale=True, campaign=Campaign("instagram", "paid_social", SALE)),
    Arrival("sale-mail", 3.0, 3.5, "mail", 3.0, 1.9, 0.6, sent=True, in_sale=True,
            campaign=Campaign("newsletter", "email", SALE)),
)
# fmt: on
DIRECT = 0
BUYS = np.array([each.buys for each in ARRIVALS])
BOUNCES = np.array([each.bounces for each in ARRIVALS])
_KINDS = [[PURPOSES[each.purpose].get(kind, 0.0) for kind in Kind] for each in ARRIVALS]
LANDINGS = np.stack([ladder(each) for each in _KINDS])


def mixes(day: date, *, on_sale: bool) -> Floats:
    """A day's ladders of arrivals: new on desktops, new on phones, back on either."""
    return np.stack(
        [
            ladder(
                [each.weight(day, mobile=mobile, back=back, on_sale=on_sale) for each in ARRIVALS]
            )
            for back in (False, True)
            for mobile in (False, True)
        ]
    )
