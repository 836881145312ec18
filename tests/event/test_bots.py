"""Who is no visitor, by user agent."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pytest

from footfall.event.bots import BOT_LIST_VERSION, is_bot

Accepts = Callable[..., dict[str, Any]]

BOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "AhrefsBot/7.0",
    "Mozilla/5.0 (compatible; GPTBot/1.2)",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 PhantomJS/2.1.1 Safari/538.1",
    "Mozilla/5.0 (Macintosh) Chrome/120.0 Safari/537.36 Chrome-Lighthouse",
    "python-requests/2.31",
    "python-urllib3/2.0",
    "Python-urllib/3.11",
    "python-httpx/0.27.0",
    "Python/3.11 aiohttp/3.9",
    "curl/8.4.0",
    "Wget/1.21.4",
    "HTTPie/3.2.2",
    "Java/17.0.1",
    "Apache-HttpClient/4.5.14 (Java/17)",
    "okhttp/4.12.0",
    "Go-http-client/1.1",
    "axios/1.6.0",
    "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
    "got (https://github.com/sindresorhus/got)",
    "undici",
    "Ruby",
    "GuzzleHttp/7",
    "PHP/8.2",
    "PostmanRuntime/7.36.0",
    "k6/0.48.0 (https://k6.io/)",
    "Scrapy/2.11",
    "Mozilla/5.0 jsdom/22.1.0",
]
BROWSERS = [
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/120.0.0.0 Safari/537.36"
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
        " Gecko) Version/17.0 Mobile/15E148 Safari/604.1"
    ),
    (
        "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/119.0.0.0 Mobile Safari/537.36"
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0",
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
        " Version/17.1 Safari/605.1.15"
    ),
    "Shop/4.2 CFNetwork/1410 Darwin/22.6.0",
    "",
]


@pytest.mark.parametrize("agent", BOTS)
def test_bots(agent: str) -> None:
    assert is_bot(agent)


@pytest.mark.parametrize("agent", BROWSERS)
def test_browsers(agent: str) -> None:
    assert not is_bot(agent)


def test_the_event_of_a_bot_is_flagged(accepted: Accepts) -> None:
    assert accepted(user_agent=BOTS[0])["bot"] is True
    assert accepted(user_agent=BROWSERS[0])["bot"] is False
    assert accepted(user_agent="")["bot"] is False
    assert accepted(user_agent=BROWSERS[0], properties={"bot": True})["bot"] is True


def test_the_version_names_both_lists() -> None:
    assert version("crawler-user-agents") in BOT_LIST_VERSION
    assert "footfall" in BOT_LIST_VERSION
