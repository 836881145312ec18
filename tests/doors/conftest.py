"""The command line in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.process import GOOD, Footfall


@pytest.fixture
def footfall(tmp_path: Path) -> Footfall:
    """The command, in an empty folder."""
    return Footfall(tmp_path)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """The command with a workspace in which there are nine good events; nobody changes it."""
    made = Footfall(tmp_path_factory.mktemp("shop"))
    made.write("good.jsonl", GOOD)
    assert made("import", "good.jsonl").code == 0
    return made
