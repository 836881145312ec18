"""The pages: all of them are there, load nothing from elsewhere, and say what the API says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest

import footfall
from footfall.doors.web.guard import HEADERS
from footfall.doors.web.spec import PAGES
from support.process import Footfall, event
from support.served import Served, serving

PERIOD = "from=2026-03-26&to=2026-03-31"
KPIS = "/api/v1/kpis"
SITE_PAGES = [
    f"/s/demo/{page.id}/{tab.id}".rstrip("/") for page in PAGES.values() for tab in page.tabs
]
ADDRESSES = [
    "/s/demo", *SITE_PAGES, "/s/demo/quality", "/s/demo/reports",
    "/s/demo/experiments", "/s/demo/experiments/product-gallery",
    "/s/demo/kpi/revenue", "/s/demo/kpi/exit_rate",
    "/s/demo/kpi/nps_distribution", "/s/demo/explain/aov", "/s/demo/explain/nps_distribution",
    "/s/demo/experience?experience=x-club", "/s/demo/experience/drilldown?experience=x-club",
    "/s/demo/folder?folder=Games", "/learn", "/learn/aov",
]  # fmt: skip
VOID = {"meta", "link", "input", "br", "img", "path", "rect", "line", "circle"}


class Page(HTMLParser):
    """What there is in a page: its elements with their attributes, and what it says."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.data: dict[str, list[tuple[str, str]]] = {}
        self._open: list[str] = []
        self._data: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "data":
            self._data = dict(attrs)["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "data":
            self._data = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._data is not None:
            self.data.setdefault("value", []).append((self._data, data))

    @property
    def said(self) -> str:
        """All its texts."""
        return " ".join(self.texts)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_there_and_loads_nothing_from_elsewhere(served: Served, address: str) -> None:
    further = f"{'&' if '?' in address else '?'}{PERIOD}" if address.startswith("/s/") else ""
    got = served.get(address + further)
    assert got.status == 200, got.body[:500]
    page = Page(got.body)
    assert "undefined" not in got.body.lower()
    for tag, attributes in page.elements:
        assert "style" not in attributes, (tag, attributes)
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        assert tag not in ("style", "iframe", "object", "base", "embed")
        if tag == "script":
            assert attributes.get("src", "").startswith("/static/")  # type: ignore[union-attr]
        for name in ("href", "src", "action"):
            if attributes.get(name):
                assert re.match(r"[/?#]", str(attributes[name])), (tag, attributes)
                assert not str(attributes[name]).startswith("//")


@pytest.mark.parametrize(
    "address",
    [
        "/", "/s/demo", "/s/nobody", "/nothing", "/static/app.css", "/static/nothing",
        "/api/v1/kpis?kpi=orders", "/api/v1/kpis?kpi=nothing", "/api/v1/nothing", "/s/demo?from=x",
        "/s/demo/export.csv?kpi=orders", "/learn/nothing",
    ],
)  # fmt: skip
def test_every_answer_carries_the_policy(served: Served, address: str) -> None:
    got = served.get(address)
    for name, value in HEADERS.items():
        assert got.headers[name] == value
    assert "unsafe" not in got.headers["content-security-policy"]
    if "static/app" not in address:
        assert got.headers["cache-control"] == "no-store"


def test_health_is_no_page_and_is_never_kept(served: Served) -> None:
    got = served.get("/healthz")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/s/nobody", 404, "there are: demo"),
        ("/s/demo/kpi/reveneu", 404, "did you mean &#39;revenue&#39;?"),
        ("/s/demo?from=yesterday", 400, "from=yesterday is no date"),
        ("/s/demo?period=forever", 400, "unknown period"),
        ("/s/demo?colour=blue", 400, "unknown parameter"),
        ("/s/demo?where=devise=mobile", 400, "did you mean &#39;device&#39;?"),
        ("/s/demo?from=2026-03-31&to=2026-03-01", 400, "ends"),
        ("/s/demo?segment=nobody", 400, "nobody"),
    ],
)
def test_what_cannot_be_asked_is_said_on_a_page(
    served: Served, address: str, status: int, word: str
) -> None:
    got = served.get(address, Accept="text/html")
    assert (got.status, got.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert word in got.body


@pytest.fixture(scope="session")
def told(served: Served) -> dict[str, Any]:
    """Every KPI's row as the API tells it, in total, by id."""
    rows = served.get(f"{KPIS}?{PERIOD}").told["rows"]
    return {row["kpi"]: row for row in rows if not row["segment"]}


@pytest.mark.slow
def test_tile_chart_table_export_api_command_and_python_are_equal_for_every_kpi(
    served: Served, told: dict[str, Any]
) -> None:
    with footfall.open(served.footfall.workspace) as shop:
        rows = shop.kpis(start="2026-03-26", end="2026-03-31").to_json()["rows"]
        catalogue = list(shop.catalogue(shop.site("demo")))
    assert {row["kpi"]: row for row in rows if not row["segment"]} == told
    assert len(told) > 100
    for kpi in catalogue:
        page = Page(served.get(f"/s/demo/kpi/{kpi.id}?{PERIOD}&every=day&by=device").body)
        if kpi.id in told:
            assert page.data["value"][0][0] == _plain(told[kpi.id]["value"]), kpi.id
        by_day = served.get(f"{KPIS}?{PERIOD}&kpi={kpi.id}&every=day") if kpi.id in told else None
        if by_day is not None:
            _is_in_chart(page, by_day.told["rows"], kpi.id)
        if "device" in kpi.dimensions and kpi.split is None and kpi.requires is None:
            _is_in_table_and_export(served, page, kpi.id)


def _is_in_chart(page: Page, rows: list[dict[str, Any]], kpi: str) -> None:
    """The words of the picture's places are those of the values of the days."""
    tips = [str(a["data-tip"]) for tag, a in page.elements if tag == "rect" and a.get("data-tip")]
    shown = [tip.split("\n")[1].split("\t")[1] for tip in tips[: len(rows)]]
    if not tips:
        assert not any(float(row["value"] or 0) for row in rows), kpi
        return
    for row, text in zip(rows, shown, strict=True):
        assert (row["value"] is None) == (text == "–"), (kpi, row, text)
    assert len(set(shown)) <= len({row["value"] for row in rows}), kpi


def _is_in_table_and_export(served: Served, page: Page, kpi: str) -> None:
    rows = served.get(f"{KPIS}?{PERIOD}&kpi={kpi}&by=device").told["rows"]
    wanted = {_plain(row["value"]) for row in rows}
    assert wanted <= {value for value, _ in page.data.get("value", [])} | {""}, kpi
    text = served.get(f"/s/demo/export.csv?{PERIOD}&kpi={kpi}&by=device").body
    exported = list(csv.DictReader(io.StringIO(text)))
    assert [(row["device"], row["value"]) for row in exported] == [
        (row["segment"]["device"] or "", _plain(row["value"])) for row in rows
    ], kpi


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "=cmd|' /C calc'!A0",
    "\u202eright to left\u202c",
    "{{ 7 * 7 }}",
    "long " * 60,
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A shop all of whose names hold what should never be more than text."""
    made = Footfall(tmp_path_factory.mktemp("hostile"))
    events = []
    for at, name in enumerate(HOSTILE):
        words: dict[str, Any] = {"asset_id": name, "asset_type": name, "placement": name}
        events.append(event(10 * at, url=f"https://shop.example/{name}?utm_campaign={name}"))
        events.append(event(10 * at + 1, "asset_view", **words))
        events.append(event(10 * at + 2, "asset_click", **words))
        chat: dict[str, Any] = {
            "experience_id": name,
            "module_id": name,
            "module_type": "quiz",
            "position": 1,
        }
        events.append(event(10 * at + 3, "experience_start", experience_id=name))
        events.append(event(10 * at + 4, "module_shown", **chat))
        survey: dict[str, Any] = {
            "survey_type": "rating",
            "score": 5,
            "feedback": name,
            "agent_id": name,
        }
        events.append(event(10 * at + 5, "survey_response", **survey))
        nps: dict[str, Any] = {"survey_type": "nps", "score": at, "feedback": f"NPS {at}"}
        events.append(event(10 * at + 6, "survey_response", f"v{at}", **nps, **chat))
    made.write("hostile.jsonl", events)
    ran = made("import", "hostile.jsonl")
    assert ran.code == 0, ran.err
    with serving(made) as running:
        yield running


@pytest.mark.parametrize(
    "address",
    ["store/pages", "store/segments", "assets/list", "chat/experiences", "team", "kpi/asset_views"],
)
def test_names_from_outside_are_text(hostile: Served, address: str) -> None:
    got = hostile.get(f"/s/shop/{address}?period=all&by=asset" if "kpi" in address
                      else f"/s/shop/{address}?period=all")  # fmt: skip
    assert got.status == 200
    page = Page(got.body)
    tags = {tag for tag, _ in page.elements}
    assert "img" not in tags
    assert all("onerror" not in a and "onmouseover" not in a for _, a in page.elements)
    assert "<script>alert" not in got.body
    assert "49" not in page.said or "{{ 7 * 7 }}" in page.said


def test_a_filter_with_markup_is_text(hostile: Served) -> None:
    got = hostile.get("/s/shop?period=all&where=campaign=%3Cscript%3Ealert(1)%3C/script%3E")
    assert got.status == 200
    assert "<script>alert" not in got.body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in got.body


def test_an_export_is_safe_to_open_in_a_spreadsheet(hostile: Served) -> None:
    text = hostile.get("/s/shop/export.csv?period=all&kpi=asset_views&by=asset").body
    names = [row["asset"] for row in csv.DictReader(io.StringIO(text))]
    assert any("cmd|" in name for name in names)
    assert not [name for name in names if name.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_what_was_counted_and_what_was_typed_can_be_taken_away(served: Served) -> None:
    things = served.get(f"/s/demo/explain/orders/things.csv?{PERIOD}")
    rows = list(csv.DictReader(io.StringIO(things.body)))
    counted = sum(row["counted"] == "yes" for row in rows)
    told = served.get(f"{KPIS}?{PERIOD}&kpi=orders").told["rows"][0]["value"]
    assert counted == told
    answers = served.get("/s/demo/answers.csv?period=all&where=experience%3Dx-club&band=promoter")
    assert answers.status == 200
    assert "attachment" in answers.headers["content-disposition"]
    assert all(row["band"] == "promoter" for row in csv.DictReader(io.StringIO(answers.body)))


def test_an_experiences_links_stay_with_it(served: Served) -> None:
    page = Page(served.get("/s/demo/experience?experience=x-club&period=all").body)
    links = [attributes.get("href") or "" for tag, attributes in page.elements if tag == "a"]
    weeks = next(each for each in links if "every=week" in each)
    assert "experience=x-club" in weeks
    assert served.get(weeks).status == 200
    exported = next(each for each in links if "export.csv" in each and "chat_sessions" in each)
    explained = next(each for each in links if "/explain/chat_sessions?" in each)
    told = served.get(f"{KPIS}?kpi=chat_sessions&where=experience%3Dx-club").told["rows"][0]
    days = list(csv.DictReader(io.StringIO(served.get(exported).body)))
    assert sum(int(row["value"]) for row in days if row["kpi"] == "chat_sessions") == told["value"]
    things = served.get(explained.replace("?", "/things.csv?", 1)).body
    rows = list(csv.DictReader(io.StringIO(things)))
    assert sum(row["counted"] == "yes" for row in rows) == told["value"]


def test_the_answers_of_all_experiences_can_be_taken_away(hostile: Served) -> None:
    def answers(filters: str) -> list[dict[str, str]]:
        told = hostile.get(f"/s/shop/answers.csv?period=all{filters}")
        return list(csv.DictReader(io.StringIO(told.body)))

    texts = [f"NPS {at}" for at in range(len(HOSTILE))]
    assert sorted(row["text"] for row in answers("")) == sorted(texts)
    detractors = [row["score"] for row in answers("&band=detractor")]
    assert sorted(detractors) == [str(at) for at in range(min(7, len(HOSTILE)))]
    one = answers(f"&where={quote(f'experience={HOSTILE[1]}')}")
    assert [row["text"] for row in one] == ["NPS 1"]


def test_a_filter_is_offered_what_there_is(served: Served) -> None:
    told = served.get("/s/demo/values.json?period=all&dimension=device").told
    assert {each["value"] for each in told} == {"desktop", "mobile", "tablet", "other"}
    named = served.get("/s/demo/values.json?period=all&dimension=agent").told
    assert all(each["name"] for each in named)
    assert served.get("/s/demo/values.json?dimension=devise").status == 400


def test_a_report_that_lacks_a_filter_says_so(served: Served) -> None:
    got = served.get("/s/demo/store/funnel?period=all&where=asset%3Dhero")
    assert got.status == 200
    assert "unknown dimension of this report 'asset'" in Page(got.body).said


def test_an_empty_workspace_says_what_to_do(footfall: Footfall) -> None:
    assert footfall("init").code == 0
    with serving(footfall) as running:
        got = running.get("/s/shop/store")
        assert got.status == 200
        assert "There are no events of this site yet" in Page(got.body).said
        for page in PAGES.values():
            for tab in page.tabs:
                assert running.get(f"/s/shop/{page.id}/{tab.id}".rstrip("/")).status == 200


def test_days_without_events_lead_to_those_with_some(served: Served) -> None:
    said = Page(served.get("/s/demo?from=2020-01-01&to=2020-01-02").body).said
    assert "Nothing happened in these days" in said


def test_sites_stand_beside_each_other(footfall: Footfall) -> None:
    for site in ("one", "two"):
        footfall.write("good.jsonl", [event(at) for at in range(3)])
        if site == "two":
            settings = footfall.workspace / "footfall.toml"
            settings.write_text(settings.read_text() + '\n[site.two]\nname = "Two & Co"\n', "utf-8")
        assert footfall("import", "good.jsonl", "--site", site).code == 0
    with serving(footfall) as running:
        page = Page(running.get("/?period=all").body)
        assert "Two & Co" in page.said
        assert [text for _, text in page.data["value"][:1]] == ["1"]
        assert running.get("/s/two/store?period=all").status == 200


def test_names_from_outside_are_text_in_the_report(hostile: Served) -> None:
    ran = hostile.footfall("report", "--period", "2026-01-05..2026-01-05", "--out", "report.html")
    assert ran.code == 0, ran.err
    page = Page((hostile.footfall.folder / "report.html").read_text("utf-8"))
    assert "img" not in {tag for tag, _ in page.elements}
    assert all("onerror" not in a and "onmouseover" not in a for _, a in page.elements)
    assert [tag for tag, _ in page.elements].count("script") == 2
    assert "<script>alert(1)</script>" in page.said
    assert "{{ 7 * 7 }}" in page.said
