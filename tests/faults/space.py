"""A disk that is full, or cannot be written to, under the server (D8, D9). Needs `unshare`.

python tests/faults/space.py --what journal
python tests/faults/space.py --what data --read-only
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from support.collected import Shop, collecting, shop_in
from support.ledger import (
    SITE,
    Client,
    Compared,
    Ledger,
    as_of,
    compared,
    finish,
    sending,
    until_taken_in,
)
from support.served import Got, Served

MOUNT = """
set -e
cp -a "{place}" "{place}.kept"
mount -t tmpfs -o size={size} tmpfs "{place}"
cp -a "{place}.kept/." "{place}/"
{more}
exec "$@"
"""


def has_unshare() -> bool:
    """Whether a disk of its own can be made for a process here."""
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return False
    return subprocess.run(["unshare", "-rm", "true"], check=False).returncode == 0


@dataclass(frozen=True)
class Small:
    """A server whose folder is a small disk of its own."""

    served: Served
    place: Path

    @property
    def seen(self) -> Path:
        """The folder as the server sees it."""
        return Path(f"/proc/{self.served.process.pid}/root{self.place}")

    def fill(self) -> None:
        """Leaves nothing free on it."""
        with (self.seen / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(64 << 10))
            except OSError:
                return

    def free(self) -> None:
        """Makes it as free as it was."""
        (self.seen / "filler").unlink()

    def remount(self, how: str) -> None:
        """Makes it read-only (`ro`) or not (`rw`)."""
        pid = str(self.served.process.pid)
        words = ["nsenter", "-t", pid, "-U", "-m", "--preserve-credentials"]
        subprocess.run([*words, "mount", "-o", f"remount,{how}", str(self.place)], check=True)


@contextmanager
def small(shop: Shop, place: Path, size: str = "16m", more: str = "") -> Iterator[Small]:
    """The server, with a small disk under a folder of its workspace."""
    place.mkdir(parents=True, exist_ok=True)
    text = MOUNT.format(place=place, size=size, more=more.format(place=place))
    with collecting(shop, prefix=("unshare", "-rm", "sh", "-c", text, "sh")) as served:
        yield Small(served, place)


@dataclass
class Told:
    """What a run came to."""

    refused: Got | None = None
    health: Got | None = None
    reads: list[int] = field(default_factory=list)
    again_seconds: float = 0.0
    answers: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    compared: Compared | None = None


def run(folder: Path, what: str, *, read_only: bool = False, size: str = "16m") -> Told:
    """Fills the disk under load (or it is read-only from the start), gives it back, compares."""
    shop, ledger, told = shop_in(folder), Ledger(), Told()
    assert shop.footfall("kpis").code == 0  # so that there are numbers to be shown
    place = shop.footfall.workspace / "data"
    place = place / "journal" if what == "journal" else place
    with small(shop, place, size, "mount -o remount,ro {place}" if read_only else "") as disk:
        clients = [Client(ledger, f"c{n}", disk.served.url, shop.write) for n in range(4)]
        with sending(clients):
            time.sleep(0 if read_only else 1.5)
            if not read_only:
                disk.fill()
            _until(lambda: ledger.answers[503] > 0, "nothing was refused")
            time.sleep(1.5)
            told.health = disk.served.get("/healthz")
            told.reads = [disk.served.get("/api/v1/kpis?kpi=sessions").status for _ in range(3)]
            told.refused = disk.served.get("/readyz")
            disk.remount("rw") if read_only else disk.free()
            freed, before = time.monotonic(), ledger.answers[202]
            _until(lambda: ledger.answers[202] > before, "nothing was taken again")
            told.again_seconds = time.monotonic() - freed
        finish(clients)
        until_taken_in(disk.served.get, len(ledger.acknowledged), 60)
        assert as_of(disk.served.get) == len(ledger.acknowledged)
        told.compared = compared(ledger, _stored(disk))
    told.answers, told.wrong = dict(ledger.answers), ledger.wrong
    return told


def _stored(disk: Small) -> Counter[str]:
    """Every event of the log, as the server sees it."""
    found: Counter[str] = Counter()
    data = Path(f"/proc/{disk.served.process.pid}/root{disk.served.footfall.workspace}/data")
    for path in sorted((data / "log" / SITE).glob("*.parquet")):
        found.update(pq.read_table(path, columns=["event_id"])["event_id"].to_pylist())
    return found


def _until(condition: Callable[[], bool], otherwise: str, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, otherwise
        time.sleep(0.05)


def main() -> int:
    """Runs, and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--what", choices=["journal", "data"], default="journal")
    parser.add_argument("--read-only", action="store_true")
    parser.add_argument("--size", default="16m")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="footfall-space-") as name:
        told = run(Path(name), args.what, read_only=args.read_only, size=args.size)
    print(told)
    return 0 if told.compared and told.compared.is_good and not told.wrong else 1


if __name__ == "__main__":
    sys.exit(main())
