"""An experiment in a terminal: the decision first, then every number that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footfall.report.experiment import Story
from footfall.report.experiment_grids import Grid
from footfall.report.table import PLAIN, Column, Style, Table, Toned, lines, paragraph

INDENT = "  "


def report(story: Story, site: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines that people read."""
    told = [style.strong(story.name) + style.faint(f" · {story.id} · {site}")]
    told += paragraph(story.hypothesis, width)
    told += ["", *_verdict(story, width, style), ""]
    for sentence in story.others:
        told += paragraph(
            f"{sentence.variant}: {sentence.word}. {' '.join(sentence.because)}", width
        )
    told += [""] if story.others else []
    told += [*_pairs(story.facts, width, style), ""]
    told += [f"{style.warning('!')} {line}" for line in _wrapped(story.warnings, width)]
    told += [""] if story.warnings else []
    if story.is_untrusted and story.primary:
        told += [style.bad("Untrusted: no number below may be used as a result."), ""]
    grids = [story.primary, story.guardrails, story.diagnostics, *story.segments]
    for grid in grids:
        if grid is not None:
            told += [*_grid(grid, width, style), ""]
    told += _worth(story, width, style)
    told += [*_checks(story, width, style), ""]
    told += [style.strong("Method")]
    for line in story.method:
        told += paragraph(line, width, INDENT, INDENT)
    return told


def _verdict(story: Story, width: int, style: Style) -> Iterator[str]:
    tones = {"good": style.good, "bad": style.bad, "wait": style.warning, "even": style.strong}
    verdict = story.verdict
    codes = ", ".join(verdict.codes)
    yield tones[verdict.tone](story.title.upper()) + style.faint(f"  rule {verdict.rule}: {codes}")
    for line in (*verdict.because, verdict.next):
        yield from paragraph(line, width)


def _pairs(facts: Sequence[tuple[str, str]], width: int, style: Style) -> list[str]:
    columns = (Column("", faint=True), Column(""))
    return lines(Table(columns, tuple(facts)), width, style)


def _wrapped(told: Sequence[str], width: int) -> Iterator[str]:
    for each in told:
        yield from paragraph(each, width - 2)


def _grid(grid: Grid, width: int, style: Style) -> list[str]:
    if not grid.heads:
        return [style.strong(grid.title), *paragraph(grid.note, width, INDENT, INDENT)]
    columns = tuple(
        Column(head.lower(), right=at >= grid.texts, rank=_rank(head))
        for at, head in enumerate(grid.heads)
    )
    rows = tuple(
        tuple(
            Toned(cell.text, cell.text, is_good=cell.tone == "good") if cell.tone else cell.text
            for cell in row
        )
        for row in grid.rows
    )
    told = lines(Table(columns, rows, grid.title), width, style)
    return [*told, *paragraph(grid.note, width)] if grid.note else told


def _rank(head: str) -> int:
    """What is given up first where room is short."""
    return {"Shrunk": 4, "Difference": 3, "Significance": 2, "Of the primary": 1}.get(head, 0)


def _worth(story: Story, width: int, style: Style) -> list[str]:
    if not story.worth:
        return []
    told = [style.strong("Worth a year")]
    for each in story.worth:
        name = f"{each.variant}: " if len(story.worth) > 1 else ""
        is_told = each.headline != "–"
        told += [f"{INDENT}{name}{style.good(each.headline)}"] if is_told else []
        for line in each.lines:
            said = line if is_told else f"{name}{line}"
            told += paragraph(said, width, INDENT, INDENT)
    return [*told, ""]


def _checks(story: Story, width: int, style: Style) -> list[str]:
    rows = tuple(("✓" if each.is_fine else "✗", each.what, each.found) for each in story.checks)
    columns = (Column(""), Column(""), Column("", faint=True))
    return [style.strong("Checks of the data"), *lines(Table(columns, rows), width, style)]
