"""What the commands of behaviour share: the options of a question, and the form of an answer."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from footfall import workspace
from footfall.doors.cli.formats import FORMATS, add_format, check_format
from footfall.doors.cli.options import add_period, add_whom
from footfall.doors.cli.screen import show, style, width
from footfall.query.said import read_where

if TYPE_CHECKING:
    from footfall.query.findings import Findings
    from footfall.report.table import Style

Lines = Callable[[Any, str, int, "Style"], list[str]]


def add_question(parser: ArgumentParser) -> None:
    """The period, the breakdown, the filters and the form of the answer."""
    add = parser.add_argument
    add_period(parser)
    add("--by", metavar="DIM[,DIM]", action="append", default=[], help="cut by dimensions")
    add_whom(parser)
    add_format(parser, FORMATS)


def question(args: Namespace) -> dict[str, Any]:
    """What the options ask, as the workspace's reports take it."""
    check_format(args, FORMATS)
    return {
        "start": args.start,
        "end": args.end,
        "by": ",".join(args.by),
        "where": read_where(args.where),
        "segment": args.segment,
    }


def tell(args: Namespace, ask: Callable[[workspace.Workspace, str], Findings], lines: Lines) -> int:
    """Asks, and writes the answer in its form."""
    with workspace.open(args.workspace) as opened:
        site = opened.site(args.site)
        found = ask(opened, site.id)
    if args.format == "table":
        show(lines(found, site.name, width(), style()))
        if found.of.as_of == 0:
            show(["", "There are no events yet: footfall import FILE…"])
    else:
        _write(found, args.format, args.out)
    return 0


def _write(found: Findings, form: str, out: str | None) -> None:
    if form == "parquet":
        import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

        target: str | BinaryIO = out or sys.stdout.buffer
        pq.write_table(found.to_arrow(), target, compression="zstd")
        return
    from footfall.report.findings import findings_csv, findings_json  # noqa: PLC0415

    text = findings_json(found) if form == "json" else findings_csv(found)
    if out:
        Path(out).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
