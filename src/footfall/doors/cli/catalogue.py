"""`footfall catalogue`: what each KPI means, and whether its worked examples hold."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from footfall.catalogue import Catalogue, Kpi, built_in, with_workspace
from footfall.catalogue.kpi import Checked
from footfall.doors.cli.formats import PEOPLE_AND_JSON, add_format, check_format
from footfall.doors.cli.options import Command
from footfall.doors.cli.screen import show, style, width
from footfall.errors import RequestError
from footfall.folder import SETTINGS_FILE, find
from footfall.settings import Site
from footfall.settings.lines import key_lines

USUAL_CURRENCY = "EUR"
Found = Sequence[tuple[Kpi, Sequence[Checked]]]


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", nargs="*", help="all about these KPIs")
    parser.add_argument(
        "--check",
        action="store_true",
        help="check the worked examples only: of these KPIs, else of all your own",
    )
    add_format(parser, PEOPLE_AND_JSON)


def _run(args: Namespace) -> int:
    check_format(args, PEOPLE_AND_JSON)
    book = _book(args)
    if not args.id and not args.check:
        _list(book.catalogue, args.format)
        return 0
    chosen = [book.catalogue[name] for name in dict.fromkeys(args.id)] or book.own
    found = [(kpi, book.check(kpi)) for kpi in chosen]
    if args.format == "json":
        _write_json(book, found, alone=len(args.id) == 1)
    elif args.check:
        _tell_checks(book, found)
    else:
        _tell_cards(book, found)
    _refuse(book, found)
    return 0


@dataclass(frozen=True, slots=True)
class _Book:
    """The KPIs that can be asked for, the folder of the shop's own, the site if one is meant."""

    catalogue: Catalogue
    folder: Path
    site: Site | None

    @property
    def own(self) -> list[Kpi]:
        """The KPIs of the shop's own files."""
        return [kpi for kpi in self.catalogue if self.is_own(kpi)]

    def is_own(self, kpi: Kpi) -> bool:
        """Whether a file of the workspace defines it."""
        return kpi.id not in built_in().kpis and self.file(kpi).is_file()

    def file(self, kpi: Kpi) -> Path:
        """Where an own KPI stands."""
        return self.folder / f"{kpi.id}.toml"

    def currency(self, kpi: Kpi) -> str:
        """The currency of examples that name none: own ones are told in the site's."""
        return self.site.currency if self.site and self.is_own(kpi) else USUAL_CURRENCY

    def check(self, kpi: Kpi) -> list[Checked]:
        """What became of its examples."""
        if not kpi.examples:
            return []
        from footfall.proof import check  # noqa: PLC0415 - brings DuckDB with it

        return check(kpi, self.catalogue, self.site if self.is_own(kpi) else None)


def _list(catalogue: Catalogue, form: str) -> None:
    from footfall.report.catalogue import catalogue_json, report  # noqa: PLC0415
    from footfall.report.data import any_json  # noqa: PLC0415 - each start needs one of them

    if form == "json":
        sys.stdout.write(any_json(catalogue_json(catalogue)))
    else:
        show(report(catalogue, width(), style()))


def _write_json(book: _Book, found: Found, *, alone: bool) -> None:
    from footfall.report.catalogue import card_json  # noqa: PLC0415
    from footfall.report.data import any_json  # noqa: PLC0415

    cards = [card_json(kpi, checks, book.currency(kpi)) for kpi, checks in found]
    told = {"definitions": book.catalogue.definitions, "kpis": cards}
    sys.stdout.write(any_json(cards[0] if alone else told))


def _tell_checks(book: _Book, found: Found) -> None:
    from footfall.report.checks import report  # noqa: PLC0415

    if not found:
        show([f"There is no KPI of your own to check: {book.folder} has no file."])
        return
    currencies = {kpi.id: book.currency(kpi) for kpi, _ in found}
    show(report(found, currencies, width(), style()))


def _tell_cards(book: _Book, found: Found) -> None:
    from footfall.report.card import card  # noqa: PLC0415

    for at, (kpi, checks) in enumerate(found):
        show([*([""] if at else []), *card(kpi, book.currency(kpi), width(), style(), checks)])


def _refuse(book: _Book, found: Found) -> None:
    """Raises RequestError, a line for each example that does not hold."""
    faults = [line for kpi, checks in found for line in _faults(book, kpi, checks)]
    if faults:
        raise RequestError("\n".join(faults))


def _faults(book: _Book, kpi: Kpi, checks: Sequence[Checked]) -> Iterator[str]:
    from footfall.report.checks import fault  # noqa: PLC0415

    for at, checked in enumerate(checks):
        if not checked.holds:
            yield fault(kpi, _place(book, kpi, at), checked, book.currency(kpi))


def _place(book: _Book, kpi: Kpi, at: int) -> str:
    """Where an example's value stands."""
    if not book.is_own(kpi):
        return f"{kpi.id}: examples[{at}]"
    file = book.file(kpi)
    line = key_lines(file.read_text("utf-8"))["examples", at, "value"]
    return f"{file}:{line}: examples[{at}]"


def _book(args: Namespace) -> _Book:
    """The KPIs that can be asked for here.

    Without a workspace those of the contract; with several sites and none named, without the KPIs
    that one of them makes of its rules.
    """
    folder = find(args.workspace)
    own = folder / "kpis"
    named = args.workspace or args.site
    if not named and not (folder / SETTINGS_FILE).is_file():
        return _Book(with_workspace(own), own, None)
    from footfall.workspace import Workspace  # noqa: PLC0415 - slow to import

    with Workspace(folder) as found:
        if args.site is None and len(found.settings.sites) != 1:
            return _Book(with_workspace(own), own, None)
        site = found.site(args.site)
        return _Book(found.catalogue(site), own, site)


COMMAND = Command(
    "catalogue",
    "Lists the KPIs: name, formula, unit, source and dimensions; or tells all about some of them,"
    " and whether what their examples' events give is what was worked out by hand.",
    _options,
    _run,
    "  footfall catalogue\n  footfall catalogue aov\n  footfall catalogue --check\n"
    "  footfall catalogue --format json",
)
