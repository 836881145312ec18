"""Whose export a file is, by its first bytes: a program's, one of the tables, or none of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from footfall.doors.importers import columns, documents, vendors
from footfall.doors.importers.chunks import Chunk
from footfall.doors.importers.delimited import read_header
from footfall.doors.importers.header import NEEDED
from footfall.doors.importers.opened import Opened
from footfall.doors.importers.table_words import table_of
from footfall.doors.importers.vendors import Vendor
from footfall.errors import RequestError

PARQUET = b"PAR1"
BOM = b"\xef\xbb\xbf"
JSON_LINES, JSON, CSV = "jsonl", "json", "csv"
SHOWN_NAMES = 12


@dataclass(frozen=True, slots=True)
class Foreign:
    """A file of another program: how it is written, and whose rows or which table it holds."""

    kind: str
    vendor: Vendor | None = None
    table: str = ""


def foreign(head: bytes, raw: Opened, wanted: str) -> Foreign | None:
    """Whose file it is; None where it may hold events of our own (only if nothing is `wanted`).

    `wanted` is the format that was asked for, or `auto`. Raises RequestError, in words that follow
    the file's name, where a program's file was asked for and this is none.
    """
    kind = written_as(head)
    if wanted == "auto":
        try:
            names = first_names(head, raw, kind)
        except RequestError:
            return None  # whoever reads it as events says what is wrong with it
        return None if set(NEEDED) <= names else _found(kind, names, vendors.FORMATS)
    names = first_names(head, raw, kind)
    found = _found(kind, names, (wanted,))
    if found is None or found.table:
        raise RequestError(_refusal(wanted, names))
    return found


def written_as(head: bytes) -> str:
    """How a file is written: lines of JSON, one JSON document, Parquet, or rows of columns."""
    if head.startswith(PARQUET):
        return "parquet"
    text = head.removeprefix(BOM).lstrip()
    if text.startswith(b"["):
        return JSON
    if not text.startswith(b"{"):
        return CSV
    first = text.partition(b"\n")[0]
    return JSON_LINES if _object(first) and documents.wrapper_of(first) != "orders" else JSON


def first_names(head: bytes, raw: Opened, kind: str) -> frozenset[str]:
    """The columns, or the keys of the first row; RequestError where there is none."""
    if kind == "parquet":
        return frozenset(columns.ParquetFile(raw).schema.names)
    if kind == CSV:
        return frozenset(read_header(head).names)
    wrapper = documents.wrapper_of(head)
    row = _first_row(head, kind)
    if row is None:
        raise RequestError(f"holds not one whole row{f' under {wrapper!r}' if wrapper else ''}")
    inner = next(iter(row.values())) if len(row) == 1 else None
    names = frozenset(row) | frozenset(inner if isinstance(inner, dict) else ())
    return (
        names | {str(row["type"])} | {wrapper or ""} if "type" in row else names | {wrapper or ""}
    )


def _first_row(head: bytes, kind: str) -> Mapping[str, object] | None:
    if kind == JSON_LINES:
        return _object(head.removeprefix(BOM).lstrip().partition(b"\n")[0])
    chunk = next(documents.element_chunks([head]), None)
    return _object(chunk.data.partition(b"\n")[0]) if isinstance(chunk, Chunk) else None


def _object(text: bytes) -> Mapping[str, object] | None:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if isinstance(found, dict) else None


def _found(kind: str, names: frozenset[str], formats: Sequence[str]) -> Foreign | None:
    vendor = vendors.recognised(names, formats)
    if vendor:
        return Foreign(kind, vendor)
    table = table_of(names) if kind == CSV else None
    return Foreign(kind, table=table) if table else None


def _refusal(wanted: str, names: frozenset[str]) -> str:
    """Why a file is not what was asked for, and what it is where that is known."""
    forms = vendors.VENDORS[wanted]
    for form in forms:
        if why := form.refuse(names):
            return f"holds no {form.title}: {why}"
    other = vendors.recognised(names)
    if other:
        return f"holds {other.title}, not {forms[0].title}; use --format {other.name}"
    needed = " or ".join(", ".join(sorted(sign)) for form in forms for sign in form.signs[:1])
    listed = ", ".join(sorted(name for name in names if name)[:SHOWN_NAMES])
    return f"holds no {forms[0].title}: there must be {needed}; there are {listed}"
