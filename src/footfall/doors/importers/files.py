"""Which files an import reads, and what each of them is: refused at once, or ready to be read.

Nothing is guessed silently: what a folder holds besides event files is named as left out, and a
file that is named but cannot be read is refused with the reason, all such files at once.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from footfall.doors.importers.opened import (
    GZIP,
    ZSTD,
    DamagedFileError,
    opened,
    shown,
    unpacked,
    unreadable,
)
from footfall.doors.importers.recognise import Foreign, foreign
from footfall.doors.importers.vendors import FORMATS as VENDORS
from footfall.doors.importers.vendors import VENDORS as FORMS
from footfall.doors.importers.vendors import Vendor
from footfall.errors import RequestError, nearest, unknown

FORMATS = ("jsonl", "csv", "parquet")
STANDARD_INPUT = "-"
EXTENSIONS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
PACKINGS = {".gz": "gz", ".zst": "zst"}
HEAD = 1 << 16
PARQUET = b"PAR1"
FOREIGN = {
    b"PK\x03\x04": "a zip archive or an Excel workbook; unpack it, or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
    b"BZh": "packed with bzip2; unpack it, or pack it with gzip or zstd",
    b"\xfd7zXZ": "packed with xz; unpack it, or pack it with gzip or zstd",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it",
    b"\xff\xfe": "UTF-16 text; save it as UTF-8",
    b"\xfe\xff": "UTF-16 text; save it as UTF-8",
    b"SQLite format 3": "an SQLite database; export its table as CSV",
    b"%PDF": "a PDF document",
}
BOM = b"\xef\xbb\xbf"
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b")) + b"\x7f"
MOST_CONTROLS = 0.02
GLOB_LETTERS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name for people, where it is (None: standard input), what it is.

    `kind` is how it is written; a `vendor` whose rows it holds, or a `table`, where it is foreign.
    """

    name: str
    path: Path | None
    kind: str
    packing: str = ""
    vendor: Vendor | None = None
    table: str = ""

    @property
    def format(self) -> str:
        """The format by which an import is noted."""
        return self.vendor.name if self.vendor else self.table or self.kind


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """The files of an import in the order in which they are read, and those left out."""

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def events(self) -> tuple[Source, ...]:
        """The files of events."""
        return tuple(source for source in self.sources if not source.table)

    @property
    def of_events(self) -> Found:
        """The same without the tables."""
        return Found(self.events, self.skipped)

    @property
    def tables(self) -> dict[str, list[str | Path]]:
        """The files of each table."""
        found: dict[str, list[str | Path]] = {}
        for source in self.sources:
            if source.table and source.path:
                found.setdefault(source.table, []).append(source.path)
        return found


def find_sources(named: Sequence[str | Path], kind: str = "auto", *, mapped: bool = False) -> Found:
    """The files that were asked for: files, folders with all below them, patterns, `-`.

    `kind` is one of `jsonl`, `csv`, `parquet`, a program's (`ga4`, …), or `auto` to go by the
    content and the name; what is `mapped` is taken for no program's. Raises RequestError naming
    every file that is missing, empty, not a file, or nothing readable.
    """
    known = ("auto", *FORMATS, *VENDORS)
    if kind not in known:
        raise RequestError(unknown("format", kind, known))
    if mapped and kind in VENDORS:
        raise RequestError(f"--map is for files of other programs; {kind} is read without one")
    search = _Search(kind, mapped=mapped)
    for each in named:
        search.add(str(each))
    return search.found()


