"""`footfall catalogue`: what each KPI means."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from footfall import workspace
from footfall.catalogue import Catalogue, with_workspace
from footfall.doors.cli.formats import PEOPLE_AND_JSON, add_format, check_format
from footfall.doors.cli.options import Command
from footfall.doors.cli.screen import show, style, width


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="?", help="all about one KPI")
    add_format(parser, PEOPLE_AND_JSON)


def _run(args: Namespace) -> int:
    check_format(args, PEOPLE_AND_JSON)
    catalogue, currency = _catalogue(args)
    if args.format == "json":
        _write_json(catalogue, args.id)
    elif args.id:
        from footfall.report.card import card  # noqa: PLC0415 - each start needs one of them

        show(card(catalogue[args.id], currency, width(), style()))
    else:
        from footfall.report.catalogue import report  # noqa: PLC0415

        show(report(catalogue, width(), style()))
    return 0


def _write_json(catalogue: Catalogue, kpi_id: str | None) -> None:
    from footfall.report.catalogue import card_json, catalogue_json  # noqa: PLC0415
    from footfall.report.data import any_json  # noqa: PLC0415

    told = card_json(catalogue[kpi_id]) if kpi_id else catalogue_json(catalogue)
    sys.stdout.write(any_json(told))


def _catalogue(args: Namespace) -> tuple[Catalogue, str]:
    """The KPIs that can be asked for here, and the currency of examples.

    Without a workspace those of the contract; with several sites and none named, without the KPIs
    that one of them makes of its rules.
    """
    folder = workspace.find(args.workspace)
    named = args.workspace or args.site
    if not named and not (folder / workspace.SETTINGS_FILE).is_file():
        return with_workspace(folder / "kpis"), "EUR"
    with workspace.Workspace(folder) as found:
        if args.site is None and len(found.settings.sites) != 1:
            return with_workspace(folder / "kpis"), "EUR"
        site = found.site(args.site)
        return found.catalogue(site), site.currency


COMMAND = Command(
    "catalogue",
    "Lists the KPIs: name, formula, unit, source and dimensions; or tells all about one.",
    _options,
    _run,
    "  footfall catalogue\n  footfall catalogue aov\n  footfall catalogue --format json",
)
