"""Another program's export: how its rows are told from others, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from footfall.vendors.words import Event, Row


@dataclass(frozen=True, slots=True)
class Vendor:
    """One program's export: how it is told from others, and what becomes of its rows.

    A row is of this program if it has all the columns (or keys) of one of `signs`. `events` makes
    the events of a row, none where it is left out. Rows that belong together have one `key`; they
    become events by `together`. `refuse` says why a file that was named as this program's is none,
    by the columns of its first row. A file that `joins` says more of the rows of others: of those
    with the same value of the column `joined`.
    """

    name: str
    title: str
    prefix: str
    signs: tuple[frozenset[str], ...]
    events: Callable[[Row], Sequence[Event]]
    refuse: Callable[[frozenset[str]], str | None]
    key: Callable[[Row], str | None] | None = None
    together: Callable[[Sequence[Row]], Sequence[Event]] | None = None
    wrappers: frozenset[str] = frozenset()
    joins: bool = False
    joined: str = ""

    @property
    def remembers(self) -> bool:
        """Whether what a row becomes depends on other rows, so that files are read by one."""
        return self.key is not None or self.joins or bool(self.joined)

    def recognises(self, names: frozenset[str]) -> bool:
        """Whether these are the columns of this program's rows."""
        return any(sign <= names for sign in self.signs)
