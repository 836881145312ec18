"""What a workspace gives back, and what it does not leave lying about."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import footfall
from footfall.folder import create
from footfall.workspace import Workspace


def made(folder: Path) -> Path:
    create(folder, "shop")
    return folder


def test_an_answer_is_a_table_in_a_notebook(tmp_path: Path) -> None:
    with footfall.open(made(tmp_path)) as shop:
        answer = shop.kpis("sessions", start="2026-01-05", end="2026-01-05")
    shown = getattr(answer, "_repr_html_")()  # noqa: B009 - as a notebook finds it
    assert "<td" in shown
    assert ">sessions</td>" in shown


def test_what_a_broken_import_left_is_removed_at_the_next_one(tmp_path: Path) -> None:
    staging = made(tmp_path) / "data" / "staging"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left, used = staging / f"{gone.pid}-1767600000000", staging / f"{os.getpid()}-1767600000000"
    other = staging / "notes"
    for folder in (left, used, other):
        folder.mkdir(parents=True)
        (folder / "part-000001.parquet").write_bytes(b"PAR1")
    with Workspace(tmp_path) as shop, shop.staging() as fresh:
        assert sorted(staging.iterdir()) == sorted([used, fresh, other])
    assert not fresh.exists()