class _Search:
    """The files found so far, each once, and everything that was wrong with the rest."""

    def __init__(self, kind: str, *, mapped: bool) -> None:
        self.kind = kind
        self.own = mapped or kind in FORMATS
        self.sources: dict[Path | None, Source] = {}
        self.skipped: list[Skipped] = []
        self.faults: list[str] = []

    def found(self) -> Found:
        """What is to be read, or RequestError with all faults."""
        if self.faults:
            raise RequestError("\n".join(self.faults))
        if not self.sources:
            left_out = "".join(f"\n{each.name}: {each.reason}" for each in self.skipped)
            raise RequestError(f"there is no file of events to import{left_out}")
        # what says more of others is read before them
        found = sorted(
            self.sources.values(), key=lambda each: not (each.vendor and each.vendor.joins)
        )
        return Found(tuple(found), tuple(self.skipped))

    def add(self, named: str) -> None:
        """Whatever one argument stands for."""
        if named == STANDARD_INPUT:
            self._add_standard_input()
        elif "\0" in named:
            self.faults.append(f"{shown(named)} is no name of a file")
        elif _is_folder(named):
            self._add_folder(Path(named))
        elif GLOB_LETTERS.isdisjoint(named) or os.path.lexists(named):
            self._add_file(Path(named))
        else:
            self._add_pattern(named)

    def _add_standard_input(self) -> None:
        if self.kind in ("auto", "jsonl", *VENDORS):
            vendor = FORMS[self.kind][0] if self.kind in VENDORS else None
            self.sources.setdefault(None, Source("standard input", None, "jsonl", vendor=vendor))
        else:
            self.faults.append(f"standard input is read as JSON lines, not as {self.kind}")

    def _add_pattern(self, pattern: str) -> None:
        matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - from any root
        if not matches:
            self.faults.append(f"no file matches the pattern {shown(pattern)}")
        for match in matches:
            self.add(match)

    def _add_folder(self, folder: Path) -> None:
        for path in self._files_below(folder):
            reason = self._reason_to_skip(path, folder)
            if reason:
                self.skipped.append(Skipped(shown(path), reason))
            else:
                self._add_file(path)

    def _files_below(self, folder: Path) -> Iterator[Path]:
        """All files of a folder and of the folders in it, in the order of their names."""
        try:
            inside = sorted(folder.iterdir())
        except OSError as error:
            self.faults.append(unreadable(folder, error))
            return
        for path in inside:
            if path.is_dir() and not path.is_symlink():
                yield from self._files_below(path)
            elif not path.is_dir():
                yield path

    def _reason_to_skip(self, path: Path, folder: Path) -> str | None:
        """Why a file of a folder is no part of the import; None where it is."""
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            return "hidden"
        kind = EXTENSIONS.get(extension(path))
        if kind is None:
            return f"no file of events by its name; those end in {', '.join(EXTENSIONS)}"
        if self.kind not in ("auto", kind, *VENDORS):
            return f"not {self.kind}"
        if extension(path) == ".json" and not self._can_read(path):
            return "not one JSON object per line"
        return None

    def _can_read(self, path: Path) -> bool:
        """Whether a `.json` file is one object per line, or a document of a known program."""
        try:
            return bool(recognised(path, self.kind, own=self.own).vendor) or _holds_lines(path)
        except RequestError:
            return False

    def _add_file(self, path: Path) -> None:
        real = Path(os.path.realpath(path))
        if real in self.sources:
            self.skipped.append(Skipped(shown(path), "named twice; it is read once"))
            return
        try:
            self.sources[real] = recognised(path, self.kind, own=self.own)
        except RequestError as error:
            self.faults.append(str(error))


def _is_folder(named: str) -> bool:
    try:
        return Path(named).is_dir()
    except OSError:
        # Too long a name, for one: opening it will say so.
        return False


def extension(path: Path) -> str:
    """The last extension of a name, in lower case, without that of a packing."""
    *_, last = ("", *(suffix.lower() for suffix in path.suffixes))
    return Path(path.stem).suffix.lower() if last in PACKINGS else last


def recognised(path: Path, kind: str = "auto", *, own: bool = True) -> Source:
    """What a file is, by its first bytes; RequestError where it is nothing that can be imported.

    With `own` it holds events of ours, or what a mapping makes such: no program's rows are sought.
    """
    name = shown(path)
    if not os.path.lexists(path):
        raise RequestError(_missing(path))
    packing, head = _head(path)
    if not head.strip(b" \t\r\n" + BOM):
        raise RequestError(f"{name} is empty" + (" once it is unpacked" if packing else ""))
    other = None if own else _foreign_source(path, head, packing, kind)
    if other:
        return Source(name, path, other.kind, packing, other.vendor, other.table)
    found = kind if kind != "auto" else EXTENSIONS.get(extension(path)) or _sniffed(head)
    wrong = _foreign(head, found)
    if wrong:
        raise RequestError(f"{name} {wrong}")
    if packing and found == "parquet":
        raise RequestError(f"{name} is a packed Parquet file; unpack it, it is compressed inside")
    if found is None:
        raise RequestError(
            f"{name} is neither JSON lines nor CSV nor Parquet; say what it is with --format"
        )
    return Source(name, path, found, packing)


