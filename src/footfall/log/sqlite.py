"""Changes to the control store: all or nothing, and a failure in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from footfall.errors import FootfallError


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Everything inside happens for good, or nothing of it.

    One writer at a time: others wait. Where only temporary tables change, `BEGIN` keeps nobody
    waiting.
    """
    with said_plainly("the control store data/control.sqlite"):
        connection.execute(begin)
        with connection:
            yield


@contextmanager
def said_plainly(store: str) -> Iterator[None]:
    """What SQLite cannot do becomes a sentence. Raises FootfallError."""
    try:
        yield
    except sqlite3.OperationalError as fault:
        raise FootfallError(
            f"{store} cannot be used ({fault}); is another Footfall at work here, or is the disk "
            "full or read-only?"
        ) from fault
    except sqlite3.DatabaseError as fault:
        raise FootfallError(
            f"{store} is damaged or no control store ({fault}); put a backup's in its place"
        ) from fault
