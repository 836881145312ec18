"""The terminal that people read: its width, its colours, and what is written to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from functools import cache

from footfall.report.table import PLAIN, Style

USUAL_WIDTH = 100
NARROWEST = 40
BOLD, FAINT, END = "\x1b[1m", "\x1b[2m", "\x1b[0m"
RED, GREEN, YELLOW, BLUE = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[34m"


@cache
def width() -> int:
    """How many places a line has: of the terminal, wherever it is connected; else a usual width."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return max(int(said), NARROWEST)
    for stream in (1, 2, 0):
        try:
            found = os.get_terminal_size(stream).columns
        except OSError:
            continue
        return max(found or USUAL_WIDTH, NARROWEST)
    return USUAL_WIDTH


@cache
def style() -> Style:
    """Bold and faint on a terminal, unless people want none of it (no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    if plain or not sys.stdout.isatty():
        return PLAIN
    scale = tuple(map(_painted, (BLUE, GREEN, YELLOW, RED)))
    strong, faint, warning, good, bad = map(_painted, (BOLD, FAINT, YELLOW, GREEN, RED))
    return Style(strong, faint, warning, good, bad, scale)


def show(lines: Iterable[str]) -> None:
    """Writes the lines of an answer."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def note(text: str) -> None:
    """Says something beside the answer, on standard error."""
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")


def is_watched() -> bool:
    """Whether somebody sees how things go: progress is drawn on standard error."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _painted(code: str) -> Callable[[str], str]:
    return lambda text: f"{code}{text}{END}" if text else text
