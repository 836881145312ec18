"""Refused rows once more: what can be accepted by now, after a setting or a version changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from footfall.doors.importers.parts import Part
from footfall.doors.importers.run import BAD_TABLE_ROW, CONFLICT, Told
from footfall.event.accept import Acceptor, Row
from footfall.event.canonical import exact
from footfall.event.codes import Rejection
from footfall.event.received import SERVER, TAG, Received, Request
from footfall.log.ledger import Counts, Source
from footfall.log.quarantine import Quarantined
from footfall.log.received import COLLECTOR, SERVERS
from footfall.settings import Site
from footfall.workspace import Workspace

if TYPE_CHECKING:
    from footfall.facts.arrivals import Appended

BATCH = 4096
FLAT = ("csv", "parquet")
MANY = 1_000_000
COLLECTED = {COLLECTOR: TAG, SERVERS: SERVER}
"""Whose word a refused event of the collector is."""
SOURCE = Source("quarantine", "", 0, "replay")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of the rows in quarantine; `still` counts those that stay, by the reason."""

    taken: int = 0
    stored: int = 0
    duplicate: int = 0
    still: dict[str, int] = field(default_factory=dict)


def replay(workspace: Workspace, site: Site, tell: Told = lambda _: None) -> Replayed:
    """Takes every waiting row again. Those accepted are stored and wait no longer."""
    with workspace.staging() as staging:
        again = _Again(workspace, site, staging)
        taken_out = list(again.accepted())
        part, _ = again.part.close()
        if part is None:
            return Replayed(sum(again.still.values()), still=dict(again.still))
        tell("storing events")
        appended = workspace.append_events(site, [part], tell)
    contradicted = {conflict.line for conflict in appended.conflicts}
    now = workspace.clock.now_ms()
    done = [each for line, each in enumerate(taken_out) if line not in contradicted]
    workspace.control.quarantine.mark_replayed([each.ref for each in done], now)
    _write_down(workspace, site, appended, Counter(each.refused.code for each in done))
    if contradicted:
        again.still[CONFLICT] += len(contradicted)
    taken = len(done) + sum(again.still.values())
    return Replayed(taken, appended.stored, appended.duplicates, dict(again.still))


def _write_down(workspace: Workspace, site: Site, appended: Appended, codes: Counter[str]) -> None:
    """Notes what left the quarantine: it is refused no more, but stored or a duplicate."""
    left = {code: -rows for code, rows in codes.items()}
    conflicts = left.pop(CONFLICT, 0)
    counts = Counts(
        0, appended.stored, appended.duplicates, conflicts, quarantined=sum(left.values())
    )
    imports, now = workspace.control.imports, workspace.clock.now_ms()
    number = imports.begin(site.id, SOURCE, now)
    imports.finish(number, counts, now, {code: -rows for code, rows in codes.items()})


class _Again:
    """The waiting rows on their way into a part."""

    def __init__(self, workspace: Workspace, site: Site, staging: Path) -> None:
        self.part = Part(staging, 1)
        self.still: Counter[str] = Counter()
        self._acceptor = Acceptor(workspace.clock.now_ms())
        self._received = Received()
        self._waiting = workspace.control.quarantine.waiting(site.id)
        self._flat = _flat_files(workspace, site)

    def accepted(self) -> Iterator[Quarantined]:
        """The rows that can be accepted now, without their bytes, in the order of their lines."""
        line, rows = 0, list[Row]()
        for waiting in self._waiting:
            found = self._take(waiting)
            if isinstance(found, Rejection):
                self.still[waiting.refused.code] += 1
                continue
            rows.append(found)
            line += 1
            yield replace(waiting, refused=replace(waiting.refused, raw=b""))
            if len(rows) == BATCH:
                self._add(line, rows)
        self._add(line, rows)

    def _add(self, until: int, rows: list[Row]) -> None:
        if rows:
            self.part.add(0, range(until - len(rows), until), rows)
            rows.clear()

    def _take(self, waiting: Quarantined) -> Row | Rejection:
        refused = waiting.refused
        if refused.code == BAD_TABLE_ROW:
            return Rejection(refused.code, refused.pointer, refused.detail)
        if refused.file in COLLECTED:
            # a public key's event may not become a server's word by being taken once more
            self._received.begin(Request(waiting.received_ms, COLLECTED[refused.file]))
            return self._received.accept_line(refused.raw)
        if refused.file in self._flat:
            return _flat_row(refused.raw, self._acceptor)
        return self._acceptor.accept_line(refused.raw)


def _flat_files(workspace: Workspace, site: Site) -> frozenset[str]:
    """The files whose rows had columns rather than JSON of their own, by their latest import."""
    formats: dict[str, str] = {}
    for each in workspace.control.imports.latest(site.id, MANY):
        mapped = bool(each.source.mapping_sha256)
        formats.setdefault(each.source.file, "" if mapped else each.source.format)
    return frozenset(file for file, kind in formats.items() if kind in FLAT)


def _flat_row(raw: bytes, acceptor: Acceptor) -> Row | Rejection:
    """A row of a flat file, which waits as the JSON of its columns."""
    try:
        row = _decode(raw)
    except (msgspec.DecodeError, UnicodeError) as error:
        return Rejection("invalid_json", "", f"the row cannot be read: {error}")
    if not isinstance(row, dict):
        return Rejection("wrong_type", "", "a row must be one JSON object")
    return acceptor.accept(row, flat_file=True)


_decode = msgspec.json.Decoder(float_hook=exact).decode
