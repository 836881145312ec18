"""Collectors for real clients, and the browser that some of them live in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.listening import Listening, listening
from support.npm import installed


@pytest.fixture
def collector() -> Iterator[Listening]:
    """A collector, empty."""
    with listening() as running:
        yield running


@pytest.fixture(scope="session")
def npm() -> Path:
    """Where the clients from npm are."""
    return installed()
