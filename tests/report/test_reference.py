"""The KPI reference in the docs is in step with the definitions, and says all of them."""

from __future__ import annotations

from pathlib import Path

from footfall.catalogue.catalogue import built_in
from footfall.report.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "kpis.md"


def test_the_page_is_in_step() -> None:
    assert PAGE.read_text("utf-8") == reference(built_in()), "make docs"


def test_every_kpi_has_its_definition_source_dimensions_example_and_traps() -> None:
    page = reference(built_in())
    for kpi in built_in():
        section = page.partition(f"### {kpi.id}\n")[2].partition("\n### ")[0]
        assert "- Formula: " in section
        assert "- Source: " in section
        assert "- By: " in section
        assert ("- Beware: " in section) == (kpi.traps is not None)
        assert section.count("\nExample: ") == min(1, len(kpi.examples))
        assert section.count("\n→ ") == section.count("\nExample: ")


def test_links_lead_to_their_sections() -> None:
    page = reference(built_in())
    for kpi in built_in():
        assert f"[{kpi.id}](#{kpi.id})" in page
        assert page.count(f"\n### {kpi.id}\n") == 1
