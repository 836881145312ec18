"""The control store: what a workspace must remember that is neither an event nor a fact.

One SQLite file, `data/control.sqlite`: the ledger of imports, the quarantine, who is sent which
report, the keys, and how far the journal has been taken in. What is committed here survives a loss
of power.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from footfall.errors import FootfallError
from footfall.log.keys import KEYS_SCHEMA, Keys
from footfall.log.ledger import LEDGER_REASONS, LEDGER_SCHEMA, Ledger
from footfall.log.quarantine import QUARANTINE_SCHEMA, Quarantine
from footfall.log.received import RECEIVED_SCHEMA, Intakes
from footfall.log.salts import SALTS_SCHEMA, Salts
from footfall.log.sqlite import said_plainly, transaction
from footfall.log.subscriptions import SUBSCRIPTIONS_SCHEMA, Subscriptions

BUSY_SECONDS = 30.0
CACHE_KIB = 65_536

# Version n of the store is the first n of these, run in order; one that was released never changes.
MIGRATIONS = (
    LEDGER_SCHEMA + QUARANTINE_SCHEMA,
    LEDGER_REASONS,
    SUBSCRIPTIONS_SCHEMA,
    KEYS_SCHEMA + RECEIVED_SCHEMA + SALTS_SCHEMA,
)


@dataclass(frozen=True, slots=True)
class Control:
    """An open control store: what was imported and refused, who is sent reports, who may send."""

    connection: sqlite3.Connection
    imports: Ledger
    quarantine: Quarantine
    subscriptions: Subscriptions
    keys: Keys
    received: Intakes
    salts: Salts

    def forget_site(self, site: str) -> None:
        """Forget what was imported to a site and what was refused, for a site made anew."""
        with transaction(self.connection):
            self.connection.execute(
                "DELETE FROM import_reasons WHERE import_id IN "
                "(SELECT import_id FROM imports WHERE site = ?)",
                (site,),
            )
            self.connection.execute("DELETE FROM imports WHERE site = ?", (site,))
            for table in ("quarantine", "received", "received_flags"):
                self.connection.execute(f"DELETE FROM {table} WHERE site = ?", (site,))

    def check(self) -> Iterator[str]:
        """What of the file is damaged, in sentences."""
        for (told,) in self.connection.execute("PRAGMA integrity_check").fetchall():
            if told != "ok":
                yield f"the control store data/control.sqlite is damaged: {told}"

    def close(self) -> None:
        """Let go of the file; everything committed stays."""
        self.connection.close()


def open_control(path: Path | str) -> Control:
    """The control store at a path, made or brought to this version where it is not yet.

    Raises FootfallError where the file is no such store, or one of a newer Footfall.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with said_plainly(str(path)), ExitStack() as on_fault:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        on_fault.callback(connection.close)
        _prepare(connection, path)
        on_fault.pop_all()
    quarantine = Quarantine(connection)
    return Control(
        connection, Ledger(connection), quarantine, Subscriptions(connection), Keys(connection),
        Intakes(connection, quarantine), Salts(connection),
    )  # fmt: skip


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = FILE")
    connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
    with transaction(connection):
        _migrate(connection, path)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    row = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    version = row[0] or 0
    if version > len(MIGRATIONS):
        raise FootfallError(
            f"{path} was made by a newer Footfall (version {version} of the store, this one knows "
            f"{len(MIGRATIONS)}); update Footfall to open this workspace"
        )
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version VALUES (?)", (number,))
