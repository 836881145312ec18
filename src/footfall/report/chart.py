"""A chart described once: what it shows, in words and numbers; how it is drawn is another's matter.

The same description becomes the picture on a page, in a report and in a mail, and the table that
says the same without a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10

from footfall.report.local import Local

Value = int | float | Decimal | None
MOST_LINES = 4
STEPS = (1, 2, 2.5, 5, 10)
MOST_TICKS = 7


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or the bars of one thing: a value for each place, and how each is written."""

    name: str
    values: tuple[Value, ...]
    texts: tuple[str, ...]
    is_past: bool = False
    """Whether it is what the others are compared with."""
    band: tuple[tuple[float, float] | None, ...] = ()
    """From where to where each value may be; nothing where that is not known."""

    @property
    def heights(self) -> tuple[float | None, ...]:
        """The values as a picture needs them."""
        return tuple(None if value is None else float(value) for value in self.values)


@dataclass(frozen=True, slots=True)
class Chart:
    """What is shown: over time as lines, or beside each other as bars."""

    title: str
    kind: str
    """`lines`, `bars` or `stack`."""
    places: tuple[str, ...]
    """What stands at each place, in full."""
    ticks: tuple[tuple[int, str], ...]
    """The places that are named below the picture, in short."""
    series: tuple[Series, ...]
    levels: tuple[tuple[float, str], ...]
    """The heights that are named beside it, from the lowest to the highest."""
    marks: tuple[tuple[int, str], ...] = ()
    """Where something begins, such as a year."""
    open_from: int | None = None
    """The first place whose time is not over yet."""
    has_bands: bool = False
    """Whether its values are told with what they may be."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be seen."""
        return not any(value for each in self.series for value in each.heights)


@dataclass(frozen=True, slots=True)
class Words:
    """How a chart's numbers are written: where, and in which unit."""

    local: Local
    unit: str


def over_time(  # noqa: PLR0917 - the words of a chart
    title: str,
    kind: str,
    buckets: Sequence[str],
    every: str,
    series: Sequence[Series],
    words: Words,
) -> Chart:
    """A chart whose places are buckets of time."""
    local = words.local
    return Chart(
        title,
        kind,
        tuple(local.bucket(each, every) for each in buckets),
        tuple((at, local.tick(buckets[at], every)) for at in _spread(len(buckets))),
        tuple(series),
        levels(series, words, stacked=kind == "stack"),
        tuple(_new_years(buckets)),
    )


def beside(title: str, names: Sequence[str], series: Sequence[Series], words: Words) -> Chart:
    """A chart of bars, each of which has a name."""
    places, heights = tuple(names), levels(series, words)
    return Chart(title, "bars", places, tuple(enumerate(names)), tuple(series), heights)


def levels(
    series: Sequence[Series], words: Words, *, stacked: bool = False
) -> tuple[tuple[float, str], ...]:
    """Three to five round heights, from 0 or below what is least to what is most or above."""
    tops = [each.heights for each in series]
    if stacked:
        found = [sum(value or 0 for value in place) for place in zip(*tops, strict=True)]
    else:
        found = [value for each in tops for value in each if value is not None]
        found += [end for each in series for ends in each.band if ends for end in ends]
    least, most = min([0.0, *found]), max([0.0, *found])
    step = _step((most - least) or 1.0, whole=words.unit == "count")
    first, last = floor(least / step), -floor(-most / step) or 1
    heights = [_rounded(at * step) for at in range(first, last + 1)]
    return tuple((height, words.local.axis(height, words.unit)) for height in heights)


def _step(extent: float, *, whole: bool) -> float:
    """A round number of which some three or four make the extent."""
    size = 10.0 ** floor(log10(extent / 3))
    step = next(each * size for each in STEPS if each * size * 4 >= extent)
    return max(step, 1.0) if whole else step


def _rounded(value: float) -> float:
    return float(f"{value:.10g}")


def _spread(number: int, most: int = MOST_TICKS) -> list[int]:
    """At most so many places, as far from each other as each of them is from the next."""
    step = max(1, -(-number // most))
    return list(range(0, number, step))


def _new_years(buckets: Sequence[str]) -> Iterable[tuple[int, str]]:
    """The places at which another year begins than that of the place before."""
    for at in range(1, len(buckets)):
        if buckets[at][:4] != buckets[at - 1][:4]:
            yield at, buckets[at][:4]


def series_of(
    name: str, values: Sequence[Value], show: Callable[[Value], str], *, is_past: bool = False
) -> Series:
    """A line with its values as they are written."""
    return Series(name, tuple(values), tuple(map(show, values)), is_past)
