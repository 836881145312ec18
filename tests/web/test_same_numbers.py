"""A KPI is the same on the dashboard, in the report, in the letter and the API, to the digit."""

from __future__ import annotations

import re
from datetime import date
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest

import footfall
from footfall.doors.mail.digest import Wish, digest_of
from footfall.doors.mail.letter import Envelope, Links, letter_of
from footfall.doors.web.spec import PAGES
from footfall.settings import Mail
from support.served import Served

DAYS = ("2026-03-29", "2026-03-31")
PERIOD = f"from={DAYS[0]}&to={DAYS[1]}"
NUMBER = r'<data value="([^"]*)">([^<]*)</data>'
CHANGE = r'(?:<span class="change[^>]*>([^<]*)</span>)?'
Told = tuple[str, str, str, str]
"""A label, a value as data, a value as text, a change."""


def clean(found: re.Match[str]) -> Told:
    label, plain, text, change = (unescape(each or "") for each in found.groups())
    return label, plain, text, change


@pytest.fixture(scope="module")
def dashboard(served: Served) -> dict[str, Told]:
    """What the tables of all KPIs say, by id."""
    row = re.compile(
        r'<a href="/s/demo/kpi/([a-z0-9_]+)\?[^"]*">([^<]*)</a></th><td class="number strong">'
        + NUMBER + r'</td><td class="number">\s*' + CHANGE
    )  # fmt: skip
    found: dict[str, Told] = {}
    for page in PAGES.values():
        body = served.get(f"/s/demo/{page.id}?{PERIOD}").body
        for kpi, *told in row.findall(body):
            found[kpi] = tuple(map(unescape, told))  # type: ignore[assignment]
    return found


@pytest.fixture(scope="module")
def api(served: Served) -> dict[str, Any]:
    rows = served.get(f"/api/v1/kpis?{PERIOD}").told["rows"]
    return {row["kpi"]: row["value"] for row in rows if not row["segment"]}


def test_the_dashboard_says_what_the_api_says(
    dashboard: dict[str, Told], api: dict[str, Any]
) -> None:
    assert len(dashboard) > 120
    for kpi, (_, plain, _, _) in dashboard.items():
        value = api.get(kpi, 0)
        assert plain == ("" if value is None else str(value)), kpi


def test_the_report_says_what_the_dashboard_says(
    served: Served, dashboard: dict[str, Told]
) -> None:
    ran = served.footfall("report", "--period", "..".join(DAYS), "--out", "same.html")
    assert ran.code == 0, ran.err
    page = (served.footfall.folder / "same.html").read_text("utf-8")
    row = re.compile(
        r'<th scope="row" data-name="([^"]*)">.*?' + NUMBER
        + r'</td><td class="number">\s*' + CHANGE, re.DOTALL,
    )  # fmt: skip
    told = [clean(found) for found in row.finditer(page)]
    for each in dashboard.values():
        assert each in told
    tiles = re.findall(r'<p class="value">' + NUMBER, page)
    assert len(tiles) == 10
    assert set(tiles) <= {(plain, text) for _, plain, text, _ in dashboard.values()}


def test_the_letter_says_what_the_dashboard_says(
    served: Served, dashboard: dict[str, Told]
) -> None:
    wish = Wish("demo", (date.fromisoformat(DAYS[0]), date.fromisoformat(DAYS[1])))
    with footfall.open(served.footfall.workspace) as shop:
        digest = digest_of(shop, wish)
    envelope = Envelope(Mail("localhost", "a@shop.example"), "b@shop.example", "<c@d>", 0)
    letter = letter_of(digest, envelope, Links.of("http://127.0.0.1/", wish))
    text, html = _said(letter, "plain"), _said(letter, "html")
    row = re.compile(
        r'<tr><td>([^<]*)</td><td align="right" class="ink"><b>([^<]*)</b></td>'
        r'<td align="right">\s*(?:<span class="\w+">([^<]*)</span>)?'
    )
    told = {tuple(map(unescape, each)) for each in row.findall(html)}
    lines = {line.partition(", before ")[0].rstrip(")") for line in text.splitlines()}
    for label, _, shown, change in dashboard.values():
        assert (label, shown, change) in told
        assert (f"{label}: {shown} ({change}" if change else f"{label}: {shown}") in lines


def _said(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())
