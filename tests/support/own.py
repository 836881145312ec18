"""KPIs of a shop's own that are made of what no KPI of the contract's store is made of."""

from __future__ import annotations

from footfall.catalogue import Kpi
from footfall.catalogue.read import read_kpis

HEAD = """
id = "{id}"
name = "{id}"
group = "Own"
help = "…"
unit = "{unit}"
better = "neither"
source = "the shop"
formula = "{formula}"
"""
MIDDLE_VISIT = (
    HEAD.format(id="middle_visit", unit="seconds", formula="lasted / 1000")
    + """
[measures.lasted]
fact = "sessions"
median = "duration_ms"
where = { bounced = false }
"""
)
MIDDLE_ENGAGED = (
    HEAD.format(id="middle_engaged", unit="seconds", formula="lasted")
    + """
[measures.lasted]
fact = "contributed_sessions"
median = "duration_ms"
"""
)
KINDS = (
    HEAD.format(id="kinds", unit="count", formula="told")
    + """
[measures.told]
fact = "milestones"
count = true

[split]
column = "kind"
values = ["lead", "trial", "nothing"]
"""
)


def own(text: str) -> Kpi:
    """The KPI of a text."""
    return read_kpis(text, "own.toml", text.split('"')[1])[0]
