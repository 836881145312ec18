"""Who is no visitor: crawlers, headless browsers and programs that fetch pages.

The `crawler-user-agents` package's list, and the additions below. Events of bots are stored and
flagged, and set aside before anything is counted. An absent or empty user agent is no bot's.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version

ADDITIONS = {
    "headless browsers and their drivers": (
        r"headless",
        r"phantomjs|slimerjs|jsdom|htmlunit",
        r"puppeteer|playwright|selenium|webdriver|cypress",
        r"chrome-lighthouse|pagespeed|gtmetrix|pingdom",
    ),
    "HTTP libraries and command line programs": (
        r"^curl/|^wget/|^httpie/|^aria2/|^lwp::|libwww-perl|libcurl",
        r"python-requests|python-urllib|python-httpx|^httpx/|aiohttp|pycurl|^scrapy",
        r"^java/|^jakarta|apache-httpclient|^okhttp/|^reactornetty|^apache-jmeter",
        r"go-http-client|^go-resty|^fasthttp|^colly",
        r"node-fetch|^axios/|^got[ /(]|^undici|^node(\.js)?(/|$)|^deno/|^bun/|^superagent",
        r"guzzle|^php/|^symfony|^ruby|^faraday|^rest-client|^mechanize",
        r"^reqwest|^hyper/|^ureq|^dart/|^postmanruntime|^insomnia|^k6/|^vegeta|^locust|^wrk",
    ),
}
"""What is added to the package's list, as patterns that ignore case."""

BOT_LIST_VERSION = f"crawler-user-agents {version('crawler-user-agents')} + footfall 1"
"""Which list decided; the last number changes with the additions."""


def is_bot(user_agent: str) -> bool:
    """Whether this user agent is a bot's; about half a millisecond, so remember the answer."""
    return bool(_listed().search(user_agent) or _added().search(user_agent))


@cache
def _listed() -> re.Pattern[str]:
    from crawleruseragents import CRAWLER_USER_AGENTS_DATA  # noqa: PLC0415 - reads a large file

    return re.compile("|".join(entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA))


@cache
def _added() -> re.Pattern[str]:
    patterns = (pattern for group in ADDITIONS.values() for pattern in group)
    return re.compile("|".join(patterns), re.IGNORECASE)
