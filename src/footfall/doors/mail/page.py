"""The report as one file: it needs nothing but itself, and may run nothing but what it brings.

Its script and its style are named by their hashes in the file's own policy, so that a name from
outside could not act even if it were not shown as text.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from footfall.doors.web.render import NARROW, STATIC, WIDE
from footfall.draw import svg as draw
from footfall.report.chart import Chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footfall.doors.mail.digest import Digest

OWN = files("footfall.doors.mail") / "static"
_FONT = re.compile(r'url\("([^"]+\.woff2)"\)')
_COMMENTS = re.compile(r"^\s*//.*\n", re.MULTILINE)


def report_page(digest: Digest) -> str:
    """The report as HTML."""
    theme, script, style = _text("theme.js"), _text("app.js"), _style()
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(theme)} {_hash(script)}; "
        "font-src data:; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return (
        templates()
        .get_template("report.html")
        .render(
            digest=digest,
            policy=Markup(policy),  # noqa: S704 - our own words, whose quotes must stay
            style=Markup(style),  # noqa: S704 - our own file
            theme=Markup(theme),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            icon=_data("icon.svg", "image/svg+xml"),
            as_of=f"{digest.as_of:,}",
        )
    )


@cache
def templates() -> Environment:
    """The templates of reports, in which every value is text."""
    found = Environment(
        loader=PackageLoader("footfall.doors.mail"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"picture": _picture, "spark": _spark}
    return found


def _picture(chart: Chart) -> Markup:
    """A chart for wide and for narrow screens; the style shows one of them."""
    return Markup(draw.svg(chart, WIDE, "wide") + draw.svg(chart, NARROW, "narrow"))  # noqa: S704 - drawn here


def _spark(course: Sequence[float | None]) -> Markup:
    return Markup(draw.spark(tuple(course)))  # noqa: S704 - drawn here


@cache
def _style() -> str:
    """The dashboard's style with the report's own, letters included."""
    whole = (STATIC / "app.css").read_text("utf-8") + (OWN / "report.css").read_text("utf-8")
    return _FONT.sub(lambda found: f'url("{_data(found[1], "font/woff2")}")', whole)


@cache
def _text(name: str) -> str:
    return _COMMENTS.sub("", (STATIC / name).read_text("utf-8"))


@cache
def _data(name: str, kind: str) -> str:
    return f"data:{kind};base64,{b64encode((STATIC / name).read_bytes()).decode()}"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
