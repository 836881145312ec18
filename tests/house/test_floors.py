"""The house: a room imports only from lower floors, and rooms of one floor do not know each other.

Imports inside functions, under TYPE_CHECKING and by string count as much as any other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "footfall"

# Floor by floor from the ground. A door is a room of its own; the command line is the front door,
# which opens the others; the package itself only shows what is inside.
FLOORS = (
    {"errors", "messages", "version"},
    {"clock", "money", "localtime", "held", "mishap", "statistics"},
    {"schema", "settings", "unforeseen", "journal", "calculator"},
    {"event", "engine", "catalogue", "folder"},
    {"log", "query", "vendors"},
    {"facts", "experiment"},
    {"explain"},
    {"report"},
    {"behaviour", "draw"},
    {"questions", "experiments"},
    {"workspace", "proof"},
    {"holding"},
    {"doors.importers", "doors.demo", "doors.web", "doors.collector", "doors.shop"},
    {"doors.mail"},
    {"doors.server"},
    {"doors.cli"},
    {"__init__", "__main__"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

MODULE_NAME = re.compile(r"footfall(\.\w+)*(:\w+)?")
IMPORTERS = {"import_module", "__import__", "find_spec", "run_module"}


@dataclass(frozen=True, order=True)
class Tie:
    """One module knows another."""

    file: str
    line: int
    known: str


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name; a package is its `__init__`."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {dotted(path.relative_to(PACKAGE)): path for path in files}


def dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    inside = parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts
    return ".".join(inside)


def room(module: str) -> str:
    parts = module.split(".")
    depth = 2 if parts[0] == "doors" and len(parts) > 1 else 1
    return ".".join(parts[:depth])


def ties(name: str, source: str, known: set[str]) -> Iterator[Tie]:
    """The modules of the package that a source text knows, in whatever way it says so."""
    for node in ast.walk(ast.parse(source)):
        for module in named(node, name):
            inside = module.removeprefix("footfall").removeprefix(".") or "__init__"
            if (found := nearest_module(inside, known)) is not None:
                yield Tie(name, getattr(node, "lineno", 0), found)


def named(node: ast.AST, name: str) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (each.name for each in names if MODULE_NAME.fullmatch(each.name))
        case ast.ImportFrom(module=module, names=names, level=level):
            origin = absolute(module or "", level, name)
            if MODULE_NAME.fullmatch(origin):
                yield from (f"{origin}.{each.name}" for each in names)
        case ast.Constant(value=str(text)) if MODULE_NAME.fullmatch(text) and "." in text:
            yield text.partition(":")[0]


def absolute(module: str, level: int, name: str) -> str:
    """What `from ..x import y` means in a module."""
    if level == 0:
        return module
    package = ["footfall", *name.split(".")][: -level or None]
    return ".".join([*package, module] if module else package)


def nearest_module(inside: str, known: set[str]) -> str | None:
    """The module that a dotted name lies in; None for a string that only looks like one."""
    while inside:
        if inside in known:
            return inside
        inside = inside.rpartition(".")[0]
    return None


def blind_imports(source: str) -> list[int]:
    """The lines on which a module is imported whose name cannot be read in the source."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        call.lineno
        for call in calls
        if called(call) in IMPORTERS and not isinstance(call.args[0], ast.Constant)
    ]


def called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return word
    return ""


def all_ties() -> list[Tie]:
    known = set(modules())
    return sorted(
        tie
        for name, path in modules().items()
        for tie in ties(name, path.read_text(encoding="utf-8"), known)
    )


def test_every_room_has_its_floor() -> None:
    rooms = {room(name) for name in modules()} - {"doors"}
    assert rooms - set(FLOOR) == set(), "give the new room a floor in FLOORS"


def test_a_room_imports_only_from_lower_floors() -> None:
    wrong = [
        f"{tie.file}:{tie.line} knows {tie.known}"
        for tie in all_ties()
        if room(tie.file) != room(tie.known) and not goes_down(tie)
    ]
    assert wrong == []


def goes_down(tie: Tie) -> bool:
    here, there = FLOOR.get(room(tie.file)), FLOOR.get(room(tie.known))
    return here is not None and there is not None and there < here


def test_every_import_can_be_read_in_the_source() -> None:
    wrong = {
        f"{name}:{line}"
        for name, path in modules().items()
        for line in blind_imports(path.read_text(encoding="utf-8"))
    }
    assert wrong == set()


def test_every_folder_of_the_package_is_a_package() -> None:
    inside = [path.relative_to(PACKAGE) for path in modules().values()]
    folders = {str(folder) for path in inside for folder in path.parents}
    assert [each for each in sorted(folders) if not (PACKAGE / each / "__init__.py").exists()] == []


KNOWN = {"__init__", "errors", "log.control", "query", "query.ask", "doors.cli"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import footfall", ["__init__"]),
        ("import footfall.errors as wrong", ["errors"]),
        ("from footfall import errors", ["errors"]),
        ("from footfall.errors import RequestError", ["errors"]),
        ("from footfall.query.ask import ask", ["query.ask"]),
        ("from footfall.query import ask", ["query.ask"]),
        ("from footfall.query import Answer", ["query"]),
        ("from . import control", ["log.control"]),
        ("from ..query import ask", ["query.ask"]),
        ("from .. import errors", ["errors"]),
        ("def f():\n    import footfall.errors", ["errors"]),
        ("if TYPE_CHECKING:\n    from footfall.errors import X", ["errors"]),
        ("import_module('footfall.query.ask')", ["query.ask"]),
        ("lazy = {'open': 'footfall.doors.cli:main'}", ["doors.cli"]),
        ("name = 'footfall.toml'", []),
        ("name = 'footfall'", []),
        ("import footfallish, os.path", []),
    ],
)
def test_every_way_to_know_a_module_is_seen(source: str, found: list[str]) -> None:
    assert [tie.known for tie in ties("log.quarantine", source, KNOWN)] == found


def test_an_import_whose_name_is_computed_is_seen() -> None:
    assert blind_imports("import importlib\nimportlib.import_module(name)") == [2]
    assert blind_imports("importlib.import_module('footfall.errors')") == []
