"""One KPI in a terminal, with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from footfall.catalogue import Kpi
from footfall.catalogue.kpi import Checked, Example
from footfall.report.checks import expected, verdict
from footfall.report.numbers import NOTHING
from footfall.report.table import PLAIN, Style, both_ends, clean, paragraph
from footfall.report.words import formula, measures, named_sets

INDENT = "  "
LABEL = 12
WIDEST = 100
SOURCES = {
    "D": "Dialogue KPIs",
    "F": "Firework One-to-One glossary",
    "L": "LoyJoy KPIs",
    "C": "CRO KPI framework",
    "G": "GA4 conventions",
}
BETTER = {"higher": "higher is better", "lower": "lower is better"}
PLACE = ("at", "visitor", "customer", "event")


def card(
    kpi: Kpi, currency: str, width: int, style: Style = PLAIN, checks: Sequence[Checked] = ()
) -> list[str]:
    """All that is known of a KPI; `currency` is that of the examples which name none.

    `checks` say of each example in turn whether it holds.
    """
    width = min(width, WIDEST)
    better = BETTER.get(kpi.better, "neither higher nor lower is better")
    told = [
        both_ends(kpi.name, kpi.id, width, style.strong, style.faint),
        style.faint(f"{kpi.group} · {kpi.unit} · {better}"),
        "",
        *paragraph(kpi.help, width),
        "",
    ]
    for label, texts in facts(kpi).items():
        told += _labelled(label, texts, width, style)
    for example, checked in zip_longest(kpi.examples, checks):
        told += ["", *_example(kpi, example, currency, width, style)]
        if checked:
            told += _wrapped(verdict(kpi, checked, currency), width)
    return told


def facts(kpi: Kpi) -> dict[str, list[str]]:
    """What is known, by its label."""
    return {
        "formula": [formula(kpi)],
        "made of": measures(kpi),
        "by": [", ".join(names) for names in named_sets(kpi).values()],
        "only by": [kpi.requires] if kpi.requires else [],
        "source": [SOURCES.get(kpi.source, kpi.source)],
        "benchmark": [kpi.benchmark] if kpi.benchmark else [],
        "beware": [kpi.traps] if kpi.traps else [],
    }


def _labelled(label: str, texts: Sequence[str], width: int, style: Style) -> list[str]:
    """A label, and beside it one or more texts, each from a line of its own on."""
    told = [line for text in texts for line in paragraph(text, width - LABEL, hanging=INDENT)]
    labels = [style.faint(label.ljust(LABEL)), *[" " * LABEL] * len(told)]
    return [first + line for first, line in zip(labels, told, strict=False)]


def _example(kpi: Kpi, example: Example, currency: str, width: int, style: Style) -> list[str]:
    segment = ", ".join(f"{name} {value or NOTHING}" for name, value in example.by.items())
    answer = style.strong(clean(expected(kpi, example, currency)))
    return [
        *(style.faint(line) for line in paragraph(f"Example: {example.about}", width)),
        *(line for row in row_lines(example) for line in _wrapped(row, width)),
        *(line for event in event_lines(example) for line in _wrapped(event, width)),
        f"{INDENT}→ {answer}" + (f" for {clean(segment)}" if segment else ""),
    ]


def row_lines(example: Example) -> list[str]:
    """The rows of tables, one in a line."""
    return [
        clean(INDENT + f"{kind}  " + " ".join(f"{key}={_plain(each)}" for key, each in row.items()))
        for kind, rows in example.tables.items()
        for row in rows
    ]


def _wrapped(event: str, width: int) -> list[str]:
    return paragraph(event, width, INDENT, INDENT * 4)


def event_lines(example: Example) -> list[str]:
    """The events, one in a line, what all of them have beneath each other."""
    places = [[str(event.get(key, "")) for key in PLACE] for event in example.events]
    widths = [max(map(len, column), default=0) for column in zip(*places, strict=True)]
    told = []
    for place, event in zip(places, example.events, strict=True):
        beneath = [text.ljust(width) for text, width in zip(place, widths, strict=True) if width]
        own = " ".join(f"{key}={_plain(each)}" for key, each in event.items() if key not in PLACE)
        told.append(clean(INDENT.join([*beneath, own]).rstrip()))
    return told


def _plain(value: object) -> str:
    """A property as it can stand in a line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} {_plain(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "[" + ", ".join(_plain(each) for each in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
