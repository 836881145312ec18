"""What an import has to remember of a whole file: rows of one order, ids that came up before.

It is kept in a temporary database beside the staged parts, so that a file of any size and in any
order takes bounded memory; the database is deleted when the file is done.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from footfall.doors.importers.rules import REFUSED, Made

CACHE_KIB = 64 << 10
BATCH = 2000
TABLES = """
    CREATE TABLE parts (
        position INTEGER PRIMARY KEY, rule INTEGER, key TEXT, line INTEGER, event BLOB
    );
    CREATE TABLE groups (
        rule INTEGER, key TEXT, first INTEGER, PRIMARY KEY (rule, key)
    ) WITHOUT ROWID;
    CREATE TABLE seen (text TEXT PRIMARY KEY, times INTEGER) WITHOUT ROWID;
"""
KEEP = "INSERT INTO parts (rule, key, line, event) VALUES (?, ?, ?, ?)"
FIND_GROUPS = "INSERT INTO groups SELECT rule, key, min(position) FROM parts GROUP BY rule, key"
# A cross join keeps the order of the tables: each part looks up its group, never the other way.
GROUPED = """
    SELECT parts.rule, parts.key, line, event FROM parts CROSS JOIN groups USING (rule, key)
    ORDER BY first, position
"""
NUMBER = """
    INSERT INTO seen VALUES (?, 1)
    ON CONFLICT (text) DO UPDATE SET times = times + 1 RETURNING times
"""


class Scratch:
    """The temporary database of one file. Only what this process itself wrote is read back."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "scratch.sqlite"
        self._path.unlink(missing_ok=True)
        self._database = sqlite3.connect(self._path, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KIB}"):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.executescript(TABLES)
        self._database.execute("BEGIN")
        self._waiting: list[tuple[int, str | None, int, bytes]] = []
        self.kept = 0

    def close(self) -> None:
        """Forget everything."""
        self._database.close()
        self._path.unlink(missing_ok=True)

    def number(self, text: str) -> int:
        """How often a text has come up, counting this time."""
        times: int = self._database.execute(NUMBER, (text,)).fetchone()[0]
        return times

    def keep(self, line: int, made: Made) -> None:
        """Keep a row's part of the event of its group."""
        self._waiting.append((made.rule, made.key, line, pickle.dumps(made.event)))
        self.kept += 1
        if len(self._waiting) >= BATCH:
            self._write()

    def groups(self) -> Iterator[tuple[int, Made]]:
        """Every group as one event, in the order of their first rows, with the line of that row.

        A group that cannot be read comes with the line of the row that spoils it.
        """
        for rule, key, found in self.parts():
            first = next((line for line, event in found if REFUSED in event), found[0][0])
            yield first, Made(rule, merged([event for _, event in found]), key)

    def parts(self) -> Iterator[tuple[int, str, list[tuple[int, dict[str, Any]]]]]:
        """Every group with what was kept of its rows, each by its line, in their order."""
        self._write()
        self._database.execute(FIND_GROUPS)
        rows = self._database.execute(GROUPED)
        for (rule, key), parts in groupby(rows, key=lambda row: (row[0], row[1])):
            yield rule, key, [(line, pickle.loads(event)) for _, _, line, event in parts]  # noqa: S301 - our own

    def _write(self) -> None:
        self._database.executemany(KEEP, self._waiting)
        self._waiting.clear()


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows of one order as one event.

    Its time is the earliest; of every other field and property the first that is there; its items
    are those of all rows, in the order of the rows.
    """
    event: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    items: list[Any] = []
    for part in parts:
        items += part["properties"].get("items", [])
        properties = {**part["properties"], **properties}
        event = {**part, **event}
    times = [part["occurred_at"] for part in parts if "occurred_at" in part]
    earliest = {"occurred_at": min(times)} if times else {}
    return {**event, **earliest, "properties": {**properties, "items": items}}
