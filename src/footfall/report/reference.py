"""The KPI reference: every KPI of the catalogue as a page of Markdown, for the docs.

It is made of the definitions alone, so that what people read is what is computed.
"""

from __future__ import annotations

from collections.abc import Iterable

from footfall.catalogue import Kpi
from footfall.catalogue.kpi import Example
from footfall.report.card import BETTER, SOURCES, event_lines, row_lines
from footfall.report.checks import expected
from footfall.report.numbers import NOTHING
from footfall.report.words import dimension_sets, formula, groups, measures, named_sets

CURRENCY = "EUR"
INTRO = """\
# KPIs

Every number that Footfall computes. This page is made from the definitions by `make docs`; do not
edit it. The same in a terminal: `footfall catalogue`, and `footfall catalogue ID` for one of them.

A period is whole days of the site's time zone, both ends included. A count over nothing is 0; a
ratio over nothing has no value, shown as –. Rates are fractions in data and percentages on screen.
Unique counts never add up over days or segments. Examples are checked by the tests: their times are
local, their money is EUR where nothing else is said.
"""


def reference(kpis: Iterable[Kpi]) -> str:
    """The page, with all KPIs by their groups."""
    told = [INTRO, "Dimensions that come in sets:", ""]
    told += [f"- *{name}*: {_names(names)}" for name, names in dimension_sets().items()]
    found = groups(kpis)
    for group, several in found:
        told += ["", f"**{group}**: " + " · ".join(_link(kpi) for kpi in several)]
    for group, several in found:
        told += ["", f"## {group}"]
        for kpi in several:
            told += ["", *_kpi(kpi)]
    return "\n".join(told) + "\n"


def _kpi(kpi: Kpi) -> list[str]:
    better = BETTER.get(kpi.better, "neither higher nor lower is better")
    return [
        f"### {kpi.id}",
        "",
        f"**{_text(kpi.name)}** ({kpi.unit}; {better}). {_text(kpi.help)}",
        "",
        f"- Formula: {_text(formula(kpi))}",
        *(f"  - {_text(each)}" for each in measures(kpi)),
        f"- Source: {SOURCES.get(kpi.source, kpi.source)}",
        f"- By: {_dimensions(kpi)}",
        *([f"- Only by {kpi.requires}"] if kpi.requires else []),
        *([f"- Benchmark: {_text(kpi.benchmark)}"] if kpi.benchmark else []),
        *([f"- Beware: {_text(kpi.traps)}"] if kpi.traps else []),
        *(line for example in kpi.examples[:1] for line in _example(kpi, example)),
    ]


def _dimensions(kpi: Kpi) -> str:
    sets = dimension_sets()
    named = [f"*{name}*" if name in sets else f"`{name}`" for name in named_sets(kpi)]
    return ", ".join(named) or NOTHING


def _example(kpi: Kpi, example: Example) -> list[str]:
    """A worked example: what happened, and what comes out."""
    segment = ", ".join(f"{name} {value or NOTHING}" for name, value in example.by.items())
    site = ", ".join(f"{name} = {value}" for name, value in example.site.items())
    return [
        "",
        f"Example: {_text(example.about)}" + (f" (site: {_text(site)})" if site else ""),
        "",
        "```",
        *row_lines(example),
        *event_lines(example),
        f"→ {expected(kpi, example, CURRENCY)}" + (f" for {segment}" if segment else ""),
        "```",
    ]


def _link(kpi: Kpi) -> str:
    return f"[{kpi.id}](#{kpi.id})"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _text(text: str) -> str:
    """A text in which Markdown reads no marks."""
    return text.replace("\\", "\\\\").replace("_", "\\_").replace("*", "\\*").replace("<", "&lt;")
