"""Pictures for letters: PNG without words, for mail programs show neither SVG nor our letters.

The words stand beside the picture as text, so that they can be read, enlarged and translated, and
are there where pictures are not loaded. The ground is clear: a letter may be read on dark.
"""

from __future__ import annotations

from dataclasses import replace

import resvg_py

from footfall.draw.svg import spark, svg
from footfall.report.chart import Chart

CHART, SPARK = (536, 130), (96, 28)
SHARP = 2
"""How many dots there are for each one of a usual screen."""
# Colours that are seen on white and on black.
STYLE = """
.line.c0 { stroke: #14978a } .line.past { stroke: #93a19d; stroke-dasharray: 4 4 }
.line.c1 { stroke: #c2700f } .line.c2 { stroke: #8b5cf6 } .line.c3 { stroke: #db4a8b }
.bar.c0 { fill: #14978a } .bar.c1 { fill: #c2700f } .bar.c2 { fill: #8b5cf6 }
.area { fill: #14978a; fill-opacity: 0.14 } .grid, .year { stroke: #8a9895; stroke-opacity: 0.35 }
.hit { display: none }
"""


def chart_png(chart: Chart) -> bytes:
    """A chart's lines or bars, without its words."""
    levels = tuple((height, "") for height, _ in chart.levels)
    marks = tuple((at, "") for at, _ in chart.marks)
    wordless = replace(chart, ticks=(), levels=levels, marks=marks)
    return _png(svg(wordless, CHART), CHART[0])


def spark_png(course: tuple[float | None, ...]) -> bytes:
    """The small line beside a number."""
    named = spark(course).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return _png(named, SPARK[0])


def _png(picture: str, width: int) -> bytes:
    return resvg_py.svg_to_bytes(
        svg_string=picture, width=width * SHARP, style_sheet=STYLE, skip_system_fonts=True
    )
