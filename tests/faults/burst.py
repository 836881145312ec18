"""More than it can take from 200 lines at once: what is acknowledged is stored (L1).

python tests/faults/burst.py --seconds 60
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from support.collected import collecting, shop_in
from support.ledger import (
    Client,
    Compared,
    Ledger,
    compared,
    finish,
    sending,
    stored_ids,
    until_taken_in,
)

LINES = 200


@dataclass
class Told:
    """What a burst came to."""

    answers: dict[int, int]
    wrong: list[str]
    p99: float
    memory_before_mb: float
    memory_after_mb: float
    compared: Compared


def run(folder: Path, seconds: float, lines: int = LINES) -> Told:
    """As many clients as lines send as fast as they are answered."""
    shop, ledger = shop_in(folder), Ledger()
    with collecting(shop) as served:
        clients = [Client(ledger, f"c{n}", served.url, shop.write) for n in range(lines)]
        pid = served.process.pid
        until = time.monotonic() + 20
        while served.get("/readyz").status != 200:
            assert time.monotonic() < until
        before = memory_mb(pid)
        with sending(clients):
            time.sleep(seconds)
        took = sorted(ledger.took)
        after = memory_mb(pid)
        finish(clients)
        until_taken_in(served.get, len(ledger.acknowledged), 300)
        served.stop()
    return Told(
        dict(ledger.answers), ledger.wrong[:3], took[int(len(took) * 0.99)], before, after,
        compared(ledger, stored_ids(shop.footfall)),
    )  # fmt: skip


def memory_mb(pid: int) -> float:
    """How much memory a process holds now, MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> int:
    """Runs, and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--lines", type=int, default=LINES)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="footfall-burst-") as name:
        told = run(Path(name), args.seconds, args.lines)
    print(told)
    return 0 if told.compared.is_good and not told.wrong else 1


if __name__ == "__main__":
    sys.exit(main())
