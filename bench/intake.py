"""How many events a second are durable: Footfall's collector beside FastAPI with pydantic.

Both answer only after `fdatasync`, through the same journal, on the same disk, in turn, asked by
wrk from the same machine. Needs wrk (a Debian package), and FastAPI from the `bench` extra.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import Result

SOURCE = Path(__file__).parents[1] / "src"
OURS, THEIRS = "footfall", "fastapi with pydantic"
START = "import sys; from footfall.doors.cli import main; sys.exit(main())"
LUA = """
local id = 0
local thread_number = 0
function setup(thread) thread_number = thread_number + 1; thread:set("me", thread_number) end
function init(args)
  prefix = string.format("%s-%d-", "RUN", me)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer KEY"
  wrk.headers["Origin"] = "https://shop.example"
  wrk.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"
end
function request()
  local told = {}
  for n = 1, EVENTS do
    id = id + 1
    told[n] = string.gsub(KINDS[id % #KINDS + 1], "@ID", prefix .. id)
  end
  local body = '{"events":[' .. table.concat(told, ",") .. '],"sent_at":"NOW"}'
  return wrk.format(nil, "/v1/events", nil, body)
end
function done(summary, latency, requests)
  io.write(string.format("\\nRESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


def kinds(now: str) -> list[str]:
    """The events that are sent, as a shop's pages would: about 300 bytes each."""
    base = {
        "occurred_at": now,
        "visitor_id": "v-018f6c2e",
        "url": "https://shop.example/products/42",
    }
    told = (
        ("page_view", {}),
        ("asset_load", {"asset_id": "a-7", "asset_type": "booster", "placement": "product"}),
        ("asset_view", {"asset_id": "a-7", "asset_type": "booster", "placement": "product"}),
        ("add_to_cart", {
            "value": 19.9, "currency": "EUR",
            "items": [{"item_id": "p42", "item_name": "Lamp", "price": 19.9, "quantity": 1}],
        }),
        ("click", {"selector": "#buy > button", "x_pct": 41.5, "y_px": 812}),
    )  # fmt: skip
    return [
        json.dumps(
            {"event_id": "@ID", "event": name, **base, "title": "A lamp for the desk",
             **({"properties": properties} if properties else {})},
            separators=(",", ":"),
        )
        for name, properties in told
    ]  # fmt: skip


def script(folder: Path, key: str, run: str, events: int) -> Path:
    """Wrk's script: every event has an id of its own."""
    now = time.strftime("%Y-%m-%dT%H:%M:%S.250Z", time.gmtime())
    table = "KINDS = {" + ", ".join(f"[==[{each}]==]" for each in kinds(now)) + "}\n"
    text = LUA.replace("RUN", run).replace("KEY", key).replace("NOW", now)
    path = folder / f"{run}.lua"
    path.write_text(table + f"EVENTS = {events}\n" + text, "utf-8")
    return path


@contextmanager
def serving(words: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    """A server on a port; its process."""
    process = subprocess.Popen(
        [sys.executable, *words], env=os.environ | environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}/readyz")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def load(port: int, lua: Path, seconds: int, connections: int) -> tuple[float, float, float, int]:
    """Requests a second, p50 and p99 in ms, and how many were not answered with 2xx."""
    told = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(lua),
         f"http://127.0.0.1:{port}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", told)
    assert found, told
    requests, took_us, p50, p99, status, errors = (int(each) for each in found.groups())
    return requests / took_us * 1e6, p50 / 1e3, p99 / 1e3, status + errors


def rss_mb(pid: int) -> float:
    """How much memory a process holds now, MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def cpu_seconds(pid: int) -> float:
    """How much processor time a process took so far: what others do beside it does not count."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Runs both in turn, and says what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--events", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", choices=["ours", "theirs"])
    parser.add_argument("--role", default="collector")
    parser.add_argument("--port", type=int, default=free_port())
    args = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: it is a package of Debian's and of most others")
    result = Result("intake")
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="intake-") as name:
        folder = Path(name)
        environment = {"PYTHONPATH": str(SOURCE), "FOOTFALL_WORKSPACE": str(folder / "ws")}
        key = _workspace(environment)
        servers = {
            OURS: ["-c", START, "serve", "--role", args.role, "--port", str(args.port)],
            THEIRS: [str(Path(__file__).parent / "intake_rival.py"), str(folder / "rival"),
                     str(args.port)],
        }  # fmt: skip
        if args.only:
            servers = {OURS: servers[OURS]} if args.only == "ours" else {THEIRS: servers[THEIRS]}
        rates: dict[tuple[str, int], list[float]] = {}
        costs: dict[tuple[str, int], list[float]] = {}
        for turn in range(args.rounds):
            for server, words in servers.items():
                with serving(words, environment, args.port) as pid:
                    for events in args.events:
                        run = f"{server[:3]}{turn}x{events}"
                        warm = script(folder, key, f"{run}warm", events)
                        load(args.port, warm, 1, args.connections)
                        lua = script(folder, key, run, events)
                        before = cpu_seconds(pid)
                        told = load(args.port, lua, args.seconds, args.connections)
                        spent = cpu_seconds(pid) - before
                        rate, p50, p99, bad = told
                        rates.setdefault((server, events), []).append(rate * events)
                        about = f"{server}, {events} events a request, round {turn + 1}"
                        result.note(f"{about}: events a second", round(rate * events))
                        each = spent / (rate * args.seconds * events) * 1e6
                        costs.setdefault((server, events), []).append(each)
                        result.note(f"{about}: processor µs an event", each)
                        result.note(f"{about}: p50 ms", p50)
                        result.note(f"{about}: p99 ms", p99)
                        result.note(f"{about}: not 2xx", bad)
                    result.note(f"{server}, round {turn + 1}: memory MB", rss_mb(pid))
        if not args.only:
            for events in args.events:
                ratio = max(rates[OURS, events]) / max(rates[THEIRS, events])
                result.note(f"times as many, {events} events a request", ratio)
                ratio = min(costs[THEIRS, events]) / min(costs[OURS, events])
                result.note(f"times as little processor time, {events} events a request", ratio)


def _workspace(environment: dict[str, str]) -> str:
    """A new workspace, and its write key."""
    for words in (["init"], ["key", "create", "--scope", "write"]):
        told = subprocess.run(
            [sys.executable, "-c", START, *words], env=os.environ | environment,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return told.stdout.strip()


if __name__ == "__main__":
    main()
