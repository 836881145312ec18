"""`footfall report`: one file that needs nothing else, text, or letters to somebody now."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from footfall.clock import SystemClock
from footfall.log.control import open_control
from support.mailbox import Mailbox, write_settings
from support.process import Footfall
from support.served import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request

DAY = ("--period", "2026-01-05..2026-01-05")


def made(footfall: Footfall, *words: str) -> str:
    """The file that is made."""
    ran = footfall("report", *words, "--out", "report.html")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("report.html: ")
    return (footfall.folder / "report.html").read_text("utf-8")


def test_one_file_names_its_script_and_style_by_hash(footfall: Footfall) -> None:
    page = made(footfall, *DAY)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "unsafe" not in policy[1]
    assert policy[1].startswith("default-src 'none';")
    for tag, number in (("script", 2), ("style", 1)):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(found) == len(re.findall(rf"<{tag}", page)) == number
        for text in found:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy[1]
    body = page.partition("<body>")[2]
    assert not re.search(r"\sstyle=|\son\w+=|\s(src|href)=\"(?!#)", body)
    assert not re.search(r"url\((?!\"data:)", page)


def test_it_says_of_what_it_is(footfall: Footfall) -> None:
    page = made(footfall, *DAY)
    for said in (
        "Ada&#39;s &lt;b&gt;Shop&lt;/b&gt;", "Jan 5, 2026, compared with Jan 4, 2026",
        "Europe/Berlin", "EUR", '<data value="9">9</data>', "€49.90",
    ):  # fmt: skip
        assert said in page
    told = footfall("kpis", "orders", "--format", "json").told
    assert told["definitions"] in page


def test_on_the_screen_it_is_text(footfall: Footfall) -> None:
    ran = footfall("report", *DAY)
    assert ran.code == 0, ran.err
    assert "Revenue: €49.90 (before" not in ran.out
    assert "Revenue: €49.90" in ran.out
    assert "Jan 5, 2026, compared with Jan 4, 2026" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100


def test_an_empty_workspace_is_said_in_words(tmp_path: Path) -> None:
    footfall = Footfall(tmp_path)
    ran = footfall("report")
    assert ran.code == 2
    assert "there is no workspace here" in ran.err
    assert footfall("init").code == 0
    ran = footfall("report")
    assert (ran.code, "There are no events of this site yet." in ran.out) == (0, True)
    assert "There are no events of this site yet." in made(footfall)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--period", "lst7"), "did you mean 'last7'?"),
        (("--period", "2026-01-05..soon"), "'soon' is no date"),
        (("--period", "2026-01-05..2026-01-04"), "ends before it starts"),
        (("sned",), "did you mean 'send'?"),
        (("--to", "ana@shop.example"), "footfall report send --to ADDRESS"),
        (("send", "--out", "x.html"), "--out writes a file"),
        (("send", "--period", "last7"), "go with --to"),
        (("send", "--to", "a@b.example, c@d.example"), "invalid_recipient"),
        (("send", "--to", "a@b.example\r\nBcc: c@d.example"), "invalid_recipient"),
        (("send", "--to", "ana@shop.example"), "write [mail] into footfall.toml"),
        (("--out", "nowhere/x.html"), "no such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said(footfall: Footfall, words: tuple[str, ...], said: str) -> None:
    ran = footfall("report", *words)
    assert (ran.code, ran.out) == (1 if "nowhere" in said or "nowhere/x.html" in words else 2, "")
    assert said in ran.err


def test_a_letter_is_sent_to_somebody_now(footfall: Footfall, box: Mailbox) -> None:
    write_settings(footfall.workspace, box)
    ran = footfall("report", "send", *DAY, "--to", "ana@shop.example", "--to", "bo@shop.example")
    assert ran.code == 0, ran.err
    assert [each.partition(":")[0] for each in ran.out.splitlines()] == [
        "sent to ana@shop.example", "sent to bo@shop.example",
    ]  # fmt: skip
    assert box.to == [["ana@shop.example"], ["bo@shop.example"]]
    assert "Revenue €49.90" in box.letters[0]["Subject"]


def test_a_server_that_cannot_be_used_is_said_without_the_password(footfall: Footfall) -> None:
    write_settings(footfall.workspace, Mailbox(port=9), user="ana")
    words = ("report", "send", *DAY, "--to", "ana@shop.example")
    ran = footfall(*words)
    assert (ran.code, "FOOTFALL_SMTP_PASSWORD" in ran.err) == (1, True)
    ran = footfall(*words, FOOTFALL_SMTP_PASSWORD="s3cret")
    assert (ran.code, "127.0.0.1:9 cannot be used" in ran.err) == (1, True)
    assert "s3cret" not in ran.err + ran.out


def test_subscribers_get_what_is_due_once(footfall: Footfall, box: Mailbox) -> None:
    ran = footfall("report", "send")
    assert (ran.code, "Nobody has subscribed" in ran.out) == (0, True)
    control = open_control(footfall.workspace / "data" / "control.sqlite")
    since = SystemClock().now_ms() - 3 * 86_400_000
    control.subscriptions.add("shop", "", "ana@shop.example", "daily", 0, since)
    control.close()
    ran = footfall("report", "send")
    assert (ran.code, "waiting to ana@shop.example" in ran.out) == (1, True)
    assert "write [mail] into footfall.toml" in ran.err
    control = open_control(footfall.workspace / "data" / "control.sqlite")
    control.connection.execute("UPDATE deliveries SET next_ms = 0")
    control.close()
    write_settings(footfall.workspace, box)
    assert "sent to ana@shop.example: daily report" in footfall("report", "send").out
    assert "Nothing is due" in footfall("report", "send").out
    assert len(box.letters) == 1


def test_it_is_the_same_while_it_is_served(footfall: Footfall) -> None:
    alone = re.sub(r"Made [^,]+,[^,]+,", "", footfall("report", *DAY).out)
    with serving(footfall):
        served = footfall("report", *DAY)
    assert served.code == 0, served.err
    assert re.sub(r"Made [^,]+,[^,]+,", "", served.out) == alone


@pytest.mark.slow
@pytest.mark.parametrize("period", ["2026-01-05..2026-01-05", "2020-01-01..2020-01-31"])
def test_the_file_can_be_read_by_everybody_everywhere(
    footfall: Footfall, browser: Browser, period: str
) -> None:
    made(footfall, "--period", period)
    for width in (1440, 390):
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
            )
            page = context.new_page()
            complaints = complaints_of(page)
            page.goto(f"file://{footfall.folder}/report.html")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
            assert grave(page) == []
            context.close()
            assert complaints == []


def complaints_of(page: Page) -> list[str]:
    """What the browser complains of, and what it asks for beyond the file."""
    told = list[str]()

    def heard(message: ConsoleMessage) -> None:
        told.append(message.text)

    def failed(error: Error) -> None:
        told.append(str(error))

    def asked(request: Request) -> None:
        if not request.url.startswith(("file:", "data:")):
            told.append(request.url)

    page.on("console", heard)
    page.on("pageerror", failed)
    page.on("request", asked)
    return told


def grave(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in ("serious", "critical")]
    return [(each["id"], each["nodes"][0]["html"]) for each in grave]


@pytest.mark.slow
def test_its_script_runs_and_nothing_else_does(footfall: Footfall, browser: Browser) -> None:
    made(footfall, *DAY)
    page = browser.new_page()
    page.goto(f"file://{footfall.folder}/report.html")
    page.get_by_role("searchbox").first.fill("revenue")
    shown = page.locator("table.kpis").first.locator("tbody tr:visible")
    assert 1 <= shown.count() < 10
    page.locator("#theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.evaluate("""() => {
        const one = document.createElement("script");
        one.textContent = "window.ran = true";
        document.body.append(one);
    }""")
    assert page.evaluate("window.ran === undefined")
    page.close()
