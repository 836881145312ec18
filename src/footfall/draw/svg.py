"""Charts as SVG: lines, bars, stacked bars, and the small line in a tile.

A picture carries its own colours as attributes, so that it can be taken away; a page's style sheet
says otherwise by its classes. There is no style in it and no script.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

from footfall.draw.marks import Attribute, clean, element, path, text
from footfall.report.chart import Chart, Series

COLOURS = ("#0f766e", "#b45309", "#6d28d9", "#be185d", "#1d4ed8", "#4d7c0f")
PAST, GRID, INK, PAPER = "#94a3b8", "#e2e8f0", "#64748b", "#ffffff"
FONT = "Inter Variable, Inter, system-ui, sans-serif"
LETTER = 6.3
"""How wide a letter of an axis is, about."""
TOP, BOTTOM, RIGHT, GAP = 14.0, 26.0, 12.0, 8.0
SPARK = (120, 32)
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """Where in a picture of this size the values are."""

    width: float
    height: float
    left: float
    lowest: float
    highest: float
    places: int
    is_bars: bool

    @classmethod
    def of(cls, chart: Chart, size: tuple[int, int]) -> Frame:
        """The frame of a chart."""
        left = max(len(words) for _, words in chart.levels) * LETTER + GAP
        first, last = chart.levels[0][0], chart.levels[-1][0]
        is_bars = chart.kind != "lines"
        return cls(float(size[0]), float(size[1]), left, first, last, len(chart.places), is_bars)

    @property
    def slot(self) -> float:
        """How wide one place is."""
        room = self.width - self.left - RIGHT
        return room / (self.places if self.is_bars else max(self.places - 1, 1))

    def x(self, at: float) -> float:
        """The middle of a place."""
        if not self.is_bars and self.places == 1:
            return (self.left + self.width - RIGHT) / 2
        return self.left + self.slot * (at + (0.5 if self.is_bars else 0))

    def y(self, value: float) -> float:
        """The height of a value."""
        share = (value - self.lowest) / ((self.highest - self.lowest) or 1)
        return self.height - BOTTOM - share * (self.height - TOP - BOTTOM)


def svg(chart: Chart, size: tuple[int, int], name: str = "") -> str:
    """The chart as a picture; `name` is a class of it."""
    frame = Frame.of(chart, size)
    draw = {"lines": _lines, "bars": _bars, "stack": _stack}[chart.kind]
    attributes: dict[str, Attribute] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {size[0]} {size[1]}",
        "class": f"chart {name}".strip(),
        "role": "img",
        "font-family": FONT,
        "font-size": 11,
    }
    title = element("title", {}, escape(clean(_said(chart))))
    return element(
        "svg", attributes, title, *_grid(chart, frame), *draw(chart, frame), *_hits(chart, frame)
    )


def spark(values: tuple[float | None, ...], past: tuple[float | None, ...] = ()) -> str:
    """The small line of a tile; it says nothing that the tile does not say, so it has no name."""
    known = [value for value in (*values, *past) if value is not None]
    width, height = SPARK
    low, high = min([0.0, *known]), max(known, default=0.0)
    frame = Frame(width, height, 2.0, low, high if high > low else low + 1, len(values), False)  # noqa: FBT003

    def place(at: int, value: float | None) -> Point | None:
        if value is None:
            return None
        x = 2 + (width - 4) * at / max(len(values) - 1, 1)
        share = (value - frame.lowest) / (frame.highest - frame.lowest)
        return x, height - 3 - share * (height - 6)

    points = [place(at, value) for at, value in enumerate(values)]
    attributes: dict[str, Attribute] = {
        "viewBox": f"0 0 {width} {height}",
        "class": "spark",
        "aria-hidden": "true",
        "preserveAspectRatio": "none",
    }
    look: dict[str, Attribute] = {
        "class": "line c0",
        "fill": "none",
        "stroke": COLOURS[0],
        "stroke-width": 1.5,
        "stroke-linecap": "round",
    }
    return element(
        "svg",
        attributes,
        element("path", {"d": _area(points, height), "class": "area", "fill": COLOURS[0]}),
        element("path", {"d": path(points), **look}),
        *_lonely(points, look),
    )


def _said(chart: Chart) -> str:
    """The chart in a sentence, for those who do not see it."""
    if not chart.places:
        return chart.title
    ends = [
        f"{each.name}: {each.texts[0]} at {chart.places[0]}, {each.texts[-1]} at {chart.places[-1]}"
        for each in chart.series
        if each.texts
    ]
    return f"{chart.title}. {'; '.join(ends)}. All values are in the table below the picture."


def _grid(chart: Chart, frame: Frame) -> list[str]:
    """The levels, the names of places, and where years begin."""
    found = []
    for value, words in chart.levels:
        y = frame.y(value)
        ends: dict[str, Attribute] = {"x1": frame.left, "x2": frame.width - RIGHT, "y1": y, "y2": y}
        is_zero = chart.has_bands and value == 0
        look: dict[str, Attribute] = {"class": "grid", "stroke": GRID}
        if is_zero:
            look = {"class": "grid zero", "stroke": INK, "stroke-width": 1.2}
        found.append(element("line", {**ends, **look}))
        place: dict[str, Attribute] = {"x": frame.left - GAP, "y": y + 4, "text-anchor": "end"}
        found.append(text(words, {**place, "class": "axis", "fill": INK}))
    return [*found, *_ticks(chart, frame), *_years(chart, frame)]


def _ticks(chart: Chart, frame: Frame) -> list[str]:
    """The names below, as many of them as there is room for."""
    found, until = [], 0.0
    for at, words in chart.ticks:
        room = frame.slot if frame.is_bars and len(chart.ticks) == frame.places else 90.0
        short = _cut(words, max(int(room / LETTER), 2))
        half = len(short) * LETTER / 2
        x = min(max(frame.x(at), half), frame.width - half)
        if x - half < until:
            continue
        until = x + half + GAP
        place: dict[str, Attribute] = {"x": x, "y": frame.height - 8, "text-anchor": "middle"}
        found.append(text(short, {**place, "class": "axis", "fill": INK}))
    return found


def _years(chart: Chart, frame: Frame) -> list[str]:
    found = []
    for at, year in chart.marks:
        x = frame.x(at) - (frame.slot / 2 if frame.is_bars else 0)
        ends: dict[str, Attribute] = {"x1": x, "x2": x, "y1": TOP, "y2": frame.height - BOTTOM}
        found.append(element("line", {**ends, "class": "year", "stroke": INK}))
        place: dict[str, Attribute] = {"x": x + 4, "y": TOP + 8}
        found.append(text(year, {**place, "class": "axis", "fill": INK}))
    return found


def _lines(chart: Chart, frame: Frame) -> list[str]:
    found = []
    for at, series in reversed(list(enumerate(chart.series))):
        points = [
            None if value is None else (frame.x(place), frame.y(value))
            for place, value in enumerate(series.heights)
        ]
        if series.band:
            found.append(_band(series, at, frame))
        elif at == 0 and len([each for each in chart.series if not each.is_past]) == 1:
            ground = frame.y(max(frame.lowest, 0.0))
            attributes: dict[str, Attribute] = {"d": _area(points, ground), "class": "area"}
            found.append(
                element("path", {**attributes, "fill": COLOURS[0], "fill-opacity": "0.08"})
            )
        found += _line(series, at, points, chart.open_from)
    return found


def _band(series: Series, at: int, frame: Frame) -> str:
    """Where the values of a line may be, piece by piece."""
    told = []
    ends = [
        None if each is None else (frame.x(place), frame.y(each[0]), frame.y(each[1]))
        for place, each in enumerate(series.band)
    ]
    for one, other in pairwise(ends):
        if one is not None and other is not None:
            corners = [(one[0], one[1]), (one[0], one[2]), (other[0], other[2])]
            told.append(path([*corners, (other[0], other[1])]) + "Z")
    colour: dict[str, Attribute] = {"fill": _colour(at), "fill-opacity": "0.14"}
    return element("path", {"d": "".join(told), "class": f"band c{at}", **colour})


def _line(series: Series, at: int, points: list[Point | None], open_from: int | None) -> list[str]:
    """A line; where time is not over yet it is broken."""
    if series.is_past:
        look: dict[str, Attribute] = {"class": "line past", "stroke": PAST, "stroke-width": 1.5}
    else:
        look = {"class": f"line c{at}", "stroke": _colour(at), "stroke-width": 2}
    look |= {"fill": "none", "stroke-linejoin": "round", "stroke-linecap": "round"}
    if open_from is None or series.is_past or open_from >= len(points):
        return [element("path", {"d": path(points), **look}), *_lonely(points, look)]
    begin = max(open_from - 1, 0)
    open_look = {**look, "stroke-dasharray": "1 5", "class": f"{look['class']} open"}
    return [
        element("path", {"d": path(points[:open_from]), **look}),
        element("path", {"d": path(points[begin:]), **open_look}),
        *_lonely(points, look),
    ]


def _lonely(points: list[Point | None], look: dict[str, Attribute]) -> list[str]:
    """A dot for every value that has no neighbour, of which no line can tell."""
    padded = [None, *points, None]
    dots = "".join(
        f"{path([point])}h0"  # as long as nothing, and round
        for before, point, after in zip(padded, points, padded[2:], strict=False)
        if point is not None and before is None and after is None
    )
    return [element("path", {"d": dots, **look, "stroke-width": 4})] if dots else []


def _area(points: list[Point | None], ground: float) -> str:
    """What is below a line, piece by piece."""
    told = []
    for (x1, y1), (x2, y2) in _neighbours(points):
        told.append(path([(x1, ground), (x1, y1), (x2, y2), (x2, ground)]) + "Z")
    return "".join(told)


def _neighbours(points: list[Point | None]) -> list[tuple[Point, Point]]:
    return [
        (one, other) for one, other in pairwise(points) if one is not None and other is not None
    ]


def _bars(chart: Chart, frame: Frame) -> list[str]:
    """Bars beside each other, of which those of one place stand together."""
    found = []
    number = len(chart.series)
    width = min(frame.slot * 0.72, 64.0 * number) / number
    for at, series in enumerate(chart.series):
        for place, value in enumerate(series.heights):
            if value:
                x = frame.x(place) - width * number / 2 + width * at
                found.append(_bar(series, at, (x, width), (frame.y(0), frame.y(value))))
    return found


def _stack(chart: Chart, frame: Frame) -> list[str]:
    """Bars on top of each other."""
    found = []
    width = min(frame.slot * 0.72, 64.0)
    reached = [0.0] * len(chart.places)
    for at, series in enumerate(chart.series):
        for place, value in enumerate(series.heights):
            if value:
                below, reached[place] = reached[place], reached[place] + value
                across = (frame.x(place) - width / 2, width)
                found.append(_bar(series, at, across, (frame.y(below), frame.y(reached[place]))))
    return found


def _bar(series: Series, at: int, across: tuple[float, float], heights: tuple[float, float]) -> str:
    low, high = max(heights), min(heights)
    return element(
        "rect",
        {
            "x": across[0], "y": high, "width": max(across[1] - 1, 1.0),
            "height": max(low - high, 0.5), "rx": 1.5,
            "class": "bar past" if series.is_past else f"bar c{at}",
            "fill": PAST if series.is_past else _colour(at),
        },
    )  # fmt: skip


def _hits(chart: Chart, frame: Frame) -> list[str]:
    """What a pointer finds at each place: the words of all its values."""
    found = []
    for at, place in enumerate(chart.places):
        half = frame.slot / 2
        left = max(frame.x(at) - half, frame.left)
        right = min(frame.x(at) + half, frame.width - RIGHT)
        words = "\n".join([place, *(f"{each.name}\t{each.texts[at]}" for each in chart.series)])
        attributes: dict[str, Attribute] = {
            "x": left, "y": TOP, "width": max(right - left, 1.0),
            "height": frame.height - TOP - BOTTOM, "class": "hit", "fill": PAPER,
            "fill-opacity": "0", "data-tip": clean(words), "data-x": frame.x(at),
        }  # fmt: skip
        found.append(element("rect", attributes))
    return found


def _colour(at: int) -> str:
    return COLOURS[at % len(COLOURS)]


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"
