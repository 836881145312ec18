"""What is wrong with the settings, all of it at once, each by its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from footfall.errors import RequestError
from footfall.settings.lines import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong setting: where it stands, what is wrong, what would be right.

    `line` is None where the settings did not come from a text.
    """

    file: str
    line: int | None
    key: str
    wrong: str
    right: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        key = f"{self.key}: " if self.key else ""
        return f"{place}: {key}{self.wrong}; {self.right}"


class SettingsError(RequestError):
    """The settings are refused; the message is one line per fault, in the order of the file."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line or 0))
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Book:
    """The faults found so far in one file."""

    file: str
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int | None:
        """The line of a key, or of the nearest table around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def refuse(self) -> None:
        """Raise SettingsError if anything was wrong."""
        if self.faults:
            raise SettingsError(self.faults)


@dataclass(frozen=True, slots=True)
class Place:
    """A key that is being checked, and the book that its faults go to."""

    book: Book
    path: Path = ()

    def at(self, *keys: str | int) -> Place:
        """The place of a key or an entry inside."""
        return Place(self.book, (*self.path, *keys))

    def wrong(self, wrong: str, right: str) -> None:
        """Note what is wrong here and what would be right."""
        key = _spelled(self.path)
        self.book.faults.append(Fault(self.book.file, self.book.line(self.path), key, wrong, right))

    def is_wrong(self) -> bool:
        """Whether anything was noted here or inside."""
        key = _spelled(self.path)
        inside = (f"{key}.", f"{key}[")
        return any(each.key == key or each.key.startswith(inside) for each in self.book.faults)


def _spelled(path: Path) -> str:
    """`site.shop.page_types[2].match`, as a person would say it."""
    words = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return words.removeprefix(".")
