"""The designs of a workspace: the TOML files of `experiments/`."""

from __future__ import annotations

from pathlib import Path

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


def read_designs(folder: Path, catalogue: Catalogue) -> tuple[list[Design], list[RequestError]]:
    """All designs in order of their names, and what is wrong with those that cannot be read."""
    found: list[Design] = []
    faults: list[RequestError] = []
    for name in design_names(folder):
        try:
            found.append(_read(folder / f"{name}.toml", catalogue))
        except RequestError as fault:
            faults.append(fault)
    return found, faults


def _read(path: Path, catalogue: Catalogue) -> Design:
    try:
        return read_design(path.read_text("utf-8"), str(path), path.stem, catalogue)
    except UnicodeDecodeError as fault:
        raise RequestError(f"{path}: is not UTF-8 text; save the file as UTF-8") from fault
