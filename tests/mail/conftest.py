"""A shop with a few visits and orders, a mail server of its own, and a clock that is moved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from footfall.workspace import Workspace
from support.mailbox import Mailbox, receiving, write_settings
from support.moment import MovedClock, ms
from support.process import GOOD, Footfall

NAME = "Ada's <b>Shop</b>"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with nine good events of 5 January 2026; nobody changes it."""
    footfall = Footfall(tmp_path_factory.mktemp("made"))
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0
    path = footfall.workspace / "footfall.toml"
    text = path.read_text("utf-8").replace('name = "Shop"', f'name = "{NAME}"')
    path.write_text(text.replace('timezone = "UTC"', 'timezone = "Europe/Berlin"'), "utf-8")
    assert footfall("kpis", "orders").code == 0
    return footfall.workspace


@pytest.fixture
def footfall(made: Path, tmp_path: Path) -> Footfall:
    """The command with a shop of its own."""
    shutil.copytree(made, tmp_path / "ws")
    return Footfall(tmp_path)


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server that takes everything."""
    with receiving() as found:
        yield found


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(ms("2026-01-05T12:00"))


@pytest.fixture
def shop(footfall: Footfall, box: Mailbox, clock: MovedClock) -> Iterator[Workspace]:
    """The shop, opened, with the mail server in its settings."""
    write_settings(footfall.workspace, box)
    with Workspace(footfall.workspace, clock) as opened:
        yield opened
