"""From the journal to rows: a stretch of it is read, accepted once more, and laid out by site.

It is done in a process of its own, so that whoever waits for an answer does not wait for this.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.doors.collector import record
from footfall.doors.collector.body import taken_events
from footfall.doors.collector.record import WHOLE, Record
from footfall.errors import FootfallError
from footfall.event.codes import Rejection
from footfall.event.received import SERVER, Received
from footfall.facts.mark import KEY, Mark
from footfall.journal import Damage, Entry, Found, Position, Torn, read_segment, segments
from footfall.log.quarantine import Refused as Kept
from footfall.log.received import COLLECTOR, SERVERS, Damaged, Intake, Place
from footfall.log.received import Turned as Taken
from footfall.schema.log import log_schema

if TYPE_CHECKING:
    from footfall.event.accept import Row

MOST_EVENTS = 100_000
MOST_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is to be staged: the journal from a place on, to a place at most.

    `covered` says of each site how far it has been taken in already.
    """

    folder: Path
    start: Place
    most: Place | None
    covered: Mapping[str, Place]
    staging: Path


@dataclass(slots=True)
class StagedSite:
    """A site's share: its rows as a Parquet part, and everything that is to be counted."""

    intake: Intake
    part: Path | None
    rows: int


@dataclass(slots=True)
class Staged:
    """A stretch of the journal, up to `until`; `more` says that it does not end there."""

    until: Place
    sites: list[StagedSite]
    damage: list[Damaged] = field(default_factory=list)
    more: bool = False


def stage(stretch: Stretch) -> Staged:
    """Stages a stretch of the journal."""
    work = _Work(stretch)
    for found in _found(stretch):
        if work.is_full or not work.take(found):
            return work.close(more=work.is_full)
    return work.close(more=False)


def _found(stretch: Stretch) -> Iterable[Found]:
    """Everything from the start on; the end of the newest segment may still be being written."""
    start = Position(*stretch.start)
    some = [each for each in segments(stretch.folder) if each.number >= start.segment]
    for segment in some:
        is_last = segment is some[-1]
        try:
            for found in read_segment(
                segment, start.offset if segment.number == start.segment else 0
            ):
                if is_last and not isinstance(found, Entry) and _ends(found, segment.path):
                    return
                yield found
        except FileNotFoundError:
            continue  # dropped meanwhile: it was covered


def _ends(found: Damage | Torn, path: Path) -> bool:
    """Whether it is the last thing in a segment."""
    if isinstance(found, Torn):
        return True
    return found.until.offset >= path.stat().st_size


@dataclass(slots=True)
class _Share:
    """What is gathered of a site."""

    intake: Intake
    rows: list[Row] = field(default_factory=list)


class _Work:
    """A stretch on its way into parts."""

    def __init__(self, stretch: Stretch) -> None:
        self._stretch = stretch
        self._until = stretch.start
        self._received = Received()
        self._shares: dict[str, _Share] = {}
        self._damage: list[Damaged] = []
        self._events = self._bytes = 0

    @property
    def is_full(self) -> bool:
        """Whether it is enough for once. What was begun before is done again as it was."""
        return self._stretch.most is None and (
            self._events >= MOST_EVENTS or self._bytes >= MOST_BYTES
        )

    def take(self, found: Found) -> bool:
        """Takes what was found in the journal; False where that lies behind the end."""
        most = self._stretch.most
        if most is not None and tuple(found.at) >= most:
            return False
        match found:
            case Entry(at, until, content):
                self._bytes += len(content)
                self._entry(at, content)
                self._until = _place(until)
            case Damage(at, until, reason, raw, missing):
                self._damage.append(Damaged(_place(at), until.offset, reason, missing, raw))
                self._until = _place(until)
            case Torn(at, length):
                self._until = (at.segment, at.offset + length)
        return True

    def _entry(self, at: Position, content: bytes) -> None:
        told = record.decode(content)
        if told.version != record.VERSION:
            raise FootfallError(
                f"the journal was written by a newer Footfall (at {at}); update this one"
            )
        if tuple(at) >= self._stretch.covered.get(told.site, (0, 0)):
            self._take(told)

    def _take(self, told: Record) -> None:
        share = self._shares.get(told.site)
        if share is None:
            share = _Share(Intake(told.site, (0, 0), told.received_ms))
            self._shares[told.site] = share
        before = len(share.rows)
        refused = _Refused(told, share.intake)
        self._received.begin(told.request)
        events = self._events_of(told)
        for raw in events:
            found = self._received.accept_line(raw)
            if isinstance(found, Rejection):
                refused.add(found.code, found.pointer, found.detail, raw)
            else:
                share.rows.append(found)
        self._events += len(events)
        read = len(share.rows) - before + refused.number + told.left_out
        intake = share.intake
        intake.received_ms = told.received_ms
        intake.counts = replace(
            intake.counts,
            read=intake.counts.read + read,
            received=intake.counts.received + read,
            left_out=intake.counts.left_out + told.left_out,
        )
        for flag in told.flags:
            intake.flags[flag] += len(share.rows) - before

    def _events_of(self, told: Record) -> list[bytes]:
        """The events of a request that were taken."""
        if any(turn.index == WHOLE for turn in told.turned):
            return []
        return taken_events(told.body, frozenset(turn.index for turn in told.turned))

    def close(self, *, more: bool) -> Staged:
        """Writes the parts."""
        sites = []
        for number, share in enumerate(self._shares.values()):
            share.intake.until = self._until
            part = None
            if share.rows:
                part = self._stretch.staging / f"part-{number:06}.parquet"
                _write(share.rows, part, Mark(*self._until, len(share.rows)))
            sites.append(StagedSite(share.intake, part, len(share.rows)))
        return Staged(self._until, sites, self._damage, more)


def _place(position: Position) -> Place:
    return position.segment, position.offset


class _Refused:
    """The refused events of one request, each with how many like it came before."""

    def __init__(self, told: Record, intake: Intake) -> None:
        self._told, self._intake = told, intake
        self._seen: Counter[tuple[str, bytes]] = Counter()
        self.number = 0
        if not told.turned:
            return
        raws = _raws(told)
        for turn in told.turned:
            self.add(turn.code, turn.pointer, turn.detail, raws[turn.index])

    def add(self, code: str, pointer: str, detail: str, raw: bytes) -> None:
        """Notes one."""
        digest = sha256(raw).digest()
        self._seen[code, digest] += 1
        self.number += 1
        self._intake.reasons[code] += 1
        file = SERVERS if self._told.source == SERVER else COLLECTOR
        self._intake.turned.append(Taken(
            Kept(file, None, code, pointer, detail, raw),
            self._seen[code, digest], self._told.received_ms,
        ))  # fmt: skip


def _raws(told: Record) -> dict[int, bytes]:
    """The bytes of each event of a request; of a body that cannot be read all of it."""
    if any(turn.index == WHOLE for turn in told.turned):
        return {WHOLE: told.body}
    return dict(enumerate(taken_events(told.body, frozenset())))


def _write(rows: list[Row], path: Path, mark: Mark) -> None:
    """A part as imports make them: the log's columns, then file and line."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415

    places = [pa.field("file", pa.int32()), pa.field("line", pa.int64())]
    schema = pa.schema([*log_schema(), *places], metadata={KEY: mark.text()})
    columns = [*zip(*rows, strict=True), [0] * len(rows), range(len(rows))]
    arrays = [pa.array(column, each.type) for column, each in zip(columns, schema, strict=True)]
    table = pa.table(arrays, schema=schema)
    pq.write_table(table, path, compression="zstd", compression_level=1, write_statistics=False)
