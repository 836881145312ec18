"""`footfall quality` of the published streams, imported with their tables by the command."""

from __future__ import annotations

import csv
import gzip
import json

import pytest

from footfall.folder import create
from footfall.settings import site_from_mapping
from footfall.workspace import Workspace
from support.process import Footfall
from support.published import CASES, MISSING, SHARED


@pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason=MISSING)
@pytest.mark.parametrize("name", CASES)
def test_data_quality_is_the_published_one(footfall: Footfall, name: str) -> None:
    case = SHARED / "cases" / name
    create(footfall.workspace, "first")
    with Workspace(footfall.workspace) as workspace:
        settings = json.loads((case / "site.json").read_text("utf-8"))
        workspace.add_site(site_from_mapping("case", settings))
    for table, rows in json.loads((case / "tables.json").read_text("utf-8")).items():
        with (footfall.folder / f"{table}.csv").open("w", newline="") as held:
            writer = csv.DictWriter(held, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    events = str(case / "events.jsonl.gz")
    assert footfall("import", events, "--site", "case").code == 0
    tables = footfall("import", "*.csv", "--site", "case")
    assert tables.code == 0, tables.err
    told = json.loads(footfall("quality", "--site", "case", "--format", "json").out)
    expected = json.loads(gzip.decompress((case / "expected.json.gz").read_bytes()))
    assert told["data_quality"] == expected["data_quality"]
    assert told["received"] == told["read"]
    parts = ("stored", "duplicates", "duplicate_conflicts", "refused", "left_out")
    assert told["received"] == sum(told[part] for part in parts)
    assert len(told["tables"]) == 4
    text = footfall("quality", "--site", "case").out
    assert "By day of import" in text
    assert all(code in text for code in told["refused_by_code"])
