"""The designs of a workspace: the TOML files of `experiments/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import tomli

from footfall.catalogue import Catalogue
from footfall.errors import RequestError, unknown
from footfall.experiment.design import Design
from footfall.experiment.design_file import read_design


def design_names(folder: Path) -> list[str]:
    """The names of the designs that there are."""
    return sorted(each.stem for each in folder.glob("*.toml")) if folder.is_dir() else []


def find_design(folder: Path, name: str, catalogue: Catalogue) -> Design:
    """The design of a name. Raises RequestError where there is none, or with all its faults."""
    path, known = folder / f"{name}.toml", design_names(folder)
    if name not in known:
        hint = "" if known else f"; write its design as {path}"
        raise RequestError(unknown("experiment", name, known) + hint)
    return _read(path, catalogue)


@dataclass(frozen=True, slots=True)
class Designs:
    """The designs of a site that can be read, and by name what is wrong with those that cannot."""

    designs: tuple[Design, ...]
    faults: dict[str, str]


def read_designs(folder: Path, catalogue: Catalogue, site: str) -> Designs:
    """All designs of a site, in order of their names."""
    found: list[Design] = []
    faults: dict[str, str] = {}
    for name in design_names(folder):
        try:
            design = _read(folder / f"{name}.toml", catalogue)
        except RequestError as fault:
            if site_of(folder, name) in (None, site):
                faults[name] = str(fault)
            continue
        if design.site in (None, site):
            found.append(design)
    return Designs(tuple(found), faults)


def site_of(folder: Path, name: str) -> str | None:
    """The site that a design's file names, if it names one; what else is wrong is told later."""
    path = folder / f"{name}.toml"
    try:
        told = tomli.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError):
        return None
    site = told.get("site")
    return site if isinstance(site, str) else None


def _read(path: Path, catalogue: Catalogue) -> Design:
    try:
        return read_design(path.read_text("utf-8"), str(path), path.stem, catalogue)
    except UnicodeDecodeError as fault:
        raise RequestError(f"{path}: is not UTF-8 text; save the file as UTF-8") from fault
