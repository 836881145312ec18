"""Where each key of a TOML text stands, so that a fault can be shown by its line.

Parsers give values without places. This reads places only, from a text that a parser has
already accepted, and so may take the grammar for granted.
"""

from __future__ import annotations

import re
from bisect import bisect_right

import tomli

Path = tuple[str | int, ...]

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
BETWEEN = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
SPACE = re.compile(r"[ \t]*")
STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
OTHER_VALUE = re.compile(r"[^,\]}#\n]*")


def key_lines(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every table, key and list entry of a valid TOML text.

    `("site", "shop", "hosts", 0)` is the first entry of `hosts` in `[site.shop]`.
    """
    scan = _Scan(text)
    scan.document()
    return scan.lines


class _Scan:
    """One walk over a text, noting the line of whatever it meets first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.entries: dict[Path, int] = {}
        self.ends = [place for place, letter in enumerate(text) if letter == "\n"]

    def document(self) -> None:
        table: Path = ()
        while self._skip(BLANK):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        repeated = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if repeated else 1
        *outer, last = self._keys()
        table = (*self._resolved(outer), last)
        if repeated:
            self.entries[table] = self.entries.get(table, -1) + 1
        table = self._entered(table)
        self._note(table, start)
        self.at += 2 if repeated else 1
        return table

    def _resolved(self, keys: list[str]) -> Path:
        """A table's path, where a list of tables stands for its latest entry."""
        path: Path = ()
        for key in keys:
            path = self._entered((*path, key))
        return path

    def _entered(self, path: Path) -> Path:
        return (*path, self.entries[path]) if path in self.entries else path

    def _pair(self, table: Path) -> None:
        start = self.at
        path = (*table, *self._keys())
        self._note(path, start)
        self.at += 1  # the equals sign
        self._value(path)

    def _keys(self) -> list[str]:
        """The parts of a dotted key; what follows it is the next thing to read."""
        keys = [self._key()]
        while self._skip(SPACE) and self.text[self.at] == ".":
            self.at += 1
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._skip(SPACE)
        quoted = self.text[self.at] in "\"'"
        word = self._take(STRING if quoted else BARE_KEY)
        return str(tomli.loads(f"key = {word}")["key"]) if quoted else word

    def _value(self, path: Path) -> None:
        self._skip(SPACE)
        opening = self.text[self.at]
        if opening == "[":
            self._list(path)
        elif opening == "{":
            self._inline_table(path)
        else:
            self._take(STRING if opening in "\"'" else OTHER_VALUE)

    def _list(self, path: Path) -> None:
        self.at += 1
        entry = 0
        while self._skip(BETWEEN) and self.text[self.at] != "]":
            self._note((*path, entry), self.at)
            self._value((*path, entry))
            entry += 1
        self.at += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._skip(BETWEEN) and self.text[self.at] != "}":
            self._pair(path)
        self.at += 1

    def _note(self, path: Path, place: int) -> None:
        """Keep the first line of a path, and of the tables that it brings into being."""
        line = bisect_right(self.ends, place - 1) + 1
        for depth in range(1, len(path) + 1):
            self.lines.setdefault(path[:depth], line)

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Step over what does not count; whether anything is left."""
        self._take(pattern)
        return self.at < len(self.text)

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"not TOML from character {self.at} on")
        self.at = found.end()
        return found.group()
