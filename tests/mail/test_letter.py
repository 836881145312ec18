"""The letter: for every mail program, of this machine only, with names as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from footfall.doors.mail.digest import Digest, Wish, digest_of
from footfall.doors.mail.letter import Envelope, Links, letter_of, subject_of
from footfall.doors.mail.page import report_page
from footfall.doors.mail.plain import END, ISOLATE, name_line, plain_lines
from footfall.settings import InvalidRecipientError, Mail, recipient
from footfall.workspace import Workspace

DAY = (date(2026, 1, 5), date(2026, 1, 5))
WISH = Wish("shop", DAY)
MAIL = Mail("smtp.example.com", "reports@shop.example", name="Ada & Söhne")
LINKS = Links.of("https://kpis.shop.example/", WISH, "t0ken")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src="https://evil.example/x.png">',
    "a\r\nBcc: everybody@evil.example",
    "{{ 7 * 7 }}",
    "\u202eright to left",
    "חנות הנעליים",
    "long " * 80,
    "\x00\x1b[31m",
)
GMAIL_CUTS_AT = 102_000


@pytest.fixture(scope="module")
def workspace(made: Path) -> Iterator[Workspace]:
    with Workspace(made) as opened:
        yield opened


@pytest.fixture(scope="module")
def digest(workspace: Workspace) -> Digest:
    return digest_of(workspace, WISH)


def sent(digest: Digest, links: Links = LINKS) -> EmailMessage:
    """The letter as it arrives."""
    envelope = Envelope(MAIL, "ana@shop.example", "<one@shop.example>", 1_767_679_200_000)
    found = message_from_bytes(letter_of(digest, envelope, links).as_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def parts(letter: EmailMessage) -> tuple[str, str, dict[str, bytes]]:
    """Its text, its HTML, and its pictures by their names."""
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    pictures = {
        str(part["Content-ID"]).strip("<>"): part.get_content()
        for part in letter.walk()
        if part.get_content_type() == "image/png"
    }
    return text.get_content(), html.get_content(), pictures


class Elements(HTMLParser):
    """The elements of an HTML text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_it_has_the_head_of_a_letter(digest: Digest) -> None:
    letter = sent(digest)
    assert letter["From"].addresses[0].display_name == "Ada & Söhne"
    assert letter["From"].addresses[0].addr_spec == "reports@shop.example"
    assert letter["To"] == "ana@shop.example"
    assert letter["Message-ID"] == "<one@shop.example>"
    assert letter["Date"].datetime.isoformat() == "2026-01-06T06:00:00+00:00"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<https://kpis.shop.example/unsubscribe/t0ken>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Subject"] == (
        "Ada's <b>Shop</b> · Jan 5, 2026 · Revenue €49.90 · Orders 1 · Visitors 1"
    )
    assert max(map(len, letter.as_bytes().splitlines())) <= 998


def test_who_is_no_subscriber_cannot_unsubscribe(digest: Digest) -> None:
    letter = sent(digest, Links.of("https://kpis.shop.example/", WISH))
    assert letter["List-Unsubscribe"] is None
    assert "unsubscribe" not in "".join(parts(letter)[:2]).lower()


def test_it_is_text_and_html_with_its_own_pictures(digest: Digest) -> None:
    letter = sent(digest)
    assert letter.get_content_type() == "multipart/alternative"
    text, html, pictures = parts(letter)
    used = re.findall(r'src="cid:([^"]+)"', html)
    assert sorted(used) == sorted(pictures)
    assert len(used) == len(set(used)) >= 3
    assert all(each.startswith(b"\x89PNG") for each in pictures.values())
    for tile in digest.headline:
        assert f"{tile.label}: {tile.value.text}" in text
        assert tile.help in text
    assert len(html.encode()) < GMAIL_CUTS_AT


def test_it_loads_nothing_and_runs_nothing(digest: Digest) -> None:
    _, html, _ = parts(sent(digest))
    for tag, attributes in Elements(html).found:
        assert tag not in ("script", "link", "iframe", "object", "form", "base", "svg")
        assert not [name for name in attributes if name.startswith("on")]
        assert str(attributes.get("src", "cid:")).startswith("cid:")
        assert "url(" not in str(attributes.get("style", ""))
        if tag == "a":
            assert str(attributes["href"]).startswith("https://kpis.shop.example/")
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_from_outside_is_text_everywhere(digest: Digest, name: str) -> None:
    site = replace(digest.site, name=name)
    letter = sent(replace(digest, site=site, thing=name))
    assert letter.keys() == sent(digest).keys()
    text, html, _ = parts(letter)
    for said in (letter["Subject"], text):
        assert "\u202e" not in said
        assert "\x1b" not in said
    assert len(letter["Subject"]) <= 170
    elements = Elements(html).found
    assert [tag for tag, _ in elements] == [
        tag for tag, _ in Elements(parts(sent(digest))[1]).found
    ]
    assert "<script>alert" not in html
    page = report_page(replace(digest, site=site, thing=name))
    assert "<script>alert" not in page
    assert "src=" not in page.partition("<body>")[2].replace("src=&#34;", "")


def test_a_name_turns_nothing_but_itself() -> None:
    assert name_line("Shop") == "Shop"
    assert name_line("חנות") == f"{ISOLATE}חנות{END}"
    assert name_line("\u202eShop\u2069\r\n2") == "Shop 2"
    assert name_line("x" * 99, 10) == "x" * 9 + "…"


def test_days_without_events_say_so(workspace: Workspace) -> None:
    wish = Wish("shop", (date(2020, 1, 1), date(2020, 1, 1)))
    nothing = digest_of(workspace, wish)
    assert nothing.is_empty
    assert subject_of(nothing).endswith("nothing happened")
    said = "\n".join(plain_lines(nothing))
    assert "Nothing happened in these days: the events are of Jan 5, 2026." in said
    _, html, pictures = parts(sent(nothing))
    assert "Nothing happened in these days" in html
    assert pictures == {}


@pytest.mark.parametrize(
    "told", ["ana@shop.example", "a.b+c@x.y.example", "root@localhost", " ana@shop.example "]
)
def test_an_address_is_an_address(told: str) -> None:
    assert recipient(told) == told.strip()


def test_a_domain_is_written_as_the_net_has_it() -> None:
    assert recipient("ana@Bücher.example") == "ana@xn--bcher-kva.example"


WRONG: tuple[Any, ...] = (
    "", "ana", "@shop.example", "ana@", "ana@shop.example, bo@shop.example", "a b@shop.example",
    "Ana <ana@shop.example>", "ana@shop.example\r\nBcc: bo@shop.example", "ana@shop.example\n",
    "ana@shop.example\x00", "\tana@shop.example", "ana@shop..example", "ana@-shop.example",
    ".ana@shop.example", "ana.@shop.example", "a@b@shop.example", "ana@shop.example;bo@x.example",
    '"ana"@shop.example', "\u0430na@shop.example", "x" * 65 + "@shop.example",
    "a@" + "b." * 130 + "c",
    "ana@shop.example\u2028", "\u202eana@shop.example", "<ana@shop.example>", "ana@[127.0.0.1",
)  # fmt: skip


@pytest.mark.parametrize("told", WRONG)
def test_what_is_no_address_is_refused(told: str) -> None:
    with pytest.raises(InvalidRecipientError, match="invalid_recipient") as refusal:
        recipient(told)
    assert refusal.value.code == "invalid_recipient"
    assert "\n" not in str(refusal.value)
