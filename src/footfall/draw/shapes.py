"""Small pictures beside numbers: a share as a bar, clicks as places of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from footfall.draw.marks import Attribute, clean, element
from footfall.draw.svg import COLOURS, GRID

BAR = (200, 10)
WIDTH = 500
PLACE = (25.0, 20.0)
"""How large a place of the click map is drawn: 5 % of the width, 50 pixels of the page."""
LEAST = 0.12


def bar(share: float) -> str:
    """A share from 0 to 1; what is more is full."""
    width, height = BAR
    full = min(max(share, 0.0), 1.0) * width
    box: dict[str, Attribute] = {"x": 0, "y": 0, "height": height, "rx": 3}
    return element(
        "svg",
        {
            "viewBox": f"0 0 {width} {height}",
            "class": "share",
            "aria-hidden": "true",
            "preserveAspectRatio": "none",
        },
        element("rect", {**box, "width": width, "class": "ground", "fill": GRID}),
        element("rect", {**box, "width": full, "class": "full", "fill": COLOURS[0]}),
    )


def clicks(places: Sequence[Mapping[str, Any]]) -> str:
    """Where a page is clicked: each place the darker, the more clicks it has."""
    bottom = max(int(each["y"]) for each in places) // 50 + 1
    height = bottom * PLACE[1]
    frame: dict[str, Attribute] = {"x": 0.5, "y": 0.5, "width": WIDTH - 1.0, "height": height - 1}
    marks = [
        element(
            "rect",
            {
                "x": each["x"] / 100 * WIDTH, "y": each["y"] / 50 * PLACE[1],
                "width": PLACE[0], "height": PLACE[1], "rx": 3, "class": "place",
                "fill": COLOURS[0], "fill-opacity": f"{LEAST + (1 - LEAST) * each['share']:.2f}",
                "data-tip": clean(
                    f"{each['x']} % from the left, {each['y']} px from the top\n"
                    f"clicks\t{each['clicks']}"
                ),
            },
        )
        for each in places
    ]  # fmt: skip
    said = f"{len(places)} places that were clicked; the list below says on what"
    return element(
        "svg",
        {"viewBox": f"0 0 {WIDTH} {height}", "class": "clicks", "role": "img", "aria-label": said},
        element("rect", {**frame, "rx": 6, "class": "page", "fill": "none", "stroke": GRID}),
        *marks,
    )


REACH = (160, 18)


def interval(
    low: float, high: float, middle: float | None, margin: float | None, reach: float
) -> str:
    """Where a change is: a line from bound to bound with a dot, beside 0 and a margin.

    What is beyond the reach is drawn up to the edge.
    """
    width, height = REACH

    def x(value: float) -> float:
        return width / 2 + max(min(value / reach, 1.0), -1.0) * (width / 2 - 5)

    y = height / 2
    zero: dict[str, Attribute] = {"x1": x(0), "x2": x(0), "y1": 1, "y2": height - 1}
    parts = [element("line", {**zero, "class": "zero", "stroke": GRID})]
    if margin is not None:
        at: dict[str, Attribute] = {"x1": x(margin), "x2": x(margin), "y1": 1, "y2": height - 1}
        dashed: dict[str, Attribute] = {"class": "margin", "stroke-dasharray": "2 2"}
        parts.append(element("line", {**at, **dashed, "stroke": COLOURS[1]}))
    ends: dict[str, Attribute] = {"x1": x(low), "x2": x(high), "y1": y, "y2": y}
    parts.append(element("line", {**ends, "class": "reach", "stroke": COLOURS[0]}))
    if middle is not None:
        dot: dict[str, Attribute] = {"cx": x(middle), "cy": y, "r": 3.5}
        parts.append(element("circle", {**dot, "class": "middle", "fill": COLOURS[0]}))
    frame: dict[str, Attribute] = {
        "viewBox": f"0 0 {width} {height}",
        "class": "interval",
        "aria-hidden": "true",
    }
    return element("svg", frame, *parts)
