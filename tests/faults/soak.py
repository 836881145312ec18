"""Hours of steady load with kills: memory and descriptors stay, and the ledger is clean (L2).

python tests/faults/soak.py --hours 1
python tests/faults/soak.py --hours 24 --kill-minutes 20
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from faults.burst import memory_mb
from support.collected import collecting, kill, shop_in
from support.ledger import Client, Ledger, compared, finish, sending, stored_ids, until_taken_in

CLIENTS = 8


def main() -> int:
    """Runs, and says every minute how it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=1)
    parser.add_argument("--kill-minutes", type=float, default=20)
    args = parser.parse_args()
    began = time.monotonic()
    end = began + args.hours * 3600
    with tempfile.TemporaryDirectory(prefix="footfall-soak-") as name:
        shop, ledger = shop_in(Path(name)), Ledger()
        clients = [Client(ledger, f"c{n}", "", shop.write) for n in range(CLIENTS)]
        while time.monotonic() < end:
            with collecting(shop) as served:
                for each in clients:
                    each.url = served.url
                pid, until = served.process.pid, time.monotonic() + args.kill_minutes * 60
                with sending(clients):
                    while time.monotonic() < min(until, end):
                        time.sleep(min(60, max(min(until, end) - time.monotonic(), 0.1)))
                        open_files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
                        print(
                            f"{(time.monotonic() - began) / 60:.0f} min: "
                            f"{len(ledger.acknowledged):,} events, {memory_mb(pid):.0f} MB, "
                            f"{open_files} descriptors, answers {dict(ledger.answers)}",
                            flush=True,
                        )
                    kill(served.process)
        with collecting(shop) as served:
            for each in clients:
                each.url = served.url
            finish(clients)
            until_taken_in(served.get, len(ledger.acknowledged), 600)
            served.stop()
        told = compared(ledger, stored_ids(shop.footfall))
    print(told, ledger.wrong[:3])
    return 0 if told.is_good and not ledger.wrong else 1


if __name__ == "__main__":
    sys.exit(main())
