"""No event is acknowledged before it is synced: a trace of the system calls says so (D4)."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.collected import Shop, collecting
from support.ledger import page_view
from support.posting import post

CALLS = "write,writev,sendto,sendmsg,send,fsync,fdatasync,openat,recvfrom,read,recvmsg"
ACKS = 40


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_every_acknowledgement_follows_a_sync_of_its_segment(shop: Shop, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    words = ("strace", "-f", "-tt", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", str(trace))
    with collecting(shop, "--role", "collector", prefix=words) as served:
        for number in range(ACKS):
            assert post(served, page_view(f"traced-{number}"), shop.write).status == 202
        strace = served.process.pid
        traced = Path(f"/proc/{strace}/task/{strace}/children").read_text().split()
        os.kill(int(traced[0]), signal.SIGTERM)
        assert served.process.wait(60) == 0
    order = list(_order(trace.read_text("utf-8", "replace")))
    assert order.count("ack") == ACKS
    unsynced, made = False, 0
    for what in order:
        match what:
            case "segment":
                made += 1
            case "folder":
                made = 0
            case "write":
                assert made == 0, "a segment is written to before its name is on disk"
                unsynced = True
            case "sync":
                unsynced = False
            case "ack":
                assert not unsynced, "acknowledged before it was synced"
    assert "segment" in order
    assert order.count("sync") >= 2


def _order(text: str) -> Iterator[str]:
    """What was done to the journal and said to clients, in order of the calls' ends."""
    for line in text.splitlines():
        if re.search(r"openat\(.*\.journal.*O_CREAT", line):
            yield "segment"
        elif re.search(r"fsync\(\d+<[^>]*/journal>\)\s+= 0", line):
            yield "folder"
        elif re.search(r"write\(\d+<[^>]*\.journal>, .*\\365REC", line):
            yield "write"
        elif re.search(r"fdatasync\(\d+<[^>]*\.journal>\)\s+= 0", line) or (
            "fdatasync resumed" in line and line.rstrip().endswith("= 0")
        ):
            yield "sync"
        elif "HTTP/1.1 202" in line:
            yield "ack"
