"""A browser as people have it, and a shop whose pages have the tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from support.tagged import Shop, shop

AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
Visit = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """One without a screen that says it is an ordinary one, for others count as bots."""
    running = launch(f"--user-agent={AGENT}")
    yield running
    running.close()


@pytest.fixture
def tagged() -> Iterator[Shop]:
    """A shop of its own for every test."""
    with shop() as made:
        yield made


@pytest.fixture
def visit(browser: Browser, tagged: Shop) -> Iterator[Visit]:
    """Makes somebody who visits: a browser with cookies of its own.

    Whatever the tag throws into a page, and every request to another place, fails the test.
    """
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def made(**wishes: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=tagged.url, viewport={"width": 1000, "height": 800}, user_agent=AGENT, **wishes
        )
        opened.append(context)
        context.on("weberror", lambda told: complaints.append(str(told.error)))
        context.on("request", lambda asked: _note(asked.url, tagged.url, complaints))
        return context

    yield made
    for each in opened:
        each.close()
    assert complaints == []


@pytest.fixture
def page(visit: Visit) -> Page:
    """A page of a new visitor."""
    return visit().new_page()


def _note(asked: str, allowed: str, complaints: list[str]) -> None:
    if not asked.startswith((allowed, "data:", "about:", "blob:")):
        complaints.append(f"a request to {asked}")
