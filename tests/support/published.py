"""The published streams with their settings, and what is asked of them."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from reference import Reference
from support.judge import Asked, compare, quality_differences, questions
from support.shop import RECEIVED, Shop, shop_of

SHARED = Path(os.environ.get("FOOTFALL_SHARED", "/nonexistent"))
CASES = ("berlin-spring", "new-york-autumn")
MISSING = "FOOTFALL_SHARED names no folder with the cases"


@dataclass(frozen=True)
class Published:
    """A stream: its settings, exchange rates, tables and lines, and the queries of its case."""

    site: dict[str, Any]
    rates: list[dict[str, Any]]
    tables: dict[str, list[dict[str, Any]]]
    lines: Sequence[bytes]
    queries: list[dict[str, Any]]


@cache
def case(name: str) -> Published:
    """A published case."""
    folder = SHARED / "cases" / name
    tables = json.loads((folder / "tables.json").read_text("utf-8"), parse_float=Decimal)
    expected = json.loads(gzip.decompress((folder / "expected.json.gz").read_bytes()))
    return Published(
        json.loads((folder / "site.json").read_text("utf-8")),
        tables.pop("fx_rates"),
        tables,
        gzip.decompress((folder / "events.jsonl.gz").read_bytes()).splitlines(),
        expected["queries"],
    )


def asked_of(query: dict[str, Any]) -> Asked:
    """A case's query as a question."""
    return Asked(
        tuple(query.get("by", ())),
        query.get("every"),
        {name: [value] for name, value in query.get("where", {}).items()},
        (date.fromisoformat(query["from"]), date.fromisoformat(query["to"])),
    )


def compare_streams(stream: Published, dice: random.Random, count: int = 8) -> list[str]:
    """Where the product and the reference differ, in so many questions, after one import or two."""
    tables = {"fx_rates": stream.rates, **stream.tables}
    reference = Reference(stream.lines, stream.site, tables, RECEIVED)
    with shop_of((), stream.site, stream.rates, stream.tables) as shop:
        cut = dice.randrange(len(stream.lines)) if dice.random() < 0.4 else 0
        for part in (stream.lines[:cut], stream.lines[cut:]):
            if part:
                shop.append(part)
        found = [] if shop.period() == reference.period() else ["period: not the same"]
        asked = [asked_of(query) for query in stream.queries if _is_ours(shop, query)]
        asked += [each for each in questions(shop) if each.every != "hour"]
        for each in dice.sample(asked, count):
            found += compare(shop, reference, each)
        return found + quality_differences(shop, reference)


def _is_ours(shop: Shop, query: dict[str, Any]) -> bool:
    """Whether there are KPIs here that have the query's dimensions."""
    dimensions = {*query.get("by", ()), *query.get("where", {})}
    return any(dimensions <= set(kpi.dimensions) for kpi in shop.catalogue)
