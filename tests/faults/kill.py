"""Kills the server again and again while clients send, and compares what they were told (D1, D2).

    python tests/faults/kill.py --kills 500
    python tests/faults/kill.py --places --rounds 20

Every acknowledged event has to be there once, in the facts and in the log, and nothing else.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from support.collected import Shop, collecting, died, kill, shop_in
from support.ledger import (
    Client,
    Compared,
    Ledger,
    compared,
    finish,
    logged_ids,
    sending,
    stored_ids,
    until_taken_in,
)

CLIENTS = 8
PLACES = (
    "unwritten", "half written", "written", "synced", "staged", "applied", "logged", "site taken",
    "taken", "segment made",
)  # fmt: skip
"""Where a process may die, as the source names it."""


@dataclass
class Told:
    """What a run came to."""

    kills: int = 0
    ready_seconds: list[float] = field(default_factory=list)
    facts: Compared | None = None
    log: Compared | None = None
    acknowledged: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, duplicated, invented or miscounted."""
        assert self.facts is not None
        assert self.log is not None
        counts = self.counted
        kept = counts["stored"] + counts["duplicates"] + counts["refused"]
        adds_up = counts["received"] == kept + counts["duplicate_conflicts"] + counts["left_out"]
        return (
            self.facts.is_good and self.log.is_good and adds_up
            and counts["stored"] == self.facts.stored == self.log.stored
        )  # fmt: skip


def at_random(folder: Path, kills: int, seed: int, longest: float = 1.5) -> Told:
    """Kills at random moments under load."""
    dice = random.Random(seed)
    shop, ledger, told = shop_in(folder), Ledger(), Told()
    clients = [Client(ledger, f"c{each}", "", shop.write, seed) for each in range(CLIENTS)]
    for _ in range(kills):
        began = time.monotonic()
        with collecting(shop) as served:
            told.ready_seconds.append(time.monotonic() - began)
            _point(clients, served.url)
            with sending(clients):
                time.sleep(dice.uniform(0.05, longest))
                kill(served.process)
                told.kills += 1
    return _finished(shop, clients, ledger, told)


def at_place(folder: Path, place: str, times: int, seed: int) -> Told:
    """Lets the process die at a place of its source, the so many-th time that it is there."""
    shop, ledger, told = shop_in(folder), Ledger(), Told()
    clients = [Client(ledger, f"c{each}", "", shop.write, seed) for each in range(CLIENTS)]
    try:
        with collecting(shop, FOOTFALL_DIES_AT=f"{place}:{times}") as served:
            _point(clients, served.url)
            with sending(clients):
                assert died(served.process), f"it never died at {place!r}"
    except AssertionError as error:
        if "did not say where it is" not in str(error):
            raise  # it died before it could be asked, as it should
    told.kills = 1
    return _finished(shop, clients, ledger, told)


def _point(clients: Sequence[Client], url: str) -> None:
    for each in clients:
        each.url = url


def _finished(shop: Shop, clients: Sequence[Client], ledger: Ledger, told: Told) -> Told:
    """Everything that waits is sent, everything is taken in, and then compared."""
    with collecting(shop) as served:
        _point(clients, served.url)
        finish(clients)
        until_taken_in(served.get, len(ledger.acknowledged))
        served.stop()
    assert not ledger.wrong, ledger.wrong[:3]
    told.acknowledged = len(ledger.acknowledged)
    told.facts = compared(ledger, stored_ids(shop.footfall))
    told.log = compared(ledger, logged_ids(shop.footfall))
    told.counted = shop.footfall.quality()
    return told


def main() -> int:
    """Runs, and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--places", action="store_true")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    runs = [(place, turn) for place in PLACES for turn in range(1, args.rounds + 1)]
    runs = runs[: len(runs) - args.rounds + 1]  # a process makes one segment
    good = True
    for place, turn in runs if args.places else [("at random", args.kills)]:
        with tempfile.TemporaryDirectory(prefix="footfall-kill-") as name:
            began = time.monotonic()
            if args.places:
                told = at_place(Path(name), place, turn, args.seed + turn)
            else:
                told = at_random(Path(name), args.kills, args.seed)
        ready = f", ready within {max(told.ready_seconds):.1f} s" if told.ready_seconds else ""
        print(
            f"{place}: {told.kills} kills, {told.acknowledged:,} events acknowledged; facts "
            f"{told.facts}; log {told.log}{ready}; {time.monotonic() - began:.0f} s", flush=True,
        )  # fmt: skip
        good = good and told.is_good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
