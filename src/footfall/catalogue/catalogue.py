"""All KPIs together: the contract's, those that the site's rules make, and the shop's own."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from footfall.catalogue.formula import Formula, FormulaError, Tree, parse
from footfall.catalogue.kpi import GROUPS, Kpi
from footfall.catalogue.measure import Measure, Source
from footfall.catalogue.read import read_kpis
from footfall.errors import RequestError, unknown
from footfall.settings import Site
from footfall.settings.lines import key_lines

VERSION = 1


@dataclass(frozen=True)
class Catalogue:
    """The KPIs by id, in the order in which people read them."""

    kpis: Mapping[str, Kpi]
    digest: str

    def __iter__(self) -> Iterator[Kpi]:
        return iter(self.kpis.values())

    def __getitem__(self, kpi_id: str) -> Kpi:
        if kpi_id not in self.kpis:
            raise RequestError(unknown("KPI", kpi_id, self.kpis))
        return self.kpis[kpi_id]

    @property
    def definitions(self) -> str:
        """Version and hash of the definitions, as answers carry it."""
        return f"{VERSION}:{self.digest}"

    def definitions_with(self, further: object) -> str:
        """The same where something else was used that people define, such as a segment."""
        told = hashlib.sha256(f"{self.digest} {further!r}".encode()).hexdigest()[:12]
        return f"{VERSION}:{told}"

    def for_site(self, site: Site) -> Catalogue:
        """With a KPI for each micro-conversion rule of the site."""
        after = self.kpis["micro_conversions"].order
        rules = {
            f"micro_conversions_{rule.id}": _rule_kpi(rule.id, after)
            for rule in site.micro_conversions
        }
        taken = sorted(rules.keys() & self.kpis.keys())
        if taken:
            raise RequestError(
                f"{taken[0]} is a KPI of the site's micro-conversion rule; give your own another id"
            )
        ordered = sorted((*self, *rules.values()), key=_reading_order)
        return replace(self, kpis={kpi.id: kpi for kpi in ordered})


def _rule_kpi(rule: str, order: int) -> Kpi:
    met = Source("micro_conversions", "unique", "session", (("rule", rule),))
    return Kpi(
        f"micro_conversions_{rule}", f"Micro-conversions: {rule}", "Store",
        f"Sessions that meet the site's micro-conversion rule “{rule}”.", "count", "higher", "C",
        parse("sessions"),
        {"sessions": Measure((met,))},
        order=order,
    )  # fmt: skip


@cache
def built_in() -> Catalogue:
    """The KPIs of the contract, from the files of the package."""
    folder = files("footfall.catalogue") / "kpis"
    texts = {
        entry.name: entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    return _assemble([(name, f"kpis/{name}", text) for name, text in texts.items()], {})


def with_workspace(folder: Path) -> Catalogue:
    """The KPIs of the contract and those in a workspace's ``kpis/`` folder.

    Raises RequestError with all faults of all files.
    """
    paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    if not paths:
        return built_in()
    return _assemble([(path.name, str(path), _read(path)) for path in paths], built_in().kpis)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as fault:
        raise RequestError(f"{path}: is not UTF-8 text; save the file as UTF-8") from fault


def _assemble(files_: Iterable[tuple[str, str, str]], known: Mapping[str, Kpi]) -> Catalogue:
    found: dict[str, Kpi] = {}
    places: dict[str, tuple[str, str]] = {}
    faults: list[str] = []
    for name, file, text in files_:
        try:
            kpis = read_kpis(text, file, name.removesuffix(".toml"))
        except RequestError as fault:
            faults.append(str(fault))
            continue
        for kpi in kpis:
            if (taken := _taken(kpi.id, known, places)) is not None:
                faults.append(_told(file, text, "id", taken))
                continue
            found[kpi.id], places[kpi.id] = kpi, (file, text)
    together = _resolved({**known, **found}, found, places, faults)
    faults += _unmet_requirements(together, places)
    if faults:
        raise RequestError("\n".join(faults))
    ordered = sorted(together.values(), key=_reading_order)
    return Catalogue({kpi.id: kpi for kpi in ordered}, _digest(ordered))


def _taken(
    kpi_id: str, known: Collection[str], places: Mapping[str, tuple[str, str]]
) -> str | None:
    """Why an id cannot be had, if it cannot."""
    if kpi_id in known:
        return f"{kpi_id!r} is a KPI of the contract already; choose another id"
    return f"{kpi_id!r} is defined in {places[kpi_id][0]} too" if kpi_id in places else None


def _reading_order(kpi: Kpi) -> tuple[int, int, str]:
    return (GROUPS.index(kpi.group), kpi.order, kpi.id)


def _resolved(
    together: dict[str, Kpi],
    found: Collection[str],
    places: Mapping[str, tuple[str, str]],
    faults: list[str],
) -> dict[str, Kpi]:
    """KPIs whose formulas speak of other KPIs, with those KPIs' formulas put in their place."""
    done = {kpi_id: kpi for kpi_id, kpi in together.items() if kpi_id not in found}
    for kpi_id in found:
        try:
            _resolve(kpi_id, together, done, ())
        except FormulaError as fault:
            faults.append(_told(*places[kpi_id], "formula", str(fault)))
    return done


