"""`footfall experiment` as people type it: list, reports, plans, and what is refused in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import footfall as package
from support.process import Footfall
from support.tried import crowd, events_of

DESIGN = """\
name = "A new way"
hypothesis = "It <helps>."
experiment = "try"
start = 2026-01-05
days = 14
diagnostics = ["aov"]

[variants]
control = 50
b = 50

[primary]
kpi = "pages_per_session"
minimum_effect = 0.05

[[guardrails]]
kpi = "rpv"
margin = 0.1
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """A workspace with an experiment that is over."""
    made = Footfall(tmp_path_factory.mktemp("tried"))
    made.write("events.jsonl", events_of(crowd(1, 150, {"control": 1, "b": 1})))
    assert made("import", "events.jsonl").code == 0
    folder = made.workspace / "experiments"
    folder.mkdir(exist_ok=True)
    (folder / "new-way.toml").write_text(DESIGN, "utf-8")
    return made


def test_a_report_says_the_decision_first(tried: Footfall) -> None:
    ran = tried("experiment", "report", "new-way")
    assert ran.code == 0, ran.err
    lines = ran.out.splitlines()
    assert lines[0].startswith("A new way · new-way")
    assert re.match(r"KEEP RUNNING  rule 1: too_few_events", lines[3])
    assert "Guardrails" in lines
    assert any(line.startswith("✓  Split as planned") for line in lines)


def test_the_report_is_the_same_as_data_and_from_python(tried: Footfall) -> None:
    told = tried("experiment", "report", "new-way", "--format", "json").told
    assert told["decision"] == "KEEP_RUNNING"
    assert told["primary"]["readings"][0]["variant"] == "b"
    with package.open(tried.workspace) as shop:
        assert shop.experiment("new-way").to_json() == told
        (entry,) = shop.experiments().entries
        assert entry.report.design.id == "new-way"


def test_the_report_is_one_file_that_asks_for_nothing(tried: Footfall, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    ran = tried("experiment", "report", "new-way", "--format", "html", "--out", str(path))
    assert ran.code == 0, ran.err
    page = path.read_text("utf-8")
    assert "It &lt;helps&gt;." in page
    assert "<helps>" not in page
    assert "default-src 'none'" in page
    asked = re.findall(r"(?:src|href)=\"([^\"#]+)\"", page)
    assert [each for each in asked if not each.startswith("data:")] == []


def test_the_list_names_what_cannot_be_read(tried: Footfall) -> None:
    wrong = tried.workspace / "experiments" / "wrong.toml"
    wrong.write_text(DESIGN.replace("margin = 0.1\n", ""), "utf-8")
    try:
        ran = tried("experiment", "list")
    finally:
        wrong.unlink()
    assert ran.code == 2
    assert "new-way" in ran.out
    assert "wrong cannot be read:" in ran.out
    assert "wrong.toml:16: guardrails[0].margin: is missing" in ran.out


def test_what_is_wrong_is_refused_in_words(tried: Footfall) -> None:
    for words, told in (
        (("report", "new-wy"), "unknown experiment 'new-wy'; did you mean 'new-way'?"),
        (("report",), "name the experiment"),
        (("reprot", "new-way"), "did you mean 'report'?"),
        (("plan", "--kpi", "rpv"), "a plan needs a KPI and an effect"),
        (("plan", "--kpi", "rpv", "--mde", "much"), "mde 'much' is no share"),
        (("plan", "--kpi", "cpa", "--mde", "5%"), "cpa: it has no value per person"),
        (("plan", "--kpi", "rpv", "--mde", "5%", "--power", "2"), "power 2"),
        (("list", "--format", "html"), "a list is table or json"),
    ):
        ran = tried("experiment", *words)
        assert (ran.code, told in ran.err) == (2, True), (words, ran.err)


def test_a_plan_is_made_from_the_shops_history(tried: Footfall) -> None:
    words = ("--kpi", "pages_per_session", "--mde", "10%", "--looks", "4")
    told = tried("experiment", "plan", *words, "--format", "json").told
    assert told["weeks"] * 7 == told["days"]
    assert told["days"] % 7 == 0
    assert told["units"] >= 2 * told["control_units"] - 1
    effects = told["minimum_detectable_effect_by_week"]
    assert effects == sorted(effects, reverse=True)
    (planned,) = [each for each in told["power_curve"] if each["effect"] == 0.1]
    assert planned["power"] == pytest.approx(0.8, abs=0.002)
    assert "weeks," in tried("experiment", "plan", *words).out


def test_who_sees_what_is_the_same_for_ever(tried: Footfall) -> None:
    from footfall.statistics.assignment import assigned  # noqa: PLC0415

    with package.open(tried.workspace) as shop:
        seen = [shop.assign("new-way", f"v{number}") for number in range(400)]
    told = [assigned("try", f"v{number}", (50, 50)) for number in range(400)]
    assert seen == [("control", "b")[at or 0] for at in told]
    assert 160 < seen.count("b") < 240
