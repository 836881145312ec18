"""Cost and reach tables from CSV: what was spent, sent, found and changed, day by day.

Columns and keys are the contract's. A row with a bad value is refused by its line, the others are
kept; of rows with the same key the last one counts, as a second import of a key replaces the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.doors.importers import delimited
from footfall.doors.importers.chunks import Damage
from footfall.doors.importers.delimited import BadRow, CsvFile, Header
from footfall.doors.importers.files import Skipped, Source, find_sources
from footfall.doors.importers.header import NO_ROWS, check_table_columns
from footfall.doors.importers.opened import opened, unpacked
from footfall.doors.importers.table_words import currency_said, named
from footfall.errors import RequestError, nearest, unknown
from footfall.event.codes import shown
from footfall.money import CURRENCIES, DIGITS, SCALE, is_currency
from footfall.schema.tables import TABLES, Table
from footfall.vendors.countries import country_code

if TYPE_CHECKING:
    import pyarrow as pa

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LARGEST_WHOLE = 10**12
LARGEST = Decimal(10) ** (DIGITS - SCALE)
Cell = str | date | int | Decimal | None


class _BadCellError(Exception):
    """Why a cell is not what its column holds, in words that follow the column's name."""


@dataclass(frozen=True, slots=True)
class BadTableRow:
    """A row of a table that was refused: file, line, its text, and all that is wrong in it."""

    file: str
    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table's rows in Arrow, and what became of the files' rows.

    `replaced` rows were followed by another one with the same key. `problems` say what stopped a
    file before its end.
    """

    name: str
    rows: pa.Table
    read: int
    replaced: int
    rejected: tuple[BadTableRow, ...]
    problems: tuple[str, ...]
    skipped: tuple[Skipped, ...]


def read_table(name: str, files: list[str | Path]) -> ReadTable:
    """One of the four tables (`ad_costs` or `ad-costs`) from CSV files.

    Raises RequestError where the table is unknown, a file cannot be read, or its header is wrong.
    """
    table = TABLES.get(name.replace("-", "_"))
    if table is None:
        raise RequestError(unknown("table", name, (each.replace("_", "-") for each in TABLES)))
    found = find_sources(files, "csv")
    reading = _Reading(table)
    for source in found.sources:
        reading.add(source)
    return reading.result(found.skipped)


class _Reading:
    """The rows of one table read so far, one for each key."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._rows: dict[tuple[Cell, ...], dict[str, Cell]] = {}
        self._read = self._good = 0
        self._rejected: list[BadTableRow] = []
        self._problems: list[str] = []

    def add(self, source: Source) -> None:
        """All rows of a file."""
        with opened(source.path) as raw:
            try:
                file = CsvFile(unpacked(raw, source.packing))
                names = named(self._table, file.header.names)
                check_table_columns(names, self._table)
            except RequestError as error:
                raise RequestError(f"{source.name}, line 1: {error}") from None
            before = self._read
            for row in self._rows_of(file, source):
                self._add_row(row, names, source, file.header)
        if self._read == before:
            raise RequestError(f"{source.name}, line 1: {NO_ROWS}")

    def result(self, skipped: tuple[Skipped, ...]) -> ReadTable:
        """Everything that was read."""
        import pyarrow as pa  # noqa: PLC0415 - slow to import

        rows = pa.Table.from_pylist(list(self._rows.values()), schema=self._table.schema())
        replaced = self._good - len(self._rows)
        return ReadTable(
            self._table.name,
            rows,
            self._read,
            replaced,
            tuple(self._rejected),
            tuple(self._problems),
            skipped,
        )

    def _rows_of(self, file: CsvFile, source: Source) -> Iterator[tuple[int, list[str]] | BadRow]:
        for chunk in file.chunks():
            if isinstance(chunk, Damage):
                self._problems.append(f"{source.name}: {chunk.problem}")
            else:
                yield from delimited.rows(chunk, file.header)

    def _add_row(
        self,
        row: tuple[int, list[str]] | BadRow,
        names: Sequence[str],
        source: Source,
        header: Header,
    ) -> None:
        self._read += 1
        if isinstance(row, BadRow):
            text = row.text.decode(errors="replace")
            self._rejected.append(BadTableRow(source.name, row.line, text, row.reason))
            return
        line, fields = row
        cells = {"currency": currency_said(header.names), **dict(zip(names, fields, strict=True))}
        found, faults = _checked(self._table, cells)
        if faults:
            text = header.delimiter.join(fields)
            self._rejected.append(BadTableRow(source.name, line, text, "; ".join(faults)))
            return
        self._good += 1
        key = tuple(found[name] for name in self._table.key)
        # The last row of a key counts, and stands where it came.
        self._rows.pop(key, None)
        self._rows[key] = found


def _checked(table: Table, cells: dict[str, str]) -> tuple[dict[str, Cell], list[str]]:
    """A row's values, and what is wrong with them."""
    found: dict[str, Cell] = {}
    faults = []
    for name in table.columns:
        try:
            found[name] = _reader(table, name)(cells.get(name, "").strip())
        except _BadCellError as error:
            faults.append(f"{name} {error}")
    return found, faults


def _reader(table: Table, name: str) -> Callable[[str], Cell]:
    if name == "date":
        return _date
    if name == "currency":
        return _currency if table.has_currency else _needed_currency
    if name in table.whole:
        return _whole
    if name in table.decimals:
        return _above_zero if table.above_zero else _decimal
    return _READERS.get(name, _text)


def _text(cell: str) -> str | None:
    return cell or None


def _device(cell: str) -> str | None:
    """As visits have it: Search Console writes DESKTOP."""
    return cell.lower() or None


def _country(cell: str) -> str | None:
    """As visits have it: Search Console writes deu, or Germany."""
    return country_code(cell) or cell or None


_READERS = {"device": _device, "country": _country}


def _date(cell: str) -> date:
    try:
        if DATE.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError:
        raise _BadCellError(f"is {shown(cell)}, a day that does not exist") from None
    said = f"is {shown(cell)}" if cell else "is empty"
    raise _BadCellError(f"{said}; write days such as 2026-01-31")


def _whole(cell: str) -> int | None:
    number = _decimal(cell)
    if number is None:
        return None
    if number != number.to_integral_value() or number > LARGEST_WHOLE:
        raise _BadCellError(f"is {shown(cell)}; it must be a whole number of at most 10^12")
    return int(number)


def _decimal(cell: str) -> Decimal | None:
    """An exact number of at most 12 decimals that is not negative; None where the cell is empty."""
    if not cell:
        return None
    try:
        number = Decimal(cell)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or "_" in cell or not cell.isascii():
        raise _BadCellError(f"is {shown(cell)}; it must be a number such as 1234.56")
    if number < 0:
        raise _BadCellError(f"is {shown(cell)}; it may not be negative")
    if number >= LARGEST or _decimals(number) > SCALE:
        raise _BadCellError(
            f"is {shown(cell)}; 26 digits before and 12 after the point can be kept"
        )
    return number


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _above_zero(cell: str) -> Decimal:
    number = _decimal(cell)
    if not number:
        raise _BadCellError(f"is {shown(cell)}; it must be above 0")
    return number


def _currency(cell: str) -> str | None:
    code = cell.upper()
    if not code or is_currency(code):
        return code or None
    close = nearest(code, CURRENCIES)
    hint = f"; did you mean {close}?" if close else ""
    raise _BadCellError(f"is {shown(cell)}, no ISO 4217 currency{hint}")


def _needed_currency(cell: str) -> str:
    code = _currency(cell)
    if code is None:
        raise _BadCellError("is empty; write an ISO 4217 code such as USD")
    return code
