"""What is said to be in the journal can be read from it, whatever was written after it."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from footfall.clock import FixedClock
from footfall.journal import (
    Commit,
    Damage,
    Disk,
    Handle,
    Journal,
    Position,
    RefusedError,
    Torn,
    drop_before,
    read_at,
    read_from,
    reserve,
    segments,
)
from footfall.journal.writer import WAITING_BYTES
from support.journals import committed, damage, journal_in, put, read, record, torn, whole

MIB = 1 << 20


def test_what_was_put_in_is_read_in_order(tmp_path: Path) -> None:
    journal = journal_in(tmp_path)
    journal.start()
    contents = [record(number) for number in range(300)]
    told = put(journal, contents)
    journal.close()
    assert committed(contents, told) == contents == whole(read(tmp_path))
    places = [each.at for each in told if isinstance(each, Commit)]
    assert places == sorted(places)
    assert [read_at(tmp_path, at) for at in places[:20]] == contents[:20]
    assert whole(list(read_from(tmp_path, places[100]))) == contents[100:]
    assert journal.written.records == len(contents)
    assert journal.written.syncs < len(contents), "many records share a sync"


def test_every_start_begins_a_segment_and_a_full_one_is_left(tmp_path: Path) -> None:
    contents = [record(number, 1000) for number in range(40)]
    for part in (contents[:20], contents[20:]):
        journal = journal_in(tmp_path, segment_bytes=8_000)
        journal.start()
        for each in part:
            put(journal, [each])
        journal.close()
    assert whole(read(tmp_path)) == contents
    numbers = [each.number for each in segments(tmp_path)]
    assert len(numbers) == 6
    assert numbers == sorted(set(numbers))
    assert all(each.path.stat().st_size <= 8_000 for each in segments(tmp_path))


def test_numbers_of_segments_never_come_again(tmp_path: Path) -> None:
    first = Journal(tmp_path, FixedClock(5_000))
    first.start()
    first.close()
    (only,) = segments(tmp_path)
    only.path.unlink()
    again = Journal(tmp_path, FixedClock(5_001))
    again.start()
    again.close()
    back = Journal(tmp_path, FixedClock(1))  # the clock was put back
    back.start()
    back.close()
    numbers = [only.number, *(each.number for each in segments(tmp_path))]
    assert numbers == sorted(set(numbers))


def test_segments_are_dropped_only_before_the_position_and_never_the_newest(tmp_path: Path) -> None:
    journal = journal_in(tmp_path, segment_bytes=500)
    journal.start()
    for number in range(6):
        put(journal, [record(number, 400)])
    journal.close()
    found = segments(tmp_path)
    covered = Position(found[2].number, 40)
    assert drop_before(tmp_path, covered) == [each.path for each in found[:2]]
    drop_before(tmp_path, Position(found[-1].number + 5, 0))
    assert [each.number for each in segments(tmp_path)] == [found[-1].number]


@pytest.fixture
def three(tmp_path: Path) -> tuple[Path, bytes, list[bytes], list[int]]:
    """A segment with three records, its bytes, the records, and where each begins and ends."""
    journal = journal_in(tmp_path)
    journal.start()
    contents = [record(number, 40 + number) for number in range(3)]
    told = [each for each in put(journal, contents) if isinstance(each, Commit)]
    journal.close()
    (segment,) = segments(tmp_path)
    data = segment.path.read_bytes()
    return segment.path, data, contents, [*(each.at.offset for each in told), len(data)]


Three = tuple[Path, bytes, list[bytes], list[int]]


def test_a_tail_cut_at_any_byte_keeps_all_that_is_whole(three: Three) -> None:
    path, data, contents, places = three
    for length in range(places[0], len(data)):
        path.write_bytes(data[:length])
        found = read(path.parent)
        good = sum(end <= length for end in places[1:])
        assert whole(found) == contents[:good], length
        assert damage(found) == []
        left = length - places[good]
        assert [each.length for each in torn(found)] == ([left] if left else [])


@pytest.mark.parametrize("tail", [bytes(5000), os.urandom(5000), b"\xf5REC" * 1000])
def test_a_tail_of_nonsense_is_only_that(three: Three, tail: bytes) -> None:
    path, data, contents, _ = three
    path.write_bytes(data + tail)
    found = read(path.parent)
    assert whole(found) == contents
    assert damage(found) == []
    assert [each.length for each in torn(found)] == [len(tail)]


def test_every_flipped_bit_is_told_and_costs_its_record_only(three: Three) -> None:
    path, data, contents, places = three
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1 << (at % 8)
        path.write_bytes(bytes(flipped))
        found = read(path.parent)
        hit = next((number for number in range(3) if places[number] <= at < places[number + 1]), -1)
        good = [each for number, each in enumerate(contents) if number != hit]
        assert whole(found) == good, at
        told: list[Damage | Torn] = [*damage(found), *torn(found)]
        assert len(told) == 1, (at, told)
        assert told[0].at.offset == (places[hit] if hit >= 0 else 0)
        if hit in (0, 1):  # the last one may look as if it had never been finished
            (only,) = damage(found)
            assert only.raw == bytes(flipped)[places[hit] : places[hit + 1]]
            assert only.missing == 1


def test_a_segment_that_is_all_zeros_or_empty_is_torn(tmp_path: Path) -> None:
    (tmp_path / "0000000000000007.journal").write_bytes(bytes(4096))
    (tmp_path / "0000000000000009.journal").write_bytes(b"")
    found = read(tmp_path)
    assert (whole(found), damage(found)) == ([], [])
    assert [each.length for each in torn(found)] == [4096, 0]


class _Small(Disk):
    """A disk on which only so much is free."""

    free = 0

    def room(self, folder: Path) -> tuple[int, int]:  # noqa: ARG002 - a disk's
        return self.free, 100 * 1024 * MIB


def test_the_stop_line_is_before_the_wall(tmp_path: Path) -> None:
    assert reserve(16 * MIB) == 4 * MIB
    assert reserve(4096 * MIB) == 256 * MIB
    assert reserve(100 * 1024 * MIB) == 2048 * MIB
    disk = _Small()
    disk.free = 2047 * MIB
    journal = journal_in(tmp_path, disk)
    journal.start()
    assert journal.trouble is not None
    assert journal.trouble.code == "storage_full"
    assert put(journal, [b"x"])[0] == journal.trouble
    disk.free = 2049 * MIB
    assert isinstance(put(journal, [b"y"])[0], Commit)
    journal.close()
    assert whole(read(tmp_path)) == [b"y"]


class _Stuck(Disk):
    """A disk that takes nothing until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def sync(self, handle: Handle) -> None:
        self.go.wait(20)
        super().sync(handle)


def _put_many(journal: Journal, piece: bytes) -> None:
    for _ in range(WAITING_BYTES // len(piece) + 3):
        journal.append(piece, lambda _: None)


def test_what_waits_is_bounded(tmp_path: Path) -> None:
    disk = _Stuck()
    disk.go.set()
    journal = journal_in(tmp_path, disk)
    journal.start()
    disk.go.clear()
    journal.append(b"first", lambda _: None)
    piece = bytes(8 * MIB)
    with pytest.raises(RefusedError) as refused:
        _put_many(journal, piece)
    assert refused.value.trouble.code == "overloaded"
    assert journal.waiting_bytes <= WAITING_BYTES
    disk.go.set()
    journal.close()
    assert b"first" in whole(read(tmp_path))
