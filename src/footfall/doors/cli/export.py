"""`footfall export`: sessions, orders and conversations as lists."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from footfall import workspace
from footfall.doors.cli.formats import add_format, check_format
from footfall.doors.cli.options import Command

if TYPE_CHECKING:
    from footfall.facts.lists import Exported, Written

FORMATS = ("csv", "json", "parquet")


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("what", metavar="LIST", help="sessions, orders or conversations")
    add("--from", dest="start", metavar="DAY", help="only what begins on this day or later")
    add("--to", dest="end", metavar="DAY", help="the last day, included; without both, all time")
    add_format(parser, FORMATS)


def _run(args: Namespace) -> int:
    check_format(args, FORMATS)
    with workspace.open(args.workspace) as found:
        site = found.site(args.site)
        exported = found.export(args.what, start=args.start, end=args.end, site=site.id)
        if args.format == "parquet":
            _write_parquet(exported, args.out)
        else:
            _write_text(exported, args.format, site.currency, args.out)
    return 0


def _write_text(exported: Exported | Written, form: str, currency: str, out: str | None) -> None:
    from footfall.report.lists import list_csv, list_json  # noqa: PLC0415

    pieces = (list_json if form == "json" else list_csv)(exported, currency)
    if out is None:
        sys.stdout.writelines(pieces)
        return
    with Path(out).open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)


def _write_parquet(exported: Exported | Written, out: str | None) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    batches = exported.batches()
    target: str | BinaryIO = out or sys.stdout.buffer
    with pq.ParquetWriter(target, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


COMMAND = Command(
    "export",
    "Writes the sessions, orders or conversations as a list, the earliest first.",
    _options,
    _run,
    "  footfall export orders --from 2026-01-01 --to 2026-01-31 > orders.csv\n"
    "  footfall export conversations --format json\n"
    "  footfall export sessions --format parquet --out sessions.parquet",
)
