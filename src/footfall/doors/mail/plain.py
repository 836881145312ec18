"""The report as plain text, for those who read their letters so, and on a terminal."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from footfall.report.numbers import count

if TYPE_CHECKING:
    from footfall.doors.mail.digest import Digest
    from footfall.report.tile import Tile

_STEERS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of the text around it."""
ISOLATE, END = "\u2068", "\u2069"
RIGHT_TO_LEFT = ("R", "AL", "AN")


def plain_lines(digest: Digest) -> list[str]:
    """The report's lines, without those that say where else to look."""
    return [
        name_line(digest.title),
        f"{digest.span}, compared with {digest.compared}",
        *(["", *digest.notes] if digest.notes else []),
        *(line for tile in digest.headline for line in _strong(tile) if not digest.is_empty),
        *(
            line
            for section in digest.sections
            for line in ("", section.title.upper(), *map(_line, section.tiles))
        ),
        *_quiet(digest),
        "",
        f"Days are those of {digest.site.timezone}, money is {digest.site.currency}.",
        f"A change is against {digest.compared}; – is no value.",
        f"Made {digest.made}, up to event {count(digest.as_of)}, definitions {digest.definitions}.",
    ]


def name_line(name: str, most: int = 300) -> str:
    """A name from outside as one line in which it turns nothing but itself."""
    seen = "".join(letter if letter.isprintable() else " " for letter in name)
    told = " ".join("".join(each for each in seen if each not in _STEERS).split())
    told = told if len(told) <= most else told[: most - 1].rstrip() + "…"
    turns = any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in told)
    return f"{ISOLATE}{told}{END}" if turns else told


def _strong(tile: Tile) -> list[str]:
    return ["", _line(tile), f"    {tile.help}"]


def _line(tile: Tile) -> str:
    if tile.change:
        return (
            f"{tile.label}: {tile.value.text} ({tile.change.text}, "
            f"before {tile.change.previous.text})"
        )
    return f"{tile.label}: {tile.value.text}" + (" (not over yet)" if tile.is_open else "")


def _quiet(digest: Digest) -> list[str]:
    if not digest.quiet or digest.is_empty:
        return []
    return ["", f"Nothing happened in these days in: {', '.join(digest.quiet)}."]
