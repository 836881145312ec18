"""Rows of other programs' exports become events, by what the program is known to mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from footfall.doors.importers.delimited import BadRow
from footfall.doors.importers.flat import writable
from footfall.doors.importers.foreign import rows_of, told
from footfall.doors.importers.pieces import Piece, Tray
from footfall.doors.importers.rules import Made
from footfall.doors.importers.scratch import Scratch
from footfall.doors.importers.vendors.vendor import Vendor
from footfall.event.accept import Acceptor
from footfall.event.codes import Rejection
from footfall.vendors.words import Event, Unmappable, present, text


class VendorRows:
    """The rows of exports, and what has to be remembered of them."""

    def __init__(self, acceptor: Acceptor, folder: Path) -> None:
        self._acceptor = acceptor
        self._folder = folder
        self._scratch: Scratch | None = None
        self._said: dict[str, Event] = {}

    def add(self, piece: Piece, vendor: Vendor, tray: Tray) -> None:
        """The events of a piece; of rows that belong together at the end of their file."""
        if piece.kind in ("end", "cut"):
            self._finish(vendor, tray, whole=piece.kind == "end")
            return
        for each in rows_of(piece):
            tray.counts.read += 1
            if isinstance(each, BadRow):
                tray.refuse_row(each)
            else:
                self._row(*each, vendor, tray)

    def forget(self) -> None:
        """Leave out what is still remembered of a file that did not come to its end."""
        if self._scratch is not None:
            self._scratch.close()
            self._scratch = None

    def _row(self, line: int, row: dict[str, Any], vendor: Vendor, tray: Tray) -> None:
        try:
            if vendor.joins:
                self._said[text(row.get(vendor.joined)) or ""] = present(row)
                tray.counts.dropped += 1
            elif vendor.key:
                self._keep(line, vendor.key(row), row)
            else:
                self._take(line, vendor.events(self._joined(row, vendor)), tray)
        except Unmappable as why:
            tray.take(line, Rejection(*why.said), told(row))

    def _joined(self, row: dict[str, Any], vendor: Vendor) -> dict[str, Any]:
        """A row with what another file says of the same thing."""
        if not self._said or not vendor.joined:
            return row
        return {**self._said.get(text(row.get(vendor.joined)) or "", {}), **present(row)}

    def _take(self, line: int, events: Sequence[Event], tray: Tray) -> None:
        tray.counts.dropped += not events
        for event in events:
            found = writable(self._acceptor.accept(event))
            tray.take(line, found, told(event) if isinstance(found, Rejection) else b"")

    def _keep(self, line: int, key: str | None, row: dict[str, Any]) -> None:
        if self._scratch is None:
            self._scratch = Scratch(self._folder)
        self._scratch.keep(line, Made(0, row, key or ""))

    def _finish(self, vendor: Vendor, tray: Tray, *, whole: bool) -> None:
        if self._scratch is None:
            return
        if whole and vendor.together:
            for _, _, rows in self._scratch.parts():
                self._group(vendor, rows, tray)
        else:
            # an order that lacks a line would be a wrong sum, and the right one then a conflict
            tray.counts.dropped += self._scratch.kept
        self.forget()

    def _group(self, vendor: Vendor, rows: list[tuple[int, dict[str, Any]]], tray: Tray) -> None:
        line = rows[0][0]
        try:
            if vendor.together:
                self._take(line, vendor.together([row for _, row in rows]), tray)
        except Unmappable as why:
            tray.take(line, Rejection(*why.said), told(rows[0][1]))
