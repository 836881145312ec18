"""What clients sent and were told, beside what is stored: lost, duplicated and invented events."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq

from footfall.workspace import Workspace
from support.process import Footfall

SITE = "shop"
ANSWER_SECONDS = 10


@dataclass
class Ledger:
    """Every event that was sent: what was acknowledged, and what nobody can know."""

    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Answers that nobody may give."""


@dataclass(frozen=True)
class Compared:
    """What became of them."""

    lost: int
    duplicated: int
    invented: int
    stored: int

    @property
    def is_good(self) -> bool:
        """Whether every acknowledged event is there once, and nothing else."""
        return (self.lost, self.duplicated, self.invented) == (0, 0, 0)


def now_text(ms: float | None = None) -> str:
    """A moment as a tag writes it."""
    at = time.time() if ms is None else ms / 1000
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at * 1000) % 1000:03}Z"


def page_view(name: str, **more: Any) -> dict[str, Any]:
    """An ordinary event of just now."""
    told: dict[str, Any] = {
        "event_id": name,
        "event": "page_view",
        "occurred_at": now_text(),
        "visitor_id": f"v{hash(name) % 50}",
        "url": "https://shop.example/products/1",
    }
    return told | more


class Client:
    """A client that sends again until it is told that its events are stored."""

    def __init__(self, ledger: Ledger, name: str, url: str, key: str, seed: int = 0) -> None:
        self.ledger, self.name, self.url, self.key = ledger, name, url, key
        self.waiting: list[list[dict[str, Any]]] = []
        self._dice = random.Random(f"{name}{seed}")
        self._number = 0
        self._line: http.client.HTTPConnection | None = None

    def batch(self) -> list[dict[str, Any]]:
        """Some new events."""
        made = []
        for _ in range(self._dice.randint(1, 8)):
            self._number += 1
            made.append(page_view(f"{self.name}-{self._number}"))
        return made

    def send(self, events: Sequence[dict[str, Any]]) -> int | None:
        """Sends a batch; the status, or None where there was no answer."""
        body = json.dumps({"events": events, "sent_at": now_text()}, separators=(",", ":"))
        ids = {each["event_id"] for each in events}
        self.ledger.sent |= ids
        began = time.perf_counter()
        try:
            status, told, headers = self._post(body)
        except (OSError, http.client.HTTPException):
            self._hang_up()
            return None
        self.ledger.answers[status] += 1
        if status == 202:
            self.ledger.took.append(time.perf_counter() - began)
            answer = json.loads(told)
            if answer["accepted"] + answer["duplicates"] != len(events):
                self.ledger.wrong.append(told.decode())
            self.ledger.acknowledged |= ids
        elif status not in (429, 503) or not 1 <= int(headers.get("retry-after", 0)) <= 60:
            self.ledger.wrong.append(f"{status} {told.decode()}")
        return status

    def step(self) -> None:
        """Sends what waits, or something new."""
        batch = self.waiting.pop(0) if self.waiting else self.batch()
        if self.send(batch) != 202:
            self.waiting.append(batch)
            time.sleep(0.05)

    def _post(self, body: str) -> tuple[int, bytes, dict[str, str]]:
        if self._line is None:
            parts = urlsplit(self.url)
            self._line = http.client.HTTPConnection(
                parts.hostname or "", parts.port, timeout=ANSWER_SECONDS
            )
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        self._line.request("POST", "/v1/events", body, headers)
        answer = self._line.getresponse()
        told = answer.read()
        found = {name.lower(): value for name, value in answer.getheaders()}
        if answer.will_close:
            self._hang_up()
        return answer.status, told, found

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


@contextmanager
def sending(clients: Sequence[Client]) -> Iterator[None]:
    """The clients send for as long as the block lasts."""
    stop = threading.Event()

    def work(client: Client) -> None:
        while not stop.is_set():
            client.step()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        stop.set()
        for each in threads:
            each.join()


def finish(clients: Sequence[Client], seconds: float = 30) -> None:
    """What was not acknowledged is sent again until it is."""
    until = time.monotonic() + seconds
    for client in clients:
        while client.waiting and time.monotonic() < until:
            client.step()
        assert not client.waiting, "not everything was taken in the end"


def stored_ids(footfall: Footfall, site: str = SITE) -> Counter[str]:
    """Every event of the facts, by id; nobody may serve the workspace meanwhile."""
    with Workspace(footfall.workspace) as found:
        projection = found.projection(found.site(site))
        projection.use()
        rows = projection.con.execute("SELECT event_id, count(*) FROM events GROUP BY 1").fetchall()
    return Counter(dict(rows))


def logged_ids(footfall: Footfall, site: str = SITE) -> Counter[str]:
    """Every event of the log, by id."""
    found: Counter[str] = Counter()
    with Workspace(footfall.workspace) as workspace:
        for file in workspace.log(workspace.site(site)).files():
            found.update(pq.read_table(file.path, columns=["event_id"])["event_id"].to_pylist())
    return found


def compared(ledger: Ledger, stored: Counter[str]) -> Compared:
    """The ledger beside what is stored."""
    return Compared(
        lost=len(ledger.acknowledged - stored.keys()),
        duplicated=sum(1 for number in stored.values() if number > 1),
        invented=len(stored.keys() - ledger.sent),
        stored=stored.total(),
    )


def as_of(get: Any) -> int:
    """How many events the served numbers include."""
    got = get("/api/v1/kpis?kpi=sessions")
    while got.status == 503:
        time.sleep(int(got.headers["retry-after"]))
        got = get("/api/v1/kpis?kpi=sessions")
    assert got.status == 200, got.body
    return int(got.told["as_of"])


def until_taken_in(get: Any, number: int, seconds: float = 30) -> float:
    """Waits until so many events are in the numbers; how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if as_of(get) >= number:
            return time.monotonic() - began
        time.sleep(0.1)
    raise AssertionError(f"after {seconds} s there are {as_of(get)} of {number} events")
