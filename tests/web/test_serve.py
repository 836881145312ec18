"""While a workspace is served everything else works, and says the same."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import footfall
from footfall.doors.cli.front import COMMANDS
from support.process import GOOD, Footfall, Ran
from support.served import Served, serving, started

QUESTIONS = {
    "kpis": (("--by", "device", "--format", "json"), ("orders", "--every", "day")),
    "catalogue": (("--format", "json"),),
    "quality": (("--format", "json"), ()),
    "quarantine": (("list",), ("list", "--format", "json")),
    "team": (("--format", "json"), ()),
    "export": (("sessions",), ("orders", "--format", "json"), ("conversations",)),
    "explain": (("revenue", "--format", "json"), ("aov",)),
    "funnel": (("--steps", "page_view,purchase", "--format", "json"),),
    "leaks": (("--steps", "page_view,purchase"),),
    "retention": (("--format", "csv"),),
    "paths": ((),),
    "pages": (("--kind", "exit"),),
    "clickmap": (("/*",),),
    "drilldown": (("nobody",),),
    "rebuild": ((),),
    "report": (("--period", "2026-01-05..2026-01-05"), ("send",)),
    "verify": ((),),
    "experiment": (("list",),),
}
"""Every command that asks something, with some of its words."""
UNTIL = {"rebuild": "built anew", "report": "Made "}
"""What follows is how long something took, or the time."""
OTHERS = {"demo", "init", "import", "key", "serve"}
ENOUGH_EVENTS = 2000


@pytest.fixture
def running(footfall: Footfall) -> Iterator[Served]:
    """A workspace with nine good events, served."""
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0
    with serving(footfall) as found:
        yield found


def test_every_command_that_asks_is_tried() -> None:
    assert set(COMMANDS) == QUESTIONS.keys() | OTHERS


@pytest.mark.slow
def test_every_command_says_the_same_while_it_is_served(footfall: Footfall) -> None:
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0

    def said() -> dict[str, tuple[int, str, str]]:
        told = {}
        for name, some in QUESTIONS.items():
            for words in some:
                ran = footfall(name, *words)
                out = ran.out.partition(UNTIL[name])[0] if name in UNTIL else ran.out
                told[" ".join((name, *words))] = (ran.code, out, ran.err)
        return told

    alone = said()
    with serving(footfall):
        assert said() == alone
    assert said() == alone


def test_an_import_goes_through_the_server_and_is_there_at_once(running: Served) -> None:
    before = running.get("/api/v1/kpis?kpi=sessions").told
    running.footfall.write("more.jsonl", [_view(number) for number in range(3)])
    ran = running.footfall("import", "more.jsonl")
    assert ran.code == 0, ran.err
    assert ran.row("more.jsonl") == [3, 3, 0, 0]
    after = running.get("/api/v1/kpis?kpi=sessions").told
    assert after["rows"][0]["value"] == before["rows"][0]["value"] + 3
    assert after["as_of"] == before["as_of"] + 3
    again = running.footfall("import", "more.jsonl")
    assert again.row("more.jsonl") == [3, 0, 3, 0]


@pytest.mark.slow
def test_two_imports_at_once_each_know_what_they_stored(running: Served) -> None:
    names = []
    for part in range(3):
        first = part * ENOUGH_EVENTS
        events = [_view(number) for number in range(first, first + ENOUGH_EVENTS)]
        names.append(running.footfall.write(f"part{part}.jsonl", events))
    ran: list[tuple[str, Ran]] = []
    threads = [
        threading.Thread(
            target=lambda name=name: ran.append((name, running.footfall("import", name)))
        )
        for name in names
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(ran) == len(names)
    for name, imported in ran:
        assert imported.row(name) == [ENOUGH_EVENTS, ENOUGH_EVENTS, 0, 0]


def test_settings_are_read_anew_for_every_question(running: Served) -> None:
    settings = running.footfall.workspace / "footfall.toml"
    text = settings.read_text("utf-8")
    assert running.get("/api/v1/kpis?kpi=orders").told["timezone"] == "UTC"
    settings.write_text(text.replace('timezone = "UTC"', 'timezone = "Asia/Tokyo"'), "utf-8")
    assert "Asia/Tokyo" in settings.read_text("utf-8")
    assert running.get("/api/v1/kpis?kpi=orders").told["timezone"] == "Asia/Tokyo"
    assert running.footfall("kpis", "--format", "json").told["timezone"] == "Asia/Tokyo"


def test_a_second_server_is_refused_and_told_where_the_first_is(running: Served) -> None:
    ran = running.footfall("serve", "--port", "0")
    assert (ran.code, ran.out) == (2, "")
    assert f"is served already, at {running.url}" in ran.err


def test_it_stops_in_order_and_everything_is_kept(running: Served) -> None:
    data = running.footfall.workspace / "data"
    assert (data / "serve.sock").exists()
    code, err = running.stop(signal.SIGINT)
    assert (code, err) == (0, "stopped; everything is kept\n")
    assert not (data / "serve.sock").exists()
    assert running.footfall("kpis", "sessions").code == 0


@pytest.mark.slow
def test_a_server_that_was_killed_is_in_nobodys_way(running: Served) -> None:
    running.stop(signal.SIGKILL)
    assert (running.footfall.workspace / "data" / "serve.sock").exists()
    assert running.footfall("kpis", "sessions").code == 0
    with serving(running.footfall) as again:
        assert again.get("/readyz").status == 200


@pytest.mark.slow
def test_python_follows_a_server_that_comes_and_goes(footfall_shop: Path) -> None:
    made = Footfall(footfall_shop.parent)
    with footfall.open(footfall_shop) as shop:
        with serving(made):
            served = shop.kpis(["sessions"]).to_json()
        assert shop.kpis(["sessions"]).to_json() == served


@pytest.fixture
def footfall_shop(footfall: Footfall) -> Path:
    """A workspace with nine good events."""
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0
    return footfall.workspace


def test_only_the_owner_may_open_the_socket(running: Served) -> None:
    path = running.footfall.workspace / "data" / "serve.sock"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_uid == os.geteuid()


def test_words_that_are_none_do_not_harm_the_server(running: Served) -> None:
    path = str(running.footfall.workspace / "data" / "serve.sock")
    for words in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x05\0\0\0\0\0\0\0hello"):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(path)
            line.sendall(words)
            line.shutdown(socket.SHUT_WR)
            assert line.recv(100) == b""
    assert running.footfall("kpis", "sessions").code == 0


@pytest.mark.slow
def test_a_workspace_far_down_can_be_served(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20) / ("down" * 20)
    folder.mkdir(parents=True)
    made = Footfall(folder)
    made.write("good.jsonl", GOOD)
    assert made("import", "good.jsonl").code == 0
    with serving(made) as running:
        assert made("kpis", "sessions", "--format", "json").out == (
            running.get("/api/v1/kpis?kpi=sessions").body
        )


def test_a_port_that_is_taken_is_named(footfall: Footfall) -> None:
    footfall("init")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = footfall("serve", "--port", str(taken.getsockname()[1]))
    assert ran.code == 1
    assert "cannot be had (address already in use); name another one" in ran.err


@pytest.mark.slow
def test_the_demonstration_is_served_when_it_is_made(footfall: Footfall) -> None:
    with started(footfall, "demo", "--days", "1", "--visitors", "20") as running:
        assert running.get("/s/demo").status == 200
        again = footfall("demo", "--days", "1", "--visitors", "20")
        assert again.code == 0, again.err
        assert f"The dashboard is at {running.url}" in again.out


def _view(number: int) -> dict[str, str]:
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_767_600_000 + number))
    return {
        "event_id": f"v{number}",
        "event": "page_view",
        "occurred_at": moment,
        "visitor_id": f"visitor-{number}",
        "url": "https://shop.example/",
    }