def _unmet_requirements(
    together: Mapping[str, Kpi], places: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    """A KPI that has a value only by a dimension must have that dimension."""
    for kpi_id, place in places.items():
        kpi = together.get(kpi_id)
        if kpi and kpi.requires is not None and kpi.requires not in kpi.dimensions:
            wrong = unknown(f"dimension of {kpi_id}", kpi.requires, kpi.dimensions)
            yield _told(*place, "requires", wrong)


def _told(file: str, text: str, key: str, wrong: str) -> str:
    """A fault that shows only beside the other KPIs, with the line of its key."""
    return f"{file}:{key_lines(text)[key,]}: {key}: {wrong}"


def _resolve(
    kpi_id: str, together: Mapping[str, Kpi], done: dict[str, Kpi], path: tuple[str, ...]
) -> Kpi:
    if kpi_id in done:
        return done[kpi_id]
    if kpi_id in path:
        raise FormulaError("a circle: " + " → ".join((*path[path.index(kpi_id) :], kpi_id)))
    kpi = together[kpi_id]
    measures, trees, requires = dict(kpi.measures), dict[str, Tree](), kpi.requires
    without = kpi.without
    for name in kpi.formula.names:
        if name in measures:
            continue
        if name not in together:
            raise FormulaError(unknown("measure or KPI", name, (*kpi.measures, *together)))
        other = _resolve(name, together, done, (*path, kpi_id))
        renamed = {inner: f"{name}.{inner}" for inner in other.measures}
        measures |= {renamed[inner]: measure for inner, measure in other.measures.items()}
        trees[name] = _renamed(other.formula.tree, renamed)
        requires = requires or other.requires
        without = tuple(dict.fromkeys((*without, *other.without)))
    formula = Formula(kpi.formula.text, _put(kpi.formula.tree, trees))
    done[kpi_id] = replace(
        kpi, measures=measures, formula=formula, requires=requires, without=without
    )
    return done[kpi_id]


def _renamed(tree: Tree, names: Mapping[str, str]) -> Tree:
    return _put(tree, dict(names))


def _put(tree: Tree, trees: Mapping[str, Tree]) -> Tree:
    if isinstance(tree, str):
        return trees.get(tree, tree)
    return (
        (tree[0], _put(tree[1], trees), _put(tree[2], trees)) if isinstance(tree, tuple) else tree
    )


def _digest(kpis: Iterable[Kpi]) -> str:
    told = [
        (
            kpi.id,
            str(kpi.formula.tree),
            sorted((name, str(measure)) for name, measure in kpi.measures.items()),
            str(kpi.split),
            kpi.without,
        )
        for kpi in sorted(kpis, key=lambda kpi: kpi.id)
    ]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]
