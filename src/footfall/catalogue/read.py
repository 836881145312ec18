"""From a KPI's TOML file to a KPI, or all that is wrong with it, each fault by its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import tomli

from footfall.catalogue.family import FAMILY, members
from footfall.catalogue.formula import Formula, FormulaError, parse
from footfall.catalogue.kpi import BETTER, GROUPS, UNITS, Example, Kpi, Split
from footfall.catalogue.measure import AGGREGATES, Measure, Source
from footfall.errors import RequestError, unknown
from footfall.schema.facts import FACTS
from footfall.schema.tables import TABLES
from footfall.settings.faults import Book, Place
from footfall.settings.lines import key_lines

KPI_ID = re.compile(r"[a-z][a-z0-9_]{0,127}")
_TEXTS = ("id", "name", "group", "help", "unit", "better", "source", "formula")
_OPTIONAL = ("benchmark", "traps", "order", "requires", "without")
_TABLES = ("measures", "split", "examples")
_SOURCE_KEYS = ("fact", "where", "newcomers", "costed", *AGGREGATES)
_EXAMPLE_KEYS = {"about": str, "by": dict, "site": dict, "from": date, "to": date}
_EXAMPLE_HELP = {
    str: 'write a text in "…"',
    dict: "write a table { … }",
    date: "write a date such as 2026-01-31",
}


def read_kpis(text: str, file: str, stem: str) -> list[Kpi]:
    """The KPI that a file defines, or those of its family.

    Raises RequestError with every fault of the file.
    """
    try:
        told = tomli.loads(text)
    except tomli.TOMLDecodeError as fault:
        raise RequestError(f"{file}:{fault.lineno}: not TOML: {fault.msg}") from fault
    place = Place(Book(file, {}))
    kpis = _kpis(told, place, stem)
    if place.book.faults:
        # places cost time to find, so they are looked for only where something is wrong
        placed = Place(Book(file, key_lines(text)))
        _kpis(told, placed, stem)
        placed.book.refuse()
        raise AssertionError("a fault that is found once is found again")
    return kpis


def _kpis(told: Mapping[str, Any], place: Place, stem: str) -> list[Kpi]:
    """The KPIs of a file; what is wrong with one of a family is told once."""
    found: list[Kpi] = []
    for member in members(told, place):
        if place.book.faults:
            break
        # a family's file has a name of its own
        kpi = _kpi(member, place, str(member.get("id")) if FAMILY in told else stem)
        found += [kpi] if kpi else []
    return found


def _kpi(told: Mapping[str, Any], place: Place, stem: str) -> Kpi | None:
    for key in told:
        if key not in (*_TEXTS, *_OPTIONAL, *_TABLES):
            place.at(key).wrong(
                unknown("key", key, (*_TEXTS, *_OPTIONAL, *_TABLES)), "take it out or spell it so"
            )
    texts = {key: _text(told, key, place) for key in _TEXTS}
    for key, kind in (("benchmark", str), ("traps", str), ("order", int), ("requires", str)):
        if key in told and type(told[key]) is not kind:
            place.at(key).wrong(
                f"{told[key]!r} does not fit",
                "write a whole number" if kind is int else "write a text",
            )
    _check_words(texts, place, stem)
    formula = _formula(texts["formula"], place)
    measures = _measures(told.get("measures"), place.at("measures"))
    if formula:
        _check_names(formula, measures, place)
    split = _split(told.get("split"), measures, place.at("split"))
    without = _without(told.get("without", []), place.at("without"))
    examples = _examples(told.get("examples", []), place.at("examples"))
    if place.book.faults or formula is None:
        return None
    return Kpi(
        texts["id"], texts["name"], texts["group"], texts["help"], texts["unit"], texts["better"],
        texts["source"], formula, measures, examples, told.get("benchmark"), told.get("traps"),
        told.get("order", 1000), told.get("requires"), split, without,
    )  # fmt: skip


def _text(told: Mapping[str, Any], key: str, place: Place) -> str:
    value = told.get(key)
    if not isinstance(value, str) or not value.strip():
        place.at(key).wrong(
            "is missing" if value is None else f"{value!r} is not a text", f'write {key} = "…"'
        )
        return ""
    return value.strip()


def _check_words(texts: Mapping[str, str], place: Place, stem: str) -> None:
    if texts["id"] and not KPI_ID.fullmatch(texts["id"]):
        place.at("id").wrong(
            f"{texts['id']!r} is not an id", "write small letters, digits and _ only"
        )
    elif texts["id"] and texts["id"] != stem:
        place.at("id").wrong(
            f"{texts['id']!r} is not the file's name", f'write id = "{stem}" or rename the file'
        )
    for key, words in (("unit", UNITS), ("better", BETTER), ("group", GROUPS)):
        if texts[key] and texts[key] not in words:
            place.at(key).wrong(unknown(key, texts[key], words), f"write one of {', '.join(words)}")


def _formula(text: str, place: Place) -> Formula | None:
    if not text:
        return None
    try:
        formula = parse(text)
    except FormulaError as fault:
        place.at("formula").wrong(str(fault), "write such as clicks / views")
        return None
    if not formula.names:
        place.at("formula").wrong("names no measure and no KPI", "write such as clicks / views")
    return formula


def _check_names(formula: Formula, measures: Mapping[str, Measure], place: Place) -> None:
    """Every measure has a use. Other names may be KPIs, which are looked for among all of them."""
    for name in measures:
        if name not in formula.names:
            place.at("measures", name).wrong("is not used in the formula", "use it or take it out")


def _measures(told: object, place: Place) -> dict[str, Measure]:
    if told is None:
        return {}
    if not isinstance(told, dict):
        place.wrong("is not a table", "write [measures.<name>] tables")
        return {}
    found = {}
    for name, tables in told.items():
        several = isinstance(tables, list)
        sources = [
            _source(table, place.at(name, at) if several else place.at(name))
            for at, table in enumerate(tables if several else [tables])
        ]
        known = tuple(source for source in sources if source)
        if known:
            found[name] = Measure(known)
    return found


def _source(told: object, place: Place) -> Source | None:
    if not isinstance(told, dict):
        place.wrong("is not a table", 'write fact = "…" and one of ' + ", ".join(AGGREGATES))
        return None
    for key in told:
        if key not in _SOURCE_KEYS:
            place.at(key).wrong(unknown("key", key, _SOURCE_KEYS), "take it out or spell it so")
    fact = told.get("fact")
    if not isinstance(fact, str) or fact not in FACTS:
        place.at("fact").wrong(unknown("fact", str(fact), FACTS), "write the name of a fact")
        return None
    aggregates = [key for key in AGGREGATES if key in told]
    if len(aggregates) != 1:
        place.wrong(
            f"has {len(aggregates)} aggregates", f"write exactly one of {', '.join(AGGREGATES)}"
        )
        return None
    column = _column(fact, aggregates[0], told[aggregates[0]], place.at(aggregates[0]))
    where = _where(fact, told.get("where", {}), place.at("where"))
    newcomers = _flag(told, "newcomers", place)
    if newcomers and (fact != "sessions" or aggregates[0] != "unique"):
        place.at("newcomers").wrong(
            "newcomers are persons of the fact sessions",
            'write fact = "sessions", unique = "person"',
        )
    costed = _flag(told, "costed", place)
    if costed and "channel" not in FACTS[fact].dimensions:
        place.at("costed").wrong(f"{fact} has no channel", "leave it out, or count another fact")
    return Source(fact, aggregates[0], column, where, newcomers, costed)


def _flag(told: Mapping[str, Any], key: str, place: Place) -> bool:
    value = told.get(key, False)
    if not isinstance(value, bool):
        place.at(key).wrong(f"{value!r} does not fit", "write true or leave it out")
    return value is True


def _column(fact: str, aggregate: str, column: object, place: Place) -> str | None:
    if aggregate == "count":
        if column is not True:
            place.wrong(f"{column!r} has no meaning", "write count = true")
        return None
    types = FACTS[fact].types
    if not isinstance(column, str) or column not in types:
        place.wrong(unknown(f"column of {fact}", str(column), types), "write one of its columns")
        return None
    if aggregate in ("sum", "median") and types[column] in ("VARCHAR", "BOOLEAN"):
        place.wrong(f"{column} is not a number", f"count it, or {aggregate} a number")
    return column


def _where(fact: str, told: object, place: Place) -> tuple[tuple[str, Any], ...]:
    if not isinstance(told, dict):
        place.wrong("is not a table", "write where = { column = value }")
        return ()
    found: list[tuple[str, Any]] = []
    types = FACTS[fact].types
    for column, wanted in told.items():
        if column not in types:
            place.at(column).wrong(
                unknown(f"column of {fact}", column, types), "write one of its columns"
            )
            continue
        values = wanted if isinstance(wanted, list) else [wanted]
        fits = {"BOOLEAN": bool, "VARCHAR": str}.get(types[column], int)
        if not all(type(value) is fits for value in values):
            place.at(column).wrong(
                f"{wanted!r} does not fit the column",
                "compare texts with texts, whole numbers with numbers, yes/no with true or false",
            )
            continue
        found.append((column, wanted if not isinstance(wanted, list) else tuple(values)))
    return tuple(found)


def _without(told: object, place: Place) -> tuple[str, ...]:
    """Dimensions that the KPI is not cut by, though its facts are."""
    if not told and isinstance(told, list):
        return ()
    known = tuple(dict.fromkeys(name for fact in FACTS.values() for name in fact.legal_dimensions))
    if not isinstance(told, list):
        place.wrong(f"{told!r} does not fit", 'write a list of dimensions such as ["page"]')
        return ()
    for name in told:
        if name not in known:
            place.wrong(unknown("dimension", str(name), known), "take it out or spell it so")
    return tuple(map(str, told))


def _split(told: object, measures: Mapping[str, Measure], place: Place) -> Split | None:
    if told is None:
        return None
    if not isinstance(told, dict) or set(told) != {"column", "values"}:
        place.wrong("needs a column and its values", 'write { column = "…", values = [ … ] }')
        return None
    column, values = told["column"], told["values"]
    if not isinstance(values, list) or not values:
        place.at("values").wrong("is no list of values", "write each value that is to have a row")
        return None
    facts = {source.fact_name for each in measures.values() for source in each.sources}
    for fact in sorted(facts):
        _where(fact, {column: values}, place.at("column"))
    return Split(str(column), tuple(values))


def _examples(told: object, place: Place) -> tuple[Example, ...]:
    if not isinstance(told, list):
        place.wrong("is not a list", "write [[examples]] tables")
        return ()
    found = (_example(example, place.at(at)) for at, example in enumerate(told))
    return tuple(example for example in found if example)


def _example(told: object, place: Place) -> Example | None:
    tables = _tables(told, place.at("tables"))
    if not isinstance(told, dict) or "value" not in told or not _are_events(told):
        right = 'write about = "…", events = [ { at = "…", event = "…" } ] and value = …'
        place.wrong("has no events or no value", right)
        return None
    for key, value in told.items():
        words = (*_EXAMPLE_KEYS, "events", "tables", "value")
        if key not in words:
            place.at(key).wrong(unknown("key", key, words), "take it out or spell it so")
        elif (type_ := _EXAMPLE_KEYS.get(key, type(value))) is not type(value):
            place.at(key).wrong(f"{value!r} does not fit", _EXAMPLE_HELP[type_])
    value = None if told["value"] == "none" else told["value"]
    if value is not None and type(value) not in (str, int, float):
        place.at("value").wrong(
            f"{value!r} is no value", 'write a number, money as "12.50", or "none"'
        )
    return Example(
        told.get("about", ""), tuple(told.get("events", ())), value,
        told.get("by", {}), told.get("site", {}), told.get("from"), told.get("to"),
        tables,
    )  # fmt: skip


def _are_events(told: Mapping[str, Any]) -> bool:
    """Whether there is a list of events, each with its time and name; tables need none."""
    events = told.get("events", [] if "tables" in told else None)
    return isinstance(events, list) and all(
        isinstance(event, dict) and all(isinstance(event.get(key), str) for key in ("at", "event"))
        for event in events
    )


def _tables(told: object, place: Place) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """The rows of an example's tables, each with its day."""
    tables = told.get("tables", {}) if isinstance(told, dict) else {}
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    for name, rows in tables.items() if isinstance(tables, dict) else ():
        if name not in TABLES:
            place.at(name).wrong(unknown("table", name, TABLES), "spell it so")
        elif _are_days(rows):
            found[name] = tuple(rows)
        else:
            place.at(name).wrong("is no list of days", 'write [{ date = "2026-01-31", … }]')
    return found


def _are_days(rows: object) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, dict) and isinstance(row.get("date"), str) for row in rows
    )
