"""A small demonstration that is served, for tests that only look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.process import Footfall
from support.served import Served, serving

FIRST, LAST = "2026-03-26", "2026-03-31"
DESIGN = """\
name = "Larger product gallery"
hypothesis = "Larger pictures draw people further down the page."
start = 2026-03-26
days = 7
segments = ["device"]
diagnostics = ["rpv"]

[variants]
control = 50
variant = 50

[primary]
kpi = "avg_scroll_depth"
minimum_effect = 0.05

[[guardrails]]
kpi = "bounce_rate"
margin = 0.1
"""
WISH = ("--days", "6", "--visitors", "400", "--until", LAST)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """A workspace with a few days of the demonstration."""
    made = Footfall(tmp_path_factory.mktemp("demo"))
    ran = made("demo", "--no-serve", *WISH)
    assert ran.code == 0, ran.err
    # six days are no whole week, so the demonstration has no design of its own
    (made.workspace / "experiments" / "product-gallery.toml").write_text(DESIGN, "utf-8")
    return made


@pytest.fixture(scope="session")
def served(demo: Footfall) -> Iterator[Served]:
    """The demonstration, served."""
    with serving(demo) as running:
        yield running


@pytest.fixture
def footfall(tmp_path: Path) -> Footfall:
    """The command, in an empty folder."""
    return Footfall(tmp_path)