def _foreign_source(path: Path, head: bytes, packing: str, kind: str) -> Foreign | None:
    """What a program's file is, unless it is packed or damaged beyond reading."""
    if any(head.startswith(magic) for magic in FOREIGN) or (packing and head.startswith(PARQUET)):
        return None
    with opened(path) as raw:
        try:
            return foreign(head, raw, kind)
        except RequestError as error:
            raise RequestError(f"{shown(path)} {error}") from None


def refuse_binary(head: bytes) -> None:
    """RequestError where the first bytes of a file are no JSON lines."""
    wrong = _foreign(head, "jsonl")
    if wrong:
        raise RequestError(f"it {wrong}")


def _head(path: Path) -> tuple[str, bytes]:
    """How a file is packed, and its first bytes when unpacked."""
    with opened(path) as raw:
        first = raw.read(len(ZSTD))
        packing = _packing(first)
        if not packing and extension(path) != path.suffix.lower():
            raise RequestError(f"{shown(path)} is not packed as its name {path.suffix} says")
        raw.handle.seek(0)
        head = b""
        try:
            for data in unpacked(raw, packing):
                head += data
                if len(head) >= HEAD:
                    break
        except DamagedFileError as damage:
            if b"\n" not in head:
                raise RequestError(f"{shown(path)}: {damage}; not one line of it is left") from None
        return packing, head


def _packing(first: bytes) -> str:
    if first.startswith(GZIP):
        return "gz"
    return "zst" if first.startswith(ZSTD) else ""


def _foreign(head: bytes, kind: str | None) -> str | None:
    """What a file is if it is nothing to import, by its first bytes; None where it may be."""
    for magic, meaning in FOREIGN.items():
        if head.startswith(magic):
            return f"is {meaning}"
    if kind == "parquet" or head.startswith(PARQUET):
        return _foreign_to_parquet(head, kind)
    if len(head.translate(None, CONTROLS)) < (1 - MOST_CONTROLS) * len(head):
        return "holds binary data, not text"
    if kind == "jsonl" and head.removeprefix(BOM).lstrip().startswith(b"["):
        return "holds a JSON list; write one event per line, without brackets and commas around it"
    return None


def _foreign_to_parquet(head: bytes, kind: str | None) -> str | None:
    if kind not in ("parquet", None):
        return f"is a Parquet file, not {kind}"
    return None if head.startswith(PARQUET) else "is not a Parquet file"


def _sniffed(head: bytes) -> str | None:
    """The kind of a file whose name does not say it."""
    if head.startswith(PARQUET):
        return "parquet"
    text = head.removeprefix(BOM).lstrip()
    if text.startswith((b"{", b"[")):
        return "jsonl"
    first = text.partition(b"\n")[0]
    return "csv" if any(mark in first for mark in (b",", b";", b"\t")) else None


def _holds_lines(path: Path) -> bool:
    """Whether a `.json` file is one object per line, rather than one document."""
    try:
        head = _head(path)[1].removeprefix(BOM).lstrip()
    except RequestError:
        return False
    first = head.partition(b"\n")[0].rstrip()
    return first.startswith(b"{") and first.endswith(b"}")


def _missing(path: Path) -> str:
    """That a file is not there, and the file that was probably meant."""
    try:
        near = nearest(path.name, [each.name for each in path.parent.iterdir()])
    except OSError as error:
        return unreadable(path.parent, error)
    hint = f"; did you mean {shown(path.parent / near)}?" if near else ""
    return f"{shown(path)}: there is no such file{hint}"
