"""What every KPI means: one TOML file each, read, checked and ready to be asked."""

from __future__ import annotations

from footfall.catalogue.catalogue import Catalogue, built_in, with_workspace
from footfall.catalogue.kpi import Example, Kpi
from footfall.catalogue.measure import Measure, Source

__all__ = ["Catalogue", "Example", "Kpi", "Measure", "Source", "built_in", "with_workspace"]
