"""Whether worked examples hold, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from footfall.catalogue import Kpi
from footfall.catalogue.kpi import Checked, Example
from footfall.report.numbers import plural, shown
from footfall.report.table import PLAIN, Style, clean, paragraph

HOLDS, FAILS = "✓", "✗"
INDENT = "  "
Found = Sequence[tuple[Kpi, Sequence[Checked]]]


def expected(kpi: Kpi, example: Example, currency: str) -> str:
    """What should come out, as people read it; `currency` is that of examples which name none."""
    value = example.value
    try:
        # money is written as a text in the file
        number = Decimal(value) if isinstance(value, str) else value
    except InvalidOperation:
        return repr(value)
    return shown(number, kpi.unit, _currency(example, currency))


def verdict(kpi: Kpi, checked: Checked, currency: str) -> str:
    """`✓ checked`, or `✗` and what the events give instead."""
    if checked.holds:
        return f"{HOLDS} checked"
    return f"{FAILS} {_instead(kpi, checked, currency)}"


def fault(kpi: Kpi, place: str, checked: Checked, currency: str) -> str:
    """A sentence for an example that does not hold: its place, what was expected, what came."""
    wanted = expected(kpi, checked.example, currency)
    if _got(kpi, checked, currency) == wanted:
        wanted = str(checked.example.value)
    about = f" ({clean(checked.example.about)})" if checked.example.about else ""
    return f"{place}{about}: expected {wanted}; {_instead(kpi, checked, currency)}"


def report(
    found: Found, currencies: Mapping[str, str], width: int, style: Style = PLAIN
) -> list[str]:
    """Every checked KPI with its examples, and how many hold; currencies by KPI."""
    told = []
    for kpi, checks in found:
        told.append(f"{style.strong(clean(kpi.name))}  {style.faint(kpi.id)}")
        for each in checks:
            words = f"{verdict(kpi, each, currencies[kpi.id])}: {each.example.about}"
            told += paragraph(words, width, INDENT, INDENT * 2)
        told += [] if checks else [f"{INDENT}– no example"]
    return [*told, *([""] if told else []), summary(found)]


def summary(found: Found) -> str:
    """How many examples hold."""
    checks = [each for _, some in found for each in some]
    good = sum(each.holds for each in checks)
    kpis = plural(len(found), "KPI")
    if not checks:
        return f"{kpis}, no example to check."
    if good == len(checks):
        return f"{kpis}, {plural(good, 'example')}: {'all hold' if good > 1 else 'it holds'}."
    return f"{kpis}, {plural(len(checks), 'example')}: {good} of {len(checks)} hold."


def _instead(kpi: Kpi, checked: Checked, currency: str) -> str:
    """What is wrong; where both numbers are shown alike, with all digits that there are."""
    if checked.fault is not None:
        return f"it cannot be worked out: {clean(checked.fault)}"
    told = _got(kpi, checked, currency)
    if told == expected(kpi, checked.example, currency):
        told = str(checked.got)
    return f"the events give {told}"


def _got(kpi: Kpi, checked: Checked, currency: str) -> str:
    return shown(checked.got, kpi.unit, _currency(checked.example, currency))


def _currency(example: Example, currency: str) -> str:
    return str(example.site.get("currency", currency))
