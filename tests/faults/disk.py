"""Lets the journal's disk fail at every call, and cuts its power again and again (D3, D7).

python tests/faults/disk.py --cuts 1000
python tests/faults/disk.py --every-call
"""

from __future__ import annotations

import argparse
import errno
import random
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from footfall.journal import Commit
from support.disks import FailingDisk, PowerDisk
from support.journals import committed, journal_in, put, read, record, whole

ERRORS = (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS)
CODES = {
    errno.EIO: "overloaded", errno.ENOSPC: "storage_full", errno.EDQUOT: "storage_full",
    errno.EROFS: "read_only",
}  # fmt: skip
SECTORS = (512, 4096)
GROUPS, RECORDS = 20, 10


@dataclass(frozen=True)
class Cut:
    """What a cut came to."""

    acknowledged: int
    lost: int
    invented: int


def cut(folder: Path, seed: int) -> Cut:
    """Writes until the power is cut, and reads what a real disk might hold then."""
    dice = random.Random(seed)
    disk = PowerDisk(cut_at=dice.randrange(2, 90))
    journal = journal_in(folder, disk, segment_bytes=dice.choice([3_000, 20_000, 64 << 20]))
    journal.start()
    told, sent = [], []
    for group in range(GROUPS):
        contents = [record(group * RECORDS + number) for number in range(dice.randint(1, RECORDS))]
        sent += contents
        told += committed(contents, put(journal, contents))
    journal.close()
    disk.after(dice, dice.choice(SECTORS))
    found = whole(read(folder))
    return Cut(len(told), len(set(told) - set(found)), len(set(found) - set(sent)))


def failing(folder: Path, at: int, error: int, *, short: bool = False) -> bool:
    """A session in which one call fails; whether there was such a call."""
    disk = FailingDisk(at, error, short=short)
    journal = journal_in(folder, disk, segment_bytes=9_000)
    journal.start()
    told, codes = [], set()
    for group in range(GROUPS):
        contents = [record(group * RECORDS + number) for number in range(RECORDS)]
        outcomes = put(journal, contents)
        told += committed(contents, outcomes)
        codes |= {each.code for each in outcomes if each and not isinstance(each, Commit)}
        if len(told) < len(contents) * (group + 1):
            # what failed is sent again, as a client does
            again = [each for each in contents if each not in told]
            told += committed(again, put(journal, again))
    journal.close()
    found = whole(read(folder))
    assert set(told) <= set(found), "an acknowledged record is lost"
    assert len(set(told)) == GROUPS * RECORDS, "it did not recover"
    assert codes <= {CODES[error]}, codes
    return disk.calls >= at


def every_call(error: int, *, short: bool = False, stride: int = 1) -> int:
    """Every call of a session fails once; how many there are."""
    at = 1
    while True:
        with tempfile.TemporaryDirectory(prefix="footfall-disk-") as name:
            if not failing(Path(name), at, error, short=short):
                return at - 1
        at += stride


def main() -> int:
    """Runs, and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--every-call", action="store_true")
    args = parser.parse_args()
    if args.every_call:
        for error in ERRORS:
            print(f"{errno.errorcode[error]}: each of {every_call(error)} calls failed once")
        print(f"short writes: each of {every_call(errno.EIO, short=True)} calls was cut short")
        return 0
    found = []
    for seed in range(args.cuts):
        with tempfile.TemporaryDirectory(prefix="footfall-cut-") as name:
            found.append(cut(Path(name), seed))
    lost, invented = sum(each.lost for each in found), sum(each.invented for each in found)
    told = sum(each.acknowledged for each in found)
    print(
        f"{len(found)} power cuts, {told:,} records acknowledged, {lost} lost, {invented} invented"
    )
    return 1 if lost or invented else 0


if __name__ == "__main__":
    sys.exit(main())
