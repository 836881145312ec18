"""The report as a letter: readable as text, with pictures it brings along, asking for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from footfall.doors.mail.page import templates
from footfall.doors.mail.plain import name_line, plain_lines
from footfall.draw.png import CHART, SPARK, chart_png, spark_png
from footfall.report.numbers import count

if TYPE_CHECKING:
    from footfall.doors.mail.digest import Digest, Wish
    from footfall.report.chart import Chart
    from footfall.settings import Mail

SUBJECT_TILES = ("revenue", "orders", "visitors", "chat_sessions", "participants")
MOST_TOLD = 3
MOST_NAME, MOST_SUBJECT = 60, 160
Picture = tuple[str, str, tuple[int, int], str, str, str]
"""A title, the name of the part with the picture, its size, words, its first and last place."""


@dataclass(frozen=True, slots=True)
class Links:
    """Where a letter leads: to its days in the dashboard, and out of the subscription."""

    page: str
    stop: str = ""

    @classmethod
    def of(cls, base: str, wish: Wish, token: str = "") -> Links:
        """The links of a report, at the dashboard's address."""
        days = {"from": str(wish.days[0]), "to": str(wish.days[1])}
        of = {"experience": wish.experience} if wish.experience else {}
        where = f"{base}s/{quote(wish.site)}" + ("/experience" if of else "")
        stop = f"{base}unsubscribe/{quote(token)}" if token else ""
        return cls(f"{where}?{urlencode(of | days)}", stop)


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom a letter is, to whom, and by which id it is known for ever."""

    mail: Mail
    address: str
    message_id: str
    written_ms: int


def letter_of(digest: Digest, envelope: Envelope, links: Links) -> EmailMessage:
    """The letter with a report."""
    found = EmailMessage(policy=SMTP)
    for name, value in _headers(digest, envelope, links).items():
        found[name] = value
    found.set_content("\n".join([*plain_lines(digest), *_further(links)]) + "\n", cte=QUOTED)
    html, parts = _html(digest, links)
    found.add_alternative(html, subtype="html", cte=QUOTED)
    shown = found.get_payload()[1]  # type: ignore[index]
    assert isinstance(shown, EmailMessage)  # noqa: S101 - it was just put there
    for cid, picture in parts.items():
        shown.add_related(
            picture, "image", "png", cid=f"<{cid}>", disposition="inline", filename=f"{cid}.png"
        )
    return found


def subject_of(digest: Digest) -> str:
    """What a letter is about, in a line: of what, which days, how it went."""
    known = {tile.id: tile for tile in digest.headline if float(tile.value.plain or 0)}
    tiles = [known[each] for each in SUBJECT_TILES if each in known][:MOST_TOLD]
    told = [
        f"{tile.label} {tile.value.text}" + (f" ({tile.change.text})" if tile.change else "")
        for tile in tiles
    ]
    how = ["nothing happened"] if digest.is_empty else told
    whole = " · ".join([name_line(digest.title, MOST_NAME), digest.span, *how])
    return whole if len(whole) <= MOST_SUBJECT else whole[: MOST_SUBJECT - 1].rstrip() + "…"


QUOTED = "quoted-printable"


def _headers(digest: Digest, envelope: Envelope, links: Links) -> dict[str, str | Address]:
    """The letter's head; no part of it is from outside but for names, which are one line each."""
    user, _, domain = envelope.mail.sender.rpartition("@")
    written = datetime.fromtimestamp(envelope.written_ms / 1000, UTC)
    told: dict[str, str | Address] = {
        "From": Address(envelope.mail.name, user, domain),
        "To": envelope.address,
        "Subject": subject_of(digest),
        "Date": format_datetime(written),
        "Message-ID": envelope.message_id,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if links.stop:
        told["List-Unsubscribe"] = f"<{links.stop}>"
        told["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return told


def _further(links: Links) -> list[str]:
    """Where else to look."""
    stop = [f"Unsubscribe: {links.stop}"] if links.stop else []
    return ["", f"These days in the dashboard: {links.page}", *stop]


def _html(digest: Digest, links: Links) -> tuple[str, dict[str, bytes]]:
    """The letter as HTML, and the pictures in it by the names of their parts."""
    sparks, parts = {}, dict[str, bytes]()
    for tile in digest.headline:
        if len(tile.course) > 1 and any(tile.course):
            sparks[tile.id] = f"spark-{tile.id}"
            parts[sparks[tile.id]] = spark_png(tile.course)
    pictures = list[Picture]()
    for at, drawn in enumerate(digest.charts):
        if drawn.chart.is_empty or len(drawn.chart.places) < 2:
            continue
        parts[f"chart-{at}"] = chart_png(drawn.chart)
        pictures.append(_picture(drawn.chart, f"chart-{at}"))
    html = templates().get_template("letter.html").render(
        digest=digest, links=links, sparks=sparks, pictures=pictures, spark=SPARK,
        as_of=count(digest.as_of), preview=_preview(digest),
    )  # fmt: skip
    return html, parts


def _picture(chart: Chart, cid: str) -> Picture:
    """A chart with the words that stand beside it."""
    return chart.title, cid, CHART, _said(chart), chart.places[0], chart.places[-1]


def _said(chart: Chart) -> str:
    """What is most in a picture, and what is what, for it has no words of its own."""
    first = chart.series[0]
    known = [at for at, value in enumerate(first.heights) if value is not None]
    top = max(known, key=lambda at: first.heights[at] or 0.0, default=None)
    most = (
        "No value in these days."
        if top is None
        else f"Most: {first.texts[top]}, {chart.places[top]}."
    )
    past = [each.name.lower() for each in chart.series if each.is_past]
    others = [each.name for each in chart.series if not each.is_past]
    lines = f"{', '.join(others)}. " if len(others) > 1 else ""
    dashed = f" Dashed: {past[0]}." if past else ""
    return f"{lines}{most}{dashed}"


def _preview(digest: Digest) -> str:
    """What a list of letters shows beside the subject."""
    told = [f"{tile.label} {tile.value.text}" for tile in digest.headline]
    return " · ".join(digest.notes if digest.is_empty else told)
