"""What the dashboard's pages cost the server: the first time, and again with the same data."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from common import DAYS, SITE, UNTIL, Result

import footfall
from footfall.doors.web import spec

WIDTHS = (30, DAYS)
"""How many days a page is of: what it opens with, and all that there are."""
EXPLAINED = ("visitors", "conversion_rate", "page_views", "widget_ctr", "avg_time_on_page", "nps")
SHOWN = ("conversion_rate", "revenue", "nps_distribution")


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer of the server: seconds until it was whole, its bytes as they were sent."""

    seconds: float
    size: int


def run(workspace: Path, result: Result) -> None:
    """Times every page and tab, each of a site that nobody has asked since the server started."""
    with footfall.open(workspace) as shop:
        answer = shop.kpis("chat_starts", by="experience", site=SITE)
        experience = max(answer, key=lambda row: row.value or 0).segment["experience"] or ""
    for days in WIDTHS:
        first, again, sizes = dict[str, float](), dict[str, float](), dict[str, int]()
        with served(workspace) as server:
            for page in addresses(days, experience):
                cold, warm = server.ask(page), min_of(server, page)
                first[page], again[page], sizes[page] = cold.seconds, warm, cold.size
        result.note(f"pages and tabs of {days} days", len(first))
        for what, found in (("first time", first), ("again", again)):
            slowest = max(found, key=lambda page: found[page])
            mean = sum(found.values()) / len(found)
            result.note(f"{what}, mean seconds, {days} days", mean)
            result.note(f"{what}, the slowest, seconds, {days} days", found[slowest])
            result.note(f"{what}, the slowest is, {days} days", slowest.partition("?")[0])
        result.note(f"the largest as it is sent, kB, {days} days", max(sizes.values()) / 1000)


def addresses(days: int, experience: str) -> Iterator[str]:
    """Every page and tab of the site."""
    period = {"from": (UNTIL - timedelta(days=days - 1)).isoformat(), "to": UNTIL.isoformat()}
    tabs = [
        f"/{page.id}{'/' + tab.id if tab.id else ''}"
        for page in spec.PAGES.values()
        for tab in page.tabs
    ]
    plain = ["", *tabs, "/quality", *(f"/kpi/{kpi}" for kpi in SHOWN)]
    plain += [f"/explain/{kpi}" for kpi in EXPLAINED]
    for path in plain:
        yield f"/s/{SITE}{path}?{urlencode(period)}"
    for path in ("", *(f"/{tab.id}" for tab in spec.EXPERIENCE.tabs if tab.id)):
        yield f"/s/{SITE}/experience{path}?{urlencode({'experience': experience, **period})}"


@dataclass(frozen=True, slots=True)
class Server:
    """A server in a process of its own, asked over one connection."""

    line: http.client.HTTPConnection

    def ask(self, page: str) -> Asked:
        """One page, as a browser asks for it."""
        begin = time.perf_counter()
        self.line.request("GET", page, headers={"Accept-Encoding": "gzip", "Accept": "text/html"})
        answer = self.line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{page}: {answer.status}")
        return Asked(time.perf_counter() - begin, len(body))


def min_of(server: Server, page: str, times: int = 3) -> float:
    """The least of some answers to the same address."""
    return min(server.ask(page).seconds for _ in range(times))


@contextmanager
def served(workspace: Path) -> Iterator[Server]:
    """Serves a workspace on this machine while the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["-w", str(workspace), "serve", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "footfall", *words], stdout=subprocess.DEVNULL
    )
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        _wait(process, port)
        yield Server(line)
    finally:
        line.close()
        process.terminate()
        process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Waits until the server is ready."""
    while process.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/readyz")
            if line.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            line.close()
        time.sleep(0.1)
    raise SystemExit("the server ended before it was ready")
