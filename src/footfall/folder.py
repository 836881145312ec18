"""Where a workspace is, and what a new one holds. It starts fast: every command needs it."""

from __future__ import annotations

import os
from pathlib import Path

from footfall.settings import init_text

SETTINGS_FILE = "footfall.toml"
VARIABLE = "FOOTFALL_WORKSPACE"
FALLBACK = "footfall-workspace"
FOLDERS = ("kpis", "rules", "segments", "funnels", "experiments", "data")


def find(option: str | None = None) -> Path:
    """The folder that is meant.

    It is the option, else $FOOTFALL_WORKSPACE, else the nearest parent folder with a footfall.toml,
    else ./footfall-workspace.
    """
    named = option or os.environ.get(VARIABLE)
    if named:
        return Path(named)
    here = Path.cwd()
    found = next(
        (folder for folder in (here, *here.parents) if (folder / SETTINGS_FILE).is_file()), None
    )
    return found or here / FALLBACK


def create(folder: Path, site_id: str) -> None:
    """Makes a workspace with one site and commented settings; leaves an existing one as it is."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    settings = folder / SETTINGS_FILE
    if not settings.exists():
        settings.write_text(init_text(site_id), "utf-8")
        (folder / ".gitignore").write_text("data/\n", "utf-8")
