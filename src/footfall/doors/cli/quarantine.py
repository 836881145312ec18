"""`footfall quarantine`: the rows that were refused, and a second chance for them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from footfall import workspace
from footfall.doors.cli.formats import PEOPLE_AND_JSON, add_format, check_format
from footfall.doors.cli.imports import place_of
from footfall.doors.cli.options import Command
from footfall.doors.cli.progress import telling
from footfall.doors.cli.screen import show, style, width
from footfall.errors import RequestError, unknown
from footfall.report import data
from footfall.report.numbers import count, plural
from footfall.report.table import Column, Table, lines, natural_width, paragraph

if TYPE_CHECKING:
    from footfall.log.quarantine import Quarantined
    from footfall.settings import Site
    from footfall.workspace import Workspace

ACTIONS = ("list", "replay")
MOST = 20
COLUMNS = (
    Column("file and line"),
    Column("reason"),
    Column("where"),
    Column("what would be right", faint=True),
)


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("action", metavar="list|replay", help="show the rows, or take them again")
    add("--code", metavar="CODE", help="list: only rows refused for this reason")
    add("--limit", metavar="N", type=int, default=MOST, help=f"list: at most N rows ({MOST})")
    add_format(parser, PEOPLE_AND_JSON)


def _run(args: Namespace) -> int:
    check_format(args, PEOPLE_AND_JSON)
    if args.action not in ACTIONS:
        raise RequestError(unknown("action", args.action, ACTIONS))
    if args.limit < 1:
        raise RequestError(f"--limit {args.limit} shows nothing; write 1 or more")
    with workspace.open(args.workspace) as found:
        site = found.site(args.site)
        return _list(found, site, args) if args.action == "list" else _replay(found, site)


def _list(found: Workspace, site: Site, args: Namespace) -> int:
    quarantine = found.control.quarantine
    rows = quarantine.listed(site.id, args.code, args.limit)
    codes = quarantine.by_code(site.id)
    if args.format == "json":
        sys.stdout.write(data.any_json([_as_json(row) for row in rows]))
        return 0
    if not rows:
        show(["There is nothing in quarantine."])
        return 0
    by_code = ", ".join(f"{code} {count(number)}" for code, number in codes.items())
    all_of_them = plural(sum(codes.values()), "row")
    show([*paragraph(f"{all_of_them} in quarantine: {by_code}", width()), ""])
    show(_told(rows))
    more = (codes.get(args.code, 0) if args.code else sum(codes.values())) - len(rows)
    if more > 0:
        show(["", f"and {count(more)} more: --limit N shows N rows, --code CODE one reason"])
    return 0


def _told(rows: Sequence[Quarantined]) -> list[str]:
    """The rows as a table where nothing of them has to be cut, else in two lines and more."""
    told = tuple(
        (place_of(each.refused), each.refused.code, each.refused.pointer, each.refused.detail)
        for each in rows
    )
    table = Table(COLUMNS, told)
    if natural_width(table) <= width():
        return lines(table, width(), style())
    found = []
    for *where, detail in told:
        found += paragraph("  ".join(where), width())
        found += [style().faint(line) for line in paragraph(detail, width(), " " * 4)]
    return found


def _as_json(row: Quarantined) -> dict[str, Any]:
    refused = row.refused
    return {
        "quarantine_ref": row.ref,
        "file": refused.file,
        "line": refused.line,
        "code": refused.code,
        "pointer": refused.pointer,
        "detail": refused.detail,
        "raw": refused.raw.decode(errors="replace"),
    }


def _replay(found: Workspace, site: Site) -> int:
    from footfall.doors.importers.replay import replay  # noqa: PLC0415 - listing needs none of it

    with telling("taking the rows again") as tell:
        told = replay(found, site, tell)
    if not told.taken:
        show(["There is nothing in quarantine."])
        return 0
    words = [f"{count(told.stored)} stored"]
    words += [f"{count(told.duplicate)} known already"] if told.duplicate else []
    words += [f"{count(sum(told.still.values()))} still refused"]
    show([f"{plural(told.taken, 'row')} taken again: {', '.join(words)}"])
    show(f"  {code}  {count(number)}" for code, number in told.still.items())
    return 0


COMMAND = Command(
    "quarantine",
    "Lists the rows that were refused, each with the reason, or takes them again.",
    _options,
    _run,
    "  footfall quarantine list --code invalid_number\n"
    "  footfall quarantine list --format json\n"
    "  footfall quarantine replay",
)
