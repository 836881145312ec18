"""The reference for people names every method, every decision and every reason."""

from __future__ import annotations

from pathlib import Path

from footfall.calculator.calculate import METHODS
from footfall.statistics.decision import Decision, Reason

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "statistics.md").read_text("utf-8")


def test_the_page_names_what_there_is() -> None:
    words = [*METHODS, *map(str, Decision), *map(str, Reason)]
    assert [word for word in words if f"`{word}`" not in PAGE] == []
