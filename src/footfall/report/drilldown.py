"""Inside a chat experience, in a terminal and as CSV: its modules from cold to hot."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from footfall.query.drilldown import HEATS, Drilldown, Module
from footfall.report.data import safe
from footfall.report.kpis import BETWEEN, period
from footfall.report.numbers import NOTHING, count, score
from footfall.report.table import PLAIN, Column, Style, Table, cells, clean, cut, lines, paragraph

BLOCK = "■"
LEAST_ROOM = 36
COLUMNS = (
    Column("", right=True),
    Column("module"),
    Column("type", rank=1),
    Column("shown", right=True),
    Column(""),
    Column("what came of it"),
)
HEAD = (
    "experience", "position", "module_id", "module_type", "shown", "heat", "kind", "number",
    "value",
)  # fmt: skip
_BAR = re.compile(f"{BLOCK}{{1,{len(HEATS)}}}")
Names = Mapping[str, Mapping[str, str]]


def report(
    drilldown: Drilldown, site: str, names: Names, width: int, style: Style = PLAIN
) -> list[str]:
    """The lines that people read; ``names`` are what people call experiences and modules."""
    told = _heading(drilldown, site, names, width)
    if not drilldown.modules:
        return [*told, "Nothing happened in a module of this experience."]
    room = max(LEAST_ROOM, width // 2)
    rows = [row for each in drilldown.modules for row in _rows(each, names["modules"], room)]
    told += [_coloured(line, style) for line in lines(Table(COLUMNS, tuple(rows)), width, style)]
    legend = f"{BLOCK} least shown, {BLOCK * len(HEATS)} most shown. Customers are people."
    return [*told, "", *(style.faint(line) for line in paragraph(legend, width))]


def answers(
    drilldown: Drilldown, site: str, names: Names, width: int, style: Style = PLAIN
) -> list[str]:
    """What people typed about the NPS, one under the other."""
    told = _heading(drilldown, site, names, width)
    for answer in drilldown.answers or ():
        about = BETWEEN.join([answer.at, str(answer.score), answer.band])
        told += [style.faint(about), *paragraph(answer.text, width), ""]
    return told[:-1] if drilldown.answers else [*told, "Nobody typed an answer."]


def _heading(drilldown: Drilldown, site: str, names: Names, width: int) -> list[str]:
    experience = names["experiences"].get(drilldown.experience, drilldown.experience)
    about = [site, experience, period(drilldown.start, drilldown.end), drilldown.timezone]
    return [cut(clean(BETWEEN.join(about)), width), ""]


def answers_csv(drilldowns: Iterable[Drilldown]) -> str:
    """Each typed answer as a row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("experience", "at", "module_id", "score", "band", "text"))
    for one in drilldowns:
        about = safe(one.experience)
        for each in one.answers or ():
            told = (about, each.at, safe(each.module_id), each.score, each.band, safe(each.text))
            writer.writerow(told)
    return out.getvalue()


def drilldown_csv(drilldown: Drilldown) -> str:
    """Each number of each module as a row: all that belong to its kind or are not nothing."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for module in drilldown.modules:
        own = (
            safe(drilldown.experience), module.position, safe(module.module_id),
            safe(module.module_type), module.shown, module.heat,
        )  # fmt: skip
        writer.writerow((*own, None, None, None))
        for kind, name, value in _numbers(module):
            writer.writerow((*own, kind, safe(name), value))
    return out.getvalue()


def _rows(module: Module, names: Mapping[str, str], room: int) -> Iterator[tuple[str, ...]]:
    """A module in a row, and further rows for what does not fit beside it."""
    told = [
        line
        for kind, numbers in module.told().items()
        for line in _told(kind, numbers, room, is_own=kind == module.module_type)
    ] or [""]
    yield (
        NOTHING if module.position is None else count(module.position),
        names.get(module.module_id, module.module_id),
        module.module_type or NOTHING,
        count(module.shown),
        BLOCK * (HEATS.index(module.heat) + 1),
        told[0],
    )
    for more in told[1:]:
        yield ("", "", "", "", "", more)


def _told(kind: str, numbers: Mapping[str, Any], room: int, *, is_own: bool) -> list[str]:
    """The numbers of a kind: `asked 2 · single 0`; those of another kind behind its name."""
    words = [f"{_plain(name)} {_shown(name, each)}" for name, each in numbers.items()]
    if not is_own:
        words = [f"{_plain(kind)}: {words[0]}", *words[1:]]
    told = words[:1]
    for word in words[1:]:
        longer = told[-1] + BETWEEN + word
        told = [*told[:-1], longer] if cells(longer) <= room else [*told, word]
    return told


def _shown(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_plain(key)} {count(each)}" for key, each in value.items()) or NOTHING
    if isinstance(value, list):
        return " ".join(f"{at}:{count(each)}" for at, each in enumerate(value) if each) or NOTHING
    if value is None:
        return NOTHING
    return score(value) if name == "nps" else count(value)


def _numbers(module: Module) -> Iterator[tuple[str, str, int | float | None]]:
    for kind, numbers in module.told().items():
        for name, value in numbers.items():
            if isinstance(value, Mapping):
                yield from ((kind, f"{name} {key}", each) for key, each in value.items())
            elif isinstance(value, list):
                yield from ((kind, f"{name} {at}", each) for at, each in enumerate(value))
            else:
                yield kind, name, value


def _plain(name: str) -> str:
    return name.replace("_", " ") or NOTHING


def _coloured(line: str, style: Style) -> str:
    """The line with its bar in the colour of its length."""
    return _BAR.sub(lambda bar: style.scale[len(bar[0]) - 1](bar[0]), line, count=1)
