"""`footfall init`: a new workspace."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from footfall import folder as folders
from footfall import workspace
from footfall.doors.cli.options import Command
from footfall.doors.cli.screen import show
from footfall.errors import RequestError
from footfall.settings import Site, site_from_mapping

FIRST_SITE = "shop"


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", nargs="?", help="where (default: the workspace)")


def _run(args: Namespace) -> int:
    folder = Path(args.folder) if args.folder else folders.find(args.workspace)
    if (folder / folders.SETTINGS_FILE).exists():
        return _one_more_site(folder, args.site)
    _refuse_file(folder)
    folders.create(folder, site_from_mapping(args.site or FIRST_SITE, {}).id)
    show(
        [
            f"A new workspace: {folder}",
            f"  {folder / folders.SETTINGS_FILE}  its settings: time zone, currency, goals",
            f"Next: footfall -w {folder} import FILE…",
        ]
    )
    return 0


def _one_more_site(folder: Path, site: str | None) -> int:
    """A workspace that is there is left as it is, but for a further site that is asked for."""
    if site is None:
        raise RequestError(
            f"{folder} is a workspace already; nothing was changed (a further site: --site ID)"
        )
    with workspace.Workspace(folder) as found:
        found.add_site(Site(id=site, name=site.capitalize()))
    show([f"{folder / folders.SETTINGS_FILE} has a further site: {site}"])
    return 0


def _refuse_file(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise RequestError(f"{folder} is a file; name a folder for the workspace")


COMMAND = Command(
    "init",
    "Makes a workspace: a folder with commented settings.",
    _options,
    _run,
    "  footfall init my-workspace\n  footfall init my-workspace --site outlet",
)
