"""Who comes to the shop: places, devices with the agents they send, and robots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footfall.doors.demo.draw import ladder


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives, how many of a thousand, and what they pay in."""

    country: str
    region: str
    weight: float
    currency: str = "EUR"


PLACES = (
    Place("DE", "North Rhine-Westphalia", 128),
    Place("DE", "Bavaria", 118),
    Place("DE", "Baden-Württemberg", 96),
    Place("DE", "Lower Saxony", 52),
    Place("DE", "Hesse", 48),
    Place("DE", "Berlin", 46),
    Place("DE", "Saxony", 32),
    Place("DE", "Rhineland-Palatinate", 28),
    Place("DE", "Hamburg", 27),
    Place("DE", "Schleswig-Holstein", 22),
    Place("AT", "Vienna", 46),
    Place("AT", "Tyrol", 28),
    Place("AT", "Upper Austria", 24),
    Place("AT", "Salzburg", 18),
    Place("CH", "Zurich", 30, "CHF"),
    Place("CH", "Bern", 20, "CHF"),
    Place("CH", "Grisons", 12, "CHF"),
    Place("FR", "Île-de-France", 24),
    Place("FR", "Auvergne-Rhône-Alpes", 20),
    Place("FR", "Grand Est", 12),
    Place("NL", "North Holland", 24),
    Place("NL", "South Holland", 16),
    Place("IT", "South Tyrol", 18),
    Place("IT", "Lombardy", 14),
    Place("BE", "Flanders", 14),
    Place("GB", "England", 18, "GBP"),
    Place("GB", "Scotland", 6, "GBP"),
    Place("DK", "Capital Region", 8),
    Place("SE", "Stockholm County", 5, "SEK"),
    Place("US", "California", 4),
    Place("US", "Virginia", 0),
)
ROBOT_PLACE = len(PLACES) - 1
PLACE_LADDER = ladder([each.weight for each in PLACES])


@dataclass(frozen=True, slots=True)
class Gear:
    """A browser on a device, as it says itself; `width` is the page's in pixels."""

    device: str | None
    browser: str | None
    os: str | None
    weight: float
    width: int
    agent: str


_MOZ = "Mozilla/5.0"
_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_IPHONE = f"{_MOZ} (iPhone; CPU iPhone OS 18_4 like Mac OS X)"
_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
_WINDOWS = f"{_MOZ} (Windows NT 10.0; Win64; x64"
_MAC = f"{_MOZ} (Macintosh; Intel Mac OS X 10_15_7)"
_DROID = f"{_MOZ} (Linux; Android 15;"

# fmt: off
GEARS = (
    Gear("mobile", "Safari", "iOS", 240, 390,
         f"{_IPHONE} {_WEBKIT} Version/18.4 Mobile/15E148 Safari/604.1"),
    Gear("mobile", "Chrome", "iOS", 38, 390,
         f"{_IPHONE} {_WEBKIT} CriOS/136.0.7103.56 Mobile/15E148 Safari/604.1"),
    Gear("mobile", "Instagram", "iOS", 30, 390,
         f"{_IPHONE} {_WEBKIT} Mobile/22E240 Instagram 378.0.0.27.103"),
    Gear("mobile", "Chrome", "Android", 222, 412,
         f"{_DROID} K) {_KIT} Chrome/136.0.0.0 Mobile Safari/537.36"),
    Gear("mobile", "Samsung Internet", "Android", 78, 412,
         f"{_DROID} SM-S921B) {_KIT} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36"),
    Gear("mobile", "Firefox", "Android", 24, 412,
         f"{_MOZ} (Android 15; Mobile; rv:138.0) Gecko/138.0 Firefox/138.0"),
    Gear("tablet", "Safari", "iPadOS", 28, 820,
         f"{_MOZ} (iPad; CPU OS 18_4 like Mac OS X) {_WEBKIT} Version/18.4 Safari/604.1"),
    Gear("tablet", "Chrome", "Android", 16, 800,
         f"{_DROID} SM-X210) {_KIT} Chrome/136.0.0.0 Safari/537.36"),
    Gear("desktop", "Chrome", "Windows", 134, 1536,
         f"{_WINDOWS}) {_KIT} Chrome/136.0.0.0 Safari/537.36"),
    Gear("desktop", "Edge", "Windows", 52, 1536,
         f"{_WINDOWS}) {_KIT} Chrome/136.0.0.0 Safari/537.36 Edg/136.0.0.0"),
    Gear("desktop", "Firefox", "Windows", 38, 1920,
         f"{_WINDOWS}; rv:138.0) Gecko/20100101 Firefox/138.0"),
    Gear("desktop", "Safari", "macOS", 46, 1440,
         f"{_MAC} {_WEBKIT} Version/18.4 Safari/605.1.15"),
    Gear("desktop", "Chrome", "macOS", 34, 1440,
         f"{_MAC} {_KIT} Chrome/136.0.0.0 Safari/537.36"),
    Gear("desktop", "Firefox", "Linux", 12, 1920,
         f"{_MOZ} (X11; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0"),
    Gear("other", "Samsung Internet", "Tizen", 4, 1920,
         f"{_MOZ} (SMART-TV; LINUX; Tizen 8.0) {_KIT} SamsungBrowser/7.0 TV Safari/537.36"),
    # The robots; the last one pretends, and its events say `bot` themselves.
    Gear(None, None, None, 0, 1024,
         f"{_MOZ} (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    Gear(None, None, None, 0, 1024,
         f"{_MOZ} (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
    Gear(None, None, None, 0, 1024,
         f"{_MOZ} (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"),
    Gear(None, None, None, 0, 1024, "python-requests/2.32.3"),
    Gear(None, None, None, 0, 1024, "curl/8.5.0"),
    Gear("desktop", "Chrome", "Linux", 0, 1920,
         f"{_MOZ} (X11; Linux x86_64) {_KIT} HeadlessChrome/136.0.0.0 Safari/537.36"),
    Gear("desktop", "Chrome", "Windows", 0, 1536,
         f"{_WINDOWS}) {_KIT} Chrome/120.0.0.0 Safari/537.36"),
)
# fmt: on
ROBOTS = range(next(at for at, each in enumerate(GEARS) if each.weight == 0), len(GEARS))
PRETENDER = len(GEARS) - 1
GEAR_LADDER = ladder([each.weight for each in GEARS])
ON_PHONE = np.array([each.device == "mobile" for each in GEARS])
WIDTH = np.array([each.width for each in GEARS], dtype=np.int64)
# How readily each buys: phones look, desktops order.
BUYS = np.array(
    [{"mobile": 0.82, "tablet": 1.0, "desktop": 1.34}.get(each.device or "", 0.3) for each in GEARS]
)
