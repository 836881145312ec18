"""`footfall quality`: what of the data could not be taken at its word."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from footfall import workspace
from footfall.doors.cli.formats import PEOPLE_AND_JSON, add_format, check_format
from footfall.doors.cli.options import Command
from footfall.doors.cli.screen import show, style, width


def _options(parser: ArgumentParser) -> None:
    add_format(parser, PEOPLE_AND_JSON)


def _run(args: Namespace) -> int:
    check_format(args, PEOPLE_AND_JSON)
    with workspace.open(args.workspace) as found:
        site = found.site(args.site)
        quality = found.quality(site.id)
    from footfall.report import data  # noqa: PLC0415
    from footfall.report import quality as report  # noqa: PLC0415

    if args.format == "json":
        sys.stdout.write(data.any_json(quality.to_json()))
    else:
        show(report.report(quality, site.name, width(), style()))
    return 0


COMMAND = Command(
    "quality",
    "Tells what of a site's data was refused, repeated, contradictory or without money.",
    _options,
    _run,
    "  footfall quality\n  footfall quality --format json",
)
