"""A KPI is one file: put into a workspace, it is everywhere, and nothing else has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import footfall as package
from examples_runner import answer_of, holds
from footfall.catalogue import with_workspace
from support.process import DAY, GOOD, Footfall, event

ID = "clicks_per_session"
FILE = f"""\
id = "{ID}"
name = "Clicks per session"
group = "Own"
unit = "ratio"
better = "higher"
source = "the shop"
help = "How often people click in a session."
formula = "clicked / sessions"

[measures.clicked]
fact = "actions"
count = true
where = {{ event = "click" }}

[[examples]]
about = "Two sessions, three clicks"
events = [
  {{ at = "2026-01-05 10:00", event = "click", visitor = "anna" }},
  {{ at = "2026-01-05 10:01", event = "click", visitor = "anna" }},
  {{ at = "2026-01-05 12:00", event = "click", visitor = "anna" }},
]
value = 1.5
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """A shop with a session of two clicks, and then with one more file."""
    made = Footfall(tmp_path_factory.mktemp("shop"))
    made.write("events.jsonl", [*GOOD, event(20, "click"), event(21, "click")])
    assert made("import", "events.jsonl").code == 0
    before = contents(made.workspace)
    (made.workspace / "kpis" / f"{ID}.toml").write_text(FILE, "utf-8")
    assert made("kpis", ID).code == 0
    after = contents(made.workspace)
    assert {name for name in after if after[name] != before.get(name)} == {f"kpis/{ID}.toml"}
    return made


def contents(folder: Path) -> dict[str, str]:
    """What a person can edit or an import has written, file by file."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("control.sqlite-")
    }


def test_it_is_in_the_catalogue(shop: Footfall) -> None:
    assert "Clicks per session" in shop("catalogue").out
    listed = shop("catalogue", "--format", "json").told["kpis"]
    (told,) = [each for each in listed if each["id"] == ID]
    assert told["formula"] == "clicked / sessions"
    assert {"device", "channel", "variant"} <= set(told["dimensions"])


def test_it_has_a_card_with_its_example(shop: Footfall) -> None:
    card = shop("catalogue", ID).out
    assert "How often people click in a session." in card
    assert "Two sessions, three clicks" in card
    assert "  → 1.50\n  ✓ checked\n" in card


def test_it_is_among_the_kpis_that_are_asked_for(shop: Footfall) -> None:
    assert "Clicks per session" in shop("kpis").out
    (row,) = shop("kpis", ID, "--format", "json").told["rows"]
    assert (row["value"], row["numerator"], row["denominator"]) == (2.0, 2, 1)
    (by_day,) = shop("kpis", ID, "--every", "day", "--format", "json").told["rows"]
    assert (by_day["bucket"], by_day["value"]) == (DAY, 2.0)


def test_it_is_in_python(shop: Footfall) -> None:
    with package.open(shop.workspace) as workspace:
        assert [row.value for row in workspace.kpis(ID)] == [2.0]
        by_device = workspace.kpis(ID, by="device").to_arrow().to_pylist()
        assert [(row["device"], row["value"]) for row in by_device] == [(None, 2.0)]


def test_its_example_holds(shop: Footfall) -> None:
    folder = shop.workspace / "kpis"
    kpi = with_workspace(folder)[ID]
    (example,) = kpi.examples
    assert holds(example, answer_of(kpi, example, [folder / f"{ID}.toml"]))
