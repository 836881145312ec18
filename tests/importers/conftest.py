"""Files to import, and what became of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.doors.importers.mapping import parse_mapping
from footfall.doors.importers.stage import Options, Staged, stage_events

RECEIVED_MS = 1_780_272_000_000  # 2026-06-01T00:00:00Z
Row = dict[str, Any]


@dataclass
class Result:
    """What an import staged, and the rows of its parts."""

    staged: Staged

    @cached_property
    def rows(self) -> list[Row]:
        return _rows(self.staged.parts)

    @cached_property
    def rejected(self) -> list[Row]:
        return _rows(self.staged.rejected_parts)

    @property
    def ids(self) -> list[str]:
        return [row["event_id"] for row in self.rows]

    @property
    def refusals(self) -> list[tuple[int, str]]:
        return [(row["line"], row["code"]) for row in self.rejected]


def _rows(parts: Iterable[Path]) -> list[Row]:
    return [row for part in parts for row in pq.read_table(part).to_pylist()]


@pytest.fixture
def stage(tmp_path: Path) -> Callable[..., Result]:
    """Stages files as `footfall import` does: the same each time, in a folder of its own."""
    return _stage_below(tmp_path)


@pytest.fixture(scope="session")
def stage_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """The same for what several tests look at."""
    return _stage_below(tmp_path_factory.mktemp("staged"))


def _stage_below(folder: Path) -> Callable[..., Result]:
    runs = iter(range(1_000))

    def staged(*files: str | Path, mapping: str = "", **options: Any) -> Result:
        made = parse_mapping(mapping) if mapping else None
        progress = options.pop("progress", None)
        found = stage_events(
            files,
            Options(mapping=made, **options),
            folder / f"staging-{next(runs)}",
            RECEIVED_MS,
            progress,
        )
        return Result(found)

    return staged


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of texts or bytes."""

    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[..., Path]:
    """Writes a Parquet file of columns."""

    def written(name: str, columns: dict[str, Any], **options: Any) -> Path:
        path = tmp_path / name
        pq.write_table(pa.table(columns), path, **options)
        return path

    return written


def page_view(number: int, **fields: Any) -> Row:
    event = {
        "event_id": f"e{number}",
        "event": "page_view",
        "occurred_at": f"2026-05-{1 + number % 28:02}T12:00:00.000Z",
        "visitor_id": f"v{number % 7}",
        "url": f"https://shop.example/products/p{number % 5}",
    }
    return {**event, **fields}


@pytest.fixture
def lines() -> Callable[..., bytes]:
    """So many good events as JSON lines."""

    def made(count: int, start: int = 0, **fields: Any) -> bytes:
        events = (page_view(number, **fields) for number in range(start, start + count))
        return b"".join(json.dumps(event).encode() + b"\n" for event in events)

    return made


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared cases and samples."""
    folder = os.environ.get("FOOTFALL_SHARED")
    if not folder:
        pytest.skip("FOOTFALL_SHARED does not name the folder of shared samples")
    return Path(folder)
