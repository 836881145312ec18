"""Tables for a terminal: aligned, never wider than it, and never wrapped.

A table that is too wide gives up the columns that matter least, then shortens its texts; one with
many columns of numbers is cut into several by `blocks`.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

GAP = 2
SHORTEST_TEXT = 12
NARROWEST = 20
MARK = "…"
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Style:
    """How headings and less important words stand out; nothing does by default."""

    strong: Callable[[str], str] = str
    faint: Callable[[str], str] = str
    warning: Callable[[str], str] = str
    good: Callable[[str], str] = str
    bad: Callable[[str], str] = str
    scale: tuple[Callable[[str], str], ...] = (str, str, str, str)
    """From cold to hot."""


class Toned(str):
    """A cell whose end stands out, as good news or as bad."""

    __slots__ = ("is_good", "tail")
    tail: str
    is_good: bool

    def __new__(cls, text: str, tail: str, *, is_good: bool) -> Self:
        """The text, of which ``tail`` stands out."""
        made = super().__new__(cls, text)
        made.tail, made.is_good = tail, is_good
        return made

    def painted(self, text: str, style: Style) -> str:
        """As much of the cell as there was room for, with its end in colour."""
        if not text.endswith(self.tail):
            return text
        paint = style.good if self.is_good else style.bad
        return text.removesuffix(self.tail) + paint(self.tail)


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Column:
    """A column; the higher its `rank`, the sooner it is given up where room is short."""

    head: str
    right: bool = False
    rank: int = 0
    faint: bool = False


Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns, and rows of cells; a row that is one text is a heading inside of the table."""

    columns: tuple[Column, ...]
    rows: tuple[Cells | str, ...]
    title: str = ""

    @property
    def bodies(self) -> list[Cells]:
        """The rows that are no headings."""
        return [row for row in self.rows if not isinstance(row, str)]


def lines(table: Table, width: int, style: Style = PLAIN) -> list[str]:
    """The table's lines, each at most `width` wide."""
    table = _cleaned(table)
    while natural_width(table) > width and (last := _least(table)) is not None:
        table = _without(table, last)
    widths = _squeezed(table, width)
    title = [style.strong(cut(table.title, width))] if table.title else []
    return [*title, *_head(table, widths, style), *_body(table, widths, width, style)]


def natural_width(table: Table) -> int:
    """How wide the table is when nothing is shortened."""
    widths = _natural_widths(table)
    return sum(widths) + GAP * (len(widths) - 1)


def blocks(table: Table, width: int, fixed: int) -> Iterator[Table]:
    """The table as several that fit, each with the first `fixed` columns and some of the others."""
    widths = _natural_widths(table)
    room = width - sum(widths[:fixed]) - GAP * (fixed - 1)
    at = fixed
    while at < len(table.columns):
        until, used = at, 0
        while until < len(widths) and (until == at or used + GAP + widths[until] <= room):
            used += GAP + widths[until]
            until += 1
        yield _with_columns(table, [*range(fixed), *range(at, until)])
        at = until


def cells(text: str) -> int:
    """How many places of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(_places(letter) for letter in text)


def cut(text: str, most: int) -> str:
    """The text, or as much of its beginning as there is room for."""
    if cells(text) <= most:
        return text
    kept, used = "", cells(MARK)
    for letter in text:
        used += _places(letter)
        if used > most:
            break
        kept += letter
    return kept.rstrip() + MARK


def end_of(text: str, most: int) -> str:
    """The text, or as much of its end as there is room for: of a path the file's name."""
    return cut(text[::-1], most)[::-1] if cells(text) > most else text


def clean(text: str) -> str:
    """A text from outside as it may stand in a terminal: it commands nothing and breaks no line."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else UNPRINTABLE for letter in text)


def paragraph(text: str, width: int, indent: str = "", hanging: str | None = None) -> list[str]:
    """A text in lines of at most `width`, all but the first indented by `hanging`."""
    return textwrap.wrap(
        clean(text),
        max(width, NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
        break_on_hyphens=False,
    ) or [""]


def both_ends(
    left: str,
    right: str,
    width: int,
    left_style: Callable[[str], str] = str,
    right_style: Callable[[str], str] = str,
) -> str:
    """One text at the left end of a line, the other at its right end."""
    room = width - cells(left) - cells(right)
    return left_style(clean(left)) + " " * max(room, GAP) + right_style(clean(right))


def _places(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _cleaned(table: Table) -> Table:
    rows = tuple(
        clean(row) if isinstance(row, str) else tuple(clean(cell) for cell in row)
        for row in table.rows
    )
    columns = tuple(replace(column, head=clean(column.head)) for column in table.columns)
    return Table(columns, rows, clean(table.title))


def _natural_widths(table: Table) -> list[int]:
    bodies = table.bodies
    inner = [max((cells(row[at]) for row in bodies), default=0) for at in range(len(table.columns))]
    return [
        max(width, *(cells(line) for line in _head_lines(column.head, width)))
        for column, width in zip(table.columns, inner, strict=True)
    ]


def _head_lines(head: str, width: int) -> list[str]:
    """A head in several lines, so that a long name does not make its column wide."""
    longest = max((cells(word) for word in head.split()), default=0)
    return textwrap.wrap(head, max(width, longest, 1), break_long_words=False) or [""]


def _least(table: Table) -> int | None:
    """The column that matters least; None when all of them must stay."""
    ranked = [(column.rank, at) for at, column in enumerate(table.columns) if column.rank]
    return max(ranked)[1] if ranked else None


def _without(table: Table, at: int) -> Table:
    return _with_columns(table, [each for each in range(len(table.columns)) if each != at])


def _with_columns(table: Table, places: Sequence[int]) -> Table:
    rows = tuple(
        row if isinstance(row, str) else tuple(row[at] for at in places) for row in table.rows
    )
    return replace(table, columns=tuple(table.columns[at] for at in places), rows=rows)


def _squeezed(table: Table, width: int) -> list[int]:
    """The columns' widths, the widest texts shortened until all of them fit."""
    widths = _natural_widths(table)
    over = sum(widths) + GAP * (len(widths) - 1) - width
    while over > 0:
        texts = [at for at, column in enumerate(table.columns) if not column.right]
        widest = max(texts, key=lambda at: widths[at], default=None)
        if widest is None or widths[widest] <= SHORTEST_TEXT:
            break
        widths[widest] -= 1
        over -= 1
    return widths


def _head(table: Table, widths: Sequence[int], style: Style) -> list[str]:
    if not any(column.head for column in table.columns):
        return []
    told = [
        _head_lines(column.head, width) for column, width in zip(table.columns, widths, strict=True)
    ]
    height = max(len(each) for each in told)
    padded = [[""] * (height - len(each)) + each for each in told]
    return [
        style.faint(_line(table, widths, [each[at] for each in padded])) for at in range(height)
    ]


def _body(table: Table, widths: Sequence[int], width: int, style: Style) -> Iterator[str]:
    for row in table.rows:
        if isinstance(row, str):
            yield style.strong(cut(row, width)) if row else ""
        else:
            yield _line(table, widths, row, style)


def _line(table: Table, widths: Sequence[int], row: Sequence[str], style: Style = PLAIN) -> str:
    told = []
    for column, width, cell in zip(table.columns, widths, row, strict=True):
        text = cut(cell, width)
        blank = " " * (width - cells(text))
        text = style.faint(text) if column.faint and text else text
        text = cell.painted(text, style) if isinstance(cell, Toned) else text
        told.append(blank + text if column.right else text + blank)
    return (" " * GAP).join(told).rstrip()
