"""Pages as HTML: templates in which every value is text, and pictures that are drawn here."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from footfall.draw import shapes
from footfall.draw import svg as draw
from footfall.report.chart import Chart
from footfall.report.experiment_grids import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDE, NARROW, BROAD = (540, 220), (340, 210), (1080, 280)
STATIC = files("footfall.doors.web") / "static"


def page(template: str, status: int = 200, **words: Any) -> HTMLResponse:
    """A page from a template."""
    return HTMLResponse(text(template, **words), status)


def text(template: str, **words: Any) -> str:
    """A page's HTML."""
    return _templates().get_template(template).render(words)


@cache
def _templates() -> Environment:
    found = Environment(
        loader=PackageLoader("footfall.doors.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "picture": _picture, "spark": _spark, "bar": _bar, "clicks": _clicks, "interval": _interval,
        "broad": _broad,
    }  # fmt: skip
    found.globals["static"] = static_url
    return found


def static_url(name: str) -> str:
    """The address of a file, which changes with what is in it."""
    return f"/static/{name}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _picture(chart: Chart) -> Markup:
    """A chart for wide and for narrow screens; the style sheet shows one of them."""
    return Markup(draw.svg(chart, WIDE, "wide") + draw.svg(chart, NARROW, "narrow"))  # noqa: S704 - drawn here


def _broad(chart: Chart) -> Markup:
    """A chart that has all of the page's width."""
    return Markup(draw.svg(chart, BROAD, "wide") + draw.svg(chart, NARROW, "narrow"))  # noqa: S704 - drawn here


def _bar(share: float) -> Markup:
    return Markup(shapes.bar(share))  # noqa: S704 - drawn here


def _interval(mark: Mark, reach: float) -> Markup:
    drawn = shapes.interval(mark.low, mark.high, mark.middle, mark.margin, reach)
    return Markup(drawn)  # noqa: S704 - drawn here


def _clicks(places: Sequence[Mapping[str, Any]]) -> Markup:
    return Markup(shapes.clicks(places))  # noqa: S704 - drawn here


def _spark(course: Sequence[float | None]) -> Markup:
    return Markup(draw.spark(tuple(course)))  # noqa: S704 - drawn here
