"""Charts from their description to a picture: heights, gaps, years, and words that stay words."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from footfall.draw import shapes, svg
from footfall.report.chart import Chart, Series, Words, beside, levels, over_time, series_of
from footfall.report.local import Local
from footfall.settings import Site

SIZE = (540, 220)
SVG = "{http://www.w3.org/2000/svg}"
COUNTS = Words(Local.of(Site(id="s", name="S")), "count")
RATES = Words(COUNTS.local, "rate")
DAYS = [f"2026-01-{day:02}" for day in range(1, 5)]


def series(*values: float | None, name: str = "Orders") -> Series:
    return series_of(name, values, str)


def lines(*values: float | None) -> Chart:
    return over_time("Orders", "lines", DAYS, "day", [series(*values)], COUNTS)


def drawn(chart: Chart) -> ET.Element:
    return ET.fromstring(svg.svg(chart, SIZE))


def of_class(picture: ET.Element, name: str) -> list[ET.Element]:
    return [each for each in picture.iter() if name in each.get("class", "").split()]


@pytest.mark.parametrize(
    ("values", "words", "heights"),
    [
        ((0, 7, 3, 1), COUNTS, (0, 2, 4, 6, 8)),
        ((0, 1, 0, 1), COUNTS, (0, 1)),
        ((0, 0, 0, 0), COUNTS, (0, 1)),
        ((980, 120, None, 3), COUNTS, (0, 250, 500, 750, 1000)),
        ((-50, 100, 0, 0), COUNTS, (-50, 0, 50, 100)),
        ((0.021, 0.04, None, 0.013), RATES, (0, 0.01, 0.02, 0.03, 0.04)),
    ],
)
def test_levels_are_round_and_hold_all_values(
    values: tuple[float | None, ...], words: Words, heights: tuple[float, ...]
) -> None:
    assert [height for height, _ in levels([series(*values)], words)] == list(heights)


def test_stacked_bars_need_room_for_their_sum() -> None:
    found = levels([series(3, 0), series(4, 1)], COUNTS, stacked=True)
    assert [height for height, _ in found] == [0, 2, 4, 6, 8]


def test_a_line_goes_through_its_values() -> None:
    chart = lines(0, 4, 2, 4)
    frame = svg.Frame.of(chart, SIZE)
    (line,) = of_class(drawn(chart), "line")
    points = [tuple(map(float, each.split())) for each in line.get("d", "")[1:].split("L")]
    assert [y for _, y in points] == pytest.approx(
        [frame.y(each) for each in (0, 4, 2, 4)], abs=0.1
    )
    assert frame.y(0) == SIZE[1] - svg.BOTTOM
    assert frame.y(4) == svg.TOP


def test_where_there_is_no_value_a_line_is_broken_and_a_lonely_value_is_a_dot() -> None:
    paths = [each.get("d", "") for each in of_class(drawn(lines(1, None, 3, 4)), "line")]
    assert [path.count("M") for path in paths] == [2, 1]
    assert paths[1].endswith("h0")


def test_what_is_not_over_yet_is_drawn_broken() -> None:
    picture = drawn(replace(lines(1, 2, 3, 4), open_from=3))
    (open_line,) = of_class(picture, "open")
    assert open_line.get("stroke-dasharray")
    assert open_line.get("d", "").count("L") == 1


def test_another_year_is_marked() -> None:
    buckets = ["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02"]
    chart = over_time("Orders", "lines", buckets, "day", [series(1, 2, 3, 4)], COUNTS)
    assert chart.marks == ((2, "2026"),)
    assert "2026" in [each.text for each in drawn(chart).iter(f"{SVG}text")]


def test_bars_stand_on_nothing_and_are_as_high_as_their_values() -> None:
    chart = beside("Scores", ["9", "10"], [series(2, 4)], COUNTS)
    frame = svg.Frame.of(chart, SIZE)
    bars = of_class(drawn(chart), "bar")
    heights = [float(bar.get("height", "")) for bar in bars]
    assert heights == pytest.approx([frame.y(0) - frame.y(each) for each in (2, 4)], abs=0.1)


def test_each_place_says_all_its_values() -> None:
    tips = [each.get("data-tip") for each in of_class(drawn(lines(1, 2, 3, None)), "hit")]
    assert tips[0] == "Thu Jan 1, 2026\nOrders\t1"
    assert len(tips) == 4


def test_words_are_words_whatever_they_hold() -> None:
    name = "<script>\x00\"&'"
    picture = drawn(beside(name, [name], [series(1, name=name)], COUNTS))
    assert not list(picture.iter("script")) + list(picture.iter(f"{SVG}script"))
    assert of_class(picture, "hit")[0].get("data-tip", "").startswith("<script>\"&'")


def test_pictures_have_no_styles_of_their_own() -> None:
    chart = lines(1, 2, 3, 4)
    told = [svg.svg(chart, SIZE), svg.spark((1.0, None, 2.0)), shapes.bar(0.5)]
    told.append(shapes.clicks([{"x": 5, "y": 100, "clicks": 3, "share": 1.0}]))
    for picture in told:
        for each in ET.fromstring(picture).iter():
            assert "style" not in each.attrib
            assert not each.tag.endswith("style")


def test_a_share_is_a_bar_that_is_never_longer_than_its_ground() -> None:
    for share, width in ((0.25, 50), (1.0, 200), (1.7, 200), (-0.2, 0)):
        (full,) = of_class(ET.fromstring(shapes.bar(share)), "full")
        assert float(full.get("width", "")) == width
