"""What the columns of a flat file must be before one of its rows is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from footfall.doors.importers.table_words import table_of
from footfall.doors.importers.vendors import Vendor
from footfall.doors.importers.words import Mapping
from footfall.errors import RequestError, nearest
from footfall.schema.tables import Table

NEEDED = ("event_id", "event", "occurred_at")
MOST_COLUMNS = 1000
HEAD = 1 << 20
NO_ROWS = "there is a header, and not one row below it"


def check_event_columns(names: Sequence[str], mapping: Mapping | None) -> None:
    """Whether events can be made of these columns.

    Raises RequestError in words that follow the file's name (and "line 1: "), all faults at once.
    """
    used = mapping.columns() if mapping else frozenset(names)
    faults = _shape(names, used, keeps_all=mapping is None or _keeps_others(mapping))
    if mapping:
        faults += _missing(names, sorted(used - mapping.optional), mapping.file)
    else:
        faults += _missing_fields(names)
    if faults:
        raise RequestError("; ".join(faults))


def check_vendor_columns(names: Sequence[str], vendor: Vendor) -> None:
    """Whether these are the columns of a program's export; RequestError naming what is missing."""
    faults = _shape(names, frozenset().union(*vendor.signs), keeps_all=False)
    if not vendor.recognises(frozenset(names)):
        faults += _missing(names, sorted(vendor.signs[0]), "")
    if faults:
        raise RequestError("; ".join(faults))


def check_table_columns(names: Sequence[str], table: Table) -> None:
    """Whether a table has the columns it must have; RequestError as for events."""
    faults = _shape(names, frozenset(table.columns), keeps_all=False)
    faults += _missing(names, table.needed, "")
    if table.name == "ad_costs" and not {"source", "medium"} <= set(names):
        faults.append("an ad platform's report lacks these two: add them, such as google and cpc")
    if faults:
        raise RequestError("; ".join(faults))


def _shape(names: Sequence[str], used: Collection[str], *, keeps_all: bool) -> list[str]:
    if len(names) > MOST_COLUMNS:
        return [f"it has {len(names):,} columns; {MOST_COLUMNS:,} at most can be read"]
    twice = [name for name, times in Counter(names).items() if times > 1 and name in used and name]
    faults = [f"the column {_quoted(name)} is there twice; rename one of them" for name in twice]
    if keeps_all:
        faults += [
            f"column {number} has no name; name it, or leave it out"
            for number, name in enumerate(names, start=1)
            if not name
        ]
    return faults


def _missing(names: Sequence[str], needed: Sequence[str], speaker: str) -> list[str]:
    said = f" that {speaker} speaks of" if speaker else ""
    return [
        f"there is no column {_quoted(name)}{said}{_hint(name, names)}"
        for name in needed
        if name not in names
    ]


def _missing_fields(names: Sequence[str]) -> list[str]:
    missing = _missing(names, NEEDED, "")
    if not missing:
        return []
    if table := table_of(names):
        return [f"these are the columns of a table, not of events; use --format {table}"]
    return [*missing, "an export of another program is read with --map MAP.toml"]


def _hint(name: str, names: Sequence[str]) -> str:
    near = nearest(name, names)
    if near:
        return f"; did you mean {_quoted(near)}?"
    listed = ", ".join(_quoted(each) for each in names[:20])
    return f"; there are {listed}{' …' if len(names) > 20 else ''}"


def _quoted(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:59] + "…")


def _keeps_others(mapping: Mapping) -> bool:
    return any(rule.keep_other_columns for rule in mapping.rules)
