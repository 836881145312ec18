"""The designs of the demonstration's experiments, written where people write theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from footfall.doors.demo.rhythm import Calendar
from footfall.doors.demo.trials import TRIALS, Trial

WEEK = 7
MARKER = "# Made by `footfall demo`, which may replace it."
DESIGNS = {
    "home-hero-aa": """\
name = "The same home page twice"
hypothesis = "Both variants are the same, so nothing may differ: it tries the measuring itself."
diagnostics = ["bounce_rate", "visitor_conversion_rate"]

[primary]
kpi = "avg_scroll_depth"
minimum_effect = 0.06

[[guardrails]]
kpi = "pages_per_session"
margin = 0.15
""",
    "product-gallery": """\
name = "Larger product gallery"
hypothesis = "Larger pictures draw people further down the page, to what they need to decide."
segments = ["device", "visitor_type"]
diagnostics = ["visitor_conversion_rate", "add_to_cart_rate", "rpv"]

[primary]
kpi = "avg_scroll_depth"
minimum_effect = 0.05

[[guardrails]]
kpi = "pages_per_session"
margin = 0.05

[[guardrails]]
kpi = "bounce_rate"
margin = 0.10
""",
    "express-checkout": """\
name = "Express checkout"
hypothesis = "Fewer steps to pay bring more orders."
window = "21d"
diagnostics = ["aov", "pages_per_session"]

[primary]
kpi = "visitor_conversion_rate"
minimum_effect = 0.05

[[guardrails]]
kpi = "refund_rate"
margin = 0.10
""",
    "collection-grid": """\
name = "Four products in a row"
hypothesis = "More products at a glance bring more people to a product."
diagnostics = ["add_to_cart_rate"]

[primary]
kpi = "pages_per_session"
minimum_effect = 0.05

[[guardrails]]
kpi = "bounce_rate"
margin = 0.10
""",
}


def write_designs(folder: Path, site: str, calendar: Calendar) -> None:
    """Writes a design for each experiment that runs for a week or more; keeps people's own."""
    folder.mkdir(exist_ok=True)
    for trial in TRIALS:
        path = folder / f"{trial.id}.toml"
        if path.exists() and not path.read_text("utf-8").startswith(MARKER):
            continue
        path.unlink(missing_ok=True)
        if text := _design(trial, site, calendar):
            path.write_text(text, "utf-8")


def _design(trial: Trial, site: str, calendar: Calendar) -> str | None:
    days = list(_days(trial, calendar))
    weeks = len(days) // WEEK
    if not weeks:
        return None
    head, _, roles = DESIGNS[trial.id].partition("\n\n")
    return (
        f'{MARKER}\n{head}\nsite = "{site}"\nstart = {calendar.day(days[0])}\n'
        f"days = {weeks * WEEK}\n\n[variants]\ncontrol = 50\nvariant = 50\n\n{roles}"
    )


def _days(trial: Trial, calendar: Calendar) -> Iterator[int]:
    return (day for day in range(calendar.days) if trial.runs(day, calendar.days))
