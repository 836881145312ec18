"""The forms of an answer: for people, or as data to a file or to standard output."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from footfall.errors import RequestError, unknown

if TYPE_CHECKING:
    from footfall.query.answer import Answer

FORMATS = ("table", "json", "csv", "parquet")
PEOPLE_AND_JSON = ("table", "json")


def add_format(parser: ArgumentParser, formats: Sequence[str]) -> None:
    """The options that say how the answer is given: the first of the forms unless told."""
    parser.add_argument(
        "--format", metavar="FORMAT", default=formats[0], help=f"one of {', '.join(formats)}"
    )
    if "parquet" in formats:
        parser.add_argument("--out", metavar="FILE", help="write json, csv or parquet into a file")


def check_format(args: Namespace, formats: Sequence[str]) -> None:
    """Refuses a form that does not exist, or that cannot go where it should."""
    if args.format not in formats:
        raise RequestError(unknown("format", args.format, formats))
    out = getattr(args, "out", None)
    if out and args.format == "table":
        raise RequestError("--out is for data: add --format json, csv or parquet")
    if args.format == "parquet" and not out and sys.stdout.isatty():
        raise RequestError(
            "Parquet is not for a terminal: write it to a file with --out FILE, or with > FILE"
        )


def write(answer: Answer, form: str, out: str | None) -> None:
    """Writes the answer as data, to a file where one is named."""
    if form == "parquet":
        _write_parquet(answer, out)
        return
    from footfall.report.data import kpis_csv, kpis_json  # noqa: PLC0415

    text = kpis_json(answer) if form == "json" else kpis_csv(answer)
    if out:
        Path(out).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


def _write_parquet(answer: Answer, out: str | None) -> None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

    target: str | BinaryIO = out or sys.stdout.buffer
    pq.write_table(answer.to_arrow(), target, compression="zstd")
