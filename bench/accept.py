"""How many events per second one core accepts, from JSON lines to rows of the log.

    python bench/accept.py FILE.jsonl[.gz]... [--rounds 30]

Without files it makes an ordinary mix itself. Beside the rate it prints how long the bare decoding
of the same lines takes, so that runs on machines of different speed, or busy ones, can be compared
by their ratio. The best round counts: what is slower is the machine's other work.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from footfall.event import envelope
from footfall.event.accept import Acceptor, Rejection

RECEIVED_MS = 1_790_000_000_000
MIX = {"page_view": 50, "asset_view": 15, "view_item": 12, "page_leave": 10, "asset_click": 4}
MIX |= {"add_to_cart": 4, "session_end": 3, "purchase": 2}


def main() -> None:
    arguments = _arguments()
    lines = [line for path in arguments.files for line in _read(path)] or list(_ordinary(20_000))
    acceptor = Acceptor(RECEIVED_MS)
    refused = sum(isinstance(acceptor.accept_line(line), Rejection) for line in lines)
    size = sum(map(len, lines)) / len(lines)
    print(f"{len(lines):,} events of {size:.0f} bytes on average, {refused} refused")
    decode, accept = _best(lines, arguments.rounds, envelope.decode, acceptor.accept_line)
    print(f"bare decoding  {decode * 1e6:6.2f} µs   {1 / decode:10,.0f} events/s")
    print(f"accept_line    {accept * 1e6:6.2f} µs   {1 / accept:10,.0f} events/s")
    print(f"ratio          {accept / decode:6.2f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=30)
    return parser.parse_args()


def _best(lines: list[bytes], rounds: int, *ways: Callable[[bytes], object]) -> list[float]:
    """Seconds per event of each way in its best round; the ways take turns."""
    best = [float("inf")] * len(ways)
    for _ in range(rounds):
        for number, way in enumerate(ways):
            start = time.perf_counter()
            for line in lines:
                way(line)
            best[number] = min(best[number], (time.perf_counter() - start) / len(lines))
    return best


def _read(path: Path) -> list[bytes]:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).splitlines()


def _ordinary(count: int) -> Iterator[bytes]:
    """A store's events as a tag sends them: mostly pages, few orders."""
    dice = random.Random(1)
    names = dice.choices(list(MIX), weights=list(MIX.values()), k=count)
    for number, name in enumerate(names):
        event = {
            "event_id": f"019d{dice.getrandbits(32):08x}-{number:06x}",
            "event": name,
            "occurred_at": f"2026-03-{dice.randint(1, 28):02}T{number % 24:02}:03:09.463Z",
            "visitor_id": f"v{dice.randrange(count // 8)}",
            "device": dice.choice(["mobile", "desktop", "tablet"]),
            "browser": dice.choice(["Chrome", "Safari", "Firefox"]),
            "country": dice.choice(["DE", "FR", "GB"]),
            "url": f"https://shop.example/products/p{dice.randrange(200)}?ref={dice.randrange(9)}",
            "title": "A product",
            "properties": _properties(name, dice),
        }
        yield json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()


def _properties(name: str, dice: random.Random) -> dict[str, object]:
    price = dice.randrange(1, 20_000) / 100
    items = [{"item_id": f"p{dice.randrange(200)}", "price": price, "quantity": 1}]
    asset: dict[str, object] = {
        "asset_id": f"A{dice.randrange(9)}",
        "asset_type": "story",
        "placement": "home",
    }
    known: dict[str, dict[str, object]] = {
        "asset_view": asset,
        "asset_click": {**asset, "product_id": "p1"},
        "page_leave": {"engaged_ms": dice.randrange(90_000), "max_scroll_pct": 80},
        "view_item": {"items": items},
        "add_to_cart": {"items": items, "value": price, "currency": "EUR"},
        "purchase": {"transaction_id": "T1", "items": items, "value": price, "currency": "EUR"},
    }
    return known.get(name, {})


if __name__ == "__main__":
    main()
