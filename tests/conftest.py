"""What holds for all tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A slow or busy machine is no reason for a test to fail.
settings.register_profile("footfall", deadline=None, print_blob=True)
settings.load_profile("footfall")

TESTS = Path(__file__).parent
SLOW = (
    "calibration", "clients", "collector", "demo", "doors", "engines", "faults", "journal", "laws",
    "mail", "tag", "traps", "web", "behaviour/test_funnel.py",
    "facts/test_conversations.py", "importers/test_round_trip.py", "importers/test_samples.py",
    "test_proof.py",
)  # fmt: skip
"""Rooms that run whole processes, second engines or streams by the hundred."""
EVERYDAY = ("doors/test_kpis_command.py", "doors/test_behaviour_commands.py")
"""Of those rooms, what is told of each change all the same."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

Launch = Callable[..., "Browser"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks as slow whatever `make check` leaves to `make test`."""
    for item in items:
        place = item.path.relative_to(TESTS)
        names = {place.as_posix(), *(each.as_posix() for each in place.parents)}
        if names & set(SLOW) and place.as_posix() not in EVERYDAY:
            item.add_marker("slow")


@pytest.fixture(scope="session")
def launch() -> Iterator[Launch]:
    """Starts real browsers with further arguments; a process can have one that starts them."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not every test's

    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser is installed here; one of {', '.join(BROWSERS)} would do")
    with sync_playwright() as playwright:
        yield lambda *further: playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", *further]
        )


@pytest.fixture(scope="session")
def browser(launch: Launch) -> Iterator[Browser]:
    """A real browser, one for all tests of a process."""
    running = launch()
    yield running
    running.close()
