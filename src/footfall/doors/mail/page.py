"""The report as one file: it needs nothing but itself, and may run nothing but what it brings."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from footfall.doors.web.render import NARROW, WIDE
from footfall.doors.web.single import brought
from footfall.draw import svg as draw
from footfall.report.chart import Chart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footfall.doors.mail.digest import Digest


def report_page(digest: Digest) -> str:
    """The report as HTML."""
    found = templates().get_template("report.html")
    return found.render(digest=digest, as_of=f"{digest.as_of:,}", **brought())


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
