"""Whatever ends the server, what it acknowledged is there once (D1, D2, E2, D11)."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import pytest

from faults.kill import at_place, at_random
from support.collected import Shop, collecting
from support.ledger import (
    Client,
    Ledger,
    compared,
    finish,
    page_view,
    sending,
    stored_ids,
    until_taken_in,
)
from support.posting import post
from support.served import Got

KILLS = 25


@pytest.mark.slow
def test_random_kills_under_load(tmp_path: Path) -> None:
    told = at_random(tmp_path, KILLS, seed=7, longest=0.8)
    assert told.kills == KILLS
    assert told.acknowledged > 1000
    assert told.is_good, told


@pytest.mark.slow
@pytest.mark.parametrize("place", ["written", "applied", "logged", "site taken"])
def test_a_kill_at_every_place(tmp_path: Path, place: str) -> None:
    told = at_place(tmp_path, place, 1, seed=3)
    assert told.is_good, told


def test_stopped_in_order_it_has_answered_and_kept_everything(shop: Shop) -> None:
    ledger = Ledger()
    with collecting(shop) as served:
        clients = [Client(ledger, f"c{n}", served.url, shop.write) for n in range(4)]
        with sending(clients):
            until_taken_in(served.get, 20)
            code, err = served.stop(signal.SIGTERM)
        assert (code, err) == (0, "stopped; everything is kept\n")
    with collecting(shop) as served:
        for each in clients:
            each.url = served.url
        finish(clients)
        until_taken_in(served.get, len(ledger.acknowledged))
        served.stop()
    assert ledger.wrong == []
    assert compared(ledger, stored_ids(shop.footfall)).is_good


def test_a_storm_of_retries_counts_every_event_once(shop: Shop) -> None:
    events = [page_view(f"storm-{number}") for number in range(20)]
    accepted: list[int] = []
    with collecting(shop) as served:

        def send() -> None:
            for _ in range(3):
                got = post(served, {"events": events}, shop.write)
                assert got.status == 202
                assert got.told["accepted"] + got.told["duplicates"] == len(events)
                accepted.append(got.told["accepted"])

        threads = [threading.Thread(target=send) for _ in range(50)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert len(accepted) == 150
        assert sum(accepted) == len(events)
        until_taken_in(served.get, len(events))
        served.stop()
    assert sorted(stored_ids(shop.footfall).items()) == sorted((e["event_id"], 1) for e in events)


def test_a_second_collector_is_refused_and_the_first_goes_on(shop: Shop) -> None:
    with collecting(shop, "--role", "collector") as served:
        ran = shop.footfall("serve", "--role", "collector", "--port", "0")
        assert ran.code == 2
        assert "another process collects" in ran.err
        assert post(served, page_view("still"), shop.write).status == 202
    with collecting(shop, "--role", "worker") as worker:
        until_taken_in(lambda _: _numbers(shop), 1)
        assert worker.get("/readyz").told == {"status": "ok", "facts": "ok"}
        with collecting(shop, "--role", "dashboard") as shown:
            until_taken_in(shown.get, 1)
            assert shown.get("/").status == 200
            assert post(shown, page_view("no"), shop.write).status in (404, 405)


def _numbers(shop: Shop) -> Got:
    """The answer of the command line, in the place of one over HTTP."""
    return Got(200, {}, shop.footfall("kpis", "sessions", "--format", "json").out)
