"""Collectors for real clients, and the browser that some of them live in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from support.listening import Listening, listening
from support.npm import installed

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture
def collector() -> Iterator[Listening]:
    """A collector, empty."""
    with listening() as running:
        yield running


@pytest.fixture(scope="session")
def npm() -> Path:
    """Where the clients from npm are."""
    return installed()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser is installed here; one of {', '.join(NAMES)} would do")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()
