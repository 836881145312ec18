"""`footfall import`: files in, and what became of their rows."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from footfall import folder as folders
from footfall.doors.cli.options import Command
from footfall.doors.cli.progress import import_progress
from footfall.doors.cli.screen import note, show, style, width
from footfall.errors import RequestError, unknown
from footfall.report.numbers import count, plural
from footfall.report.table import SHORTEST_TEXT, Column, Table, end_of, lines, paragraph

if TYPE_CHECKING:
    from footfall.doors.importers.run import FileResult, ImportReport, Wish
    from footfall.log.quarantine import Refused

EVENTS = ("auto", "jsonl", "csv", "parquet", "ga4", "segment", "shopify-orders", "loyjoy")
NUMBERS = 50
"""Room for the numbers of a file."""
TABLES = ("ad-costs", "email-sends", "search-performance", "fx-rates")


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("files", metavar="FILE", nargs="+", help="files, folders, patterns, or - (JSON lines)")
    add(
        "--format",
        metavar="FORMAT",
        default="auto",
        help=f"events: {', '.join(EVENTS)}; tables: {', '.join(TABLES)}",
    )
    add("--map", metavar="MAP.toml", help="how another program's columns become events")
    add("--strict", action="store_true", help="exit with 2 if any row is refused")


def _run(args: Namespace) -> int:
    from footfall.doors.importers.run import Wish  # noqa: PLC0415 - help needs none of it

    if args.format not in (*EVENTS, *TABLES):
        raise RequestError(unknown("format", args.format, (*EVENTS, *TABLES)))
    wish = Wish(tuple(args.files), args.format, Path(args.map) if args.map else None)
    report = run_import(folders.find(args.workspace), args.site, wish)
    show(told(report))
    if report.interrupted:
        raise KeyboardInterrupt("what had come until then is kept")
    return _judge(report, strict=args.strict)


def run_import(folder: Path, site: str | None, wish: Wish) -> ImportReport:
    """Imports events or a table, with a bar where somebody is watching."""
    from footfall.doors.importers.run import Watch, import_events, import_table  # noqa: PLC0415

    if wish.format in TABLES:
        return import_table(folder, site, wish)
    with import_progress() as progress:
        watch = Watch(progress.read, progress.tell) if progress else Watch()
        return import_events(folder, site, wish, watch)


def _judge(report: ImportReport, *, strict: bool) -> int:
    """The exit code, and why it is not 0."""
    total = report.total
    faults = [_problem(file) for file in report.files if file.problem]
    if not faults and total.read and not total.stored + total.duplicate:
        faults.append(_nothing_good(total))
    elif strict and total.quarantined:
        faults.append(f"{plural(total.quarantined, 'row')} refused, and --strict allows none")
    for fault in faults:
        note(f"footfall: {fault}")
    return 2 if faults else 0


def _problem(file: FileResult) -> str:
    """What stopped the reading of a file, and that what came before it is not lost."""
    kept = f"; the {plural(file.read, 'row')} before that are kept" if file.read else ""
    return f"{file.name}: {file.problem}{kept}"


def _nothing_good(total: FileResult) -> str:
    if total.dropped == total.read:
        return "the mapping left out every row; see its [rows] keep and drop"
    return "there is no good row: nothing was stored"


def told(report: ImportReport) -> list[str]:
    """The lines that people read after an import."""
    found = lines(_files(report), width(), style())
    if report.refused:
        found += ["", *_refused(report)]
    for each in report.skipped:
        found += paragraph(f"left out: {each.name} ({each.reason})", width())
    if report.files and all(file.repeat and not file.stored for file in report.files):
        found += ["", "These files were imported before: nothing was changed."]
    return found


def _files(report: ImportReport) -> Table:
    """A row for each file, and one for all of them."""
    mapped = any(file.dropped for file in report.files)
    heads = ["read", "stored", "duplicate", "quarantined", *(["left out"] if mapped else [])]
    columns = (Column("file"), *(Column(head, right=True) for head in heads))
    several = [report.total] if len(report.files) > 1 else []
    rows = tuple(_row(file, mapped=mapped) for file in (*report.files, *several))
    return Table(columns, rows, f"Into site {report.site.id}")


def _row(file: FileResult, *, mapped: bool) -> tuple[str, ...]:
    numbers = [file.read, file.stored, file.duplicate, file.quarantined]
    numbers += [file.dropped] if mapped else []
    return (end_of(file.name, max(width() - NUMBERS, SHORTEST_TEXT)), *map(count, numbers))


def place_of(refused: Refused) -> str:
    """Where a row stood: `events.jsonl:17`."""
    return refused.file if refused.line is None else f"{refused.file}:{refused.line}"


def _refused(report: ImportReport) -> Iterable[str]:
    """The first refused rows by their lines, and where all of them are."""
    number = report.total.quarantined
    more = f", the first {len(report.refused)} of them" if number > len(report.refused) else ""
    yield f"{plural(number, 'row')} in quarantine{more} (footfall quarantine list):"
    for each in report.refused:
        told = f"{place_of(each)}  {each.code}  {each.detail}"
        yield from paragraph(told, width(), "  ", " " * 6)


COMMAND = Command(
    "import",
    "Imports files of events, or one of the cost tables. Importing a file twice changes nothing.",
    _options,
    _run,
    "  footfall import events.jsonl.gz more/ 'archive/*.parquet'\n"
    "  footfall import orders.csv --map orders.toml\n"
    "  footfall import rates.csv --format fx-rates\n"
    "  footfall import ga4-export/ --format ga4\n"
    "  … | footfall import -",
)
