"""Writes docs/reference/kpis.md from the catalogue: `make docs`."""

from __future__ import annotations

from pathlib import Path

from footfall.catalogue.catalogue import built_in
from footfall.report.reference import reference

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "kpis.md"


def main() -> None:
    """The page, anew."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(reference(built_in()), "utf-8")


if __name__ == "__main__":
    main()
