"""The salts of visitors that nobody can trace: one for each day, forgotten after the next."""

from __future__ import annotations

import secrets
import sqlite3
from dataclasses import dataclass

from footfall.log.sqlite import transaction

SALTS_SCHEMA = ("CREATE TABLE salts (day INTEGER PRIMARY KEY, salt BLOB NOT NULL)",)
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Salts:
    """The salts of a workspace."""

    connection: sqlite3.Connection

    def of(self, day: int) -> tuple[bytes, bytes | None]:
        """The salts of a day (days since 1970, UTC) and of the day before, if there was one.

        The day's is made where it is missing; what is older than the day before is destroyed.
        """
        found = self._known(day)
        if found.keys() != {day} | (found.keys() & {day - 1}):
            with transaction(self.connection):
                self.connection.execute(
                    "INSERT OR IGNORE INTO salts VALUES (?, ?)",
                    (day, secrets.token_bytes(SALT_BYTES)),
                )
                self.connection.execute("DELETE FROM salts WHERE day < ?", (day - 1,))
            found = self._known(day)
        return found[day], found.get(day - 1)

    def _known(self, day: int) -> dict[int, bytes]:
        """Every salt but those of days to come, which a wrong clock has made."""
        rows = self.connection.execute("SELECT day, salt FROM salts WHERE day <= ?", (day,))
        return dict(rows.fetchall())
