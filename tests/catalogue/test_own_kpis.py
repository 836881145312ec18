"""A shop's own KPI is one more file; a wrong file is told everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.catalogue import built_in, with_workspace
from footfall.errors import RequestError

GOOD = """\
id = "clicks"
name = "Clicks"
group = "Own"
unit = "rate"
better = "higher"
source = "Own"
help = "How often."
formula = "clicked / sessions"

[measures.clicked]
fact = "actions"
count = true
where = { event = "click" }

[[examples]]
about = "One click"
events = [{ at = "2026-01-05 10:00", event = "click", visitor = "anna" }]
value = 1
"""


def written(folder: Path, **files: str) -> Path:
    """A folder with KPI files."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def refusal(folder: Path, **files: str) -> list[str]:
    """What a person is told of these files, a line for each fault, without the folder's name."""
    with pytest.raises(RequestError) as refused:
        with_workspace(written(folder, **files))
    return [line.removeprefix(f"{folder}/") for line in str(refused.value).splitlines()]


def test_one_new_file_is_one_more_kpi(tmp_path: Path) -> None:
    catalogue = with_workspace(written(tmp_path, clicks=GOOD))
    assert [kpi.id for kpi in catalogue][-1] == "clicks"
    assert sorted(catalogue["clicks"].dimensions) == sorted(built_in()["sessions"].dimensions)
    assert len(catalogue.kpis) == len(built_in().kpis) + 1


def test_another_definition_is_another_version_of_the_definitions(tmp_path: Path) -> None:
    before = with_workspace(written(tmp_path, clicks=GOOD)).definitions
    assert before != built_in().definitions
    after = with_workspace(
        written(tmp_path, clicks=GOOD.replace('"click"', '"search"'))
    ).definitions
    renamed = with_workspace(
        written(tmp_path, clicks=GOOD.replace("How often.", "Often."))
    ).definitions
    assert after != before
    assert renamed == before


def test_a_workspace_without_a_folder_has_the_kpis_of_the_contract(tmp_path: Path) -> None:
    assert with_workspace(tmp_path / "kpis") is built_in()


def test_a_syntax_error_is_told_with_its_line(tmp_path: Path) -> None:
    (told,) = refusal(tmp_path, clicks=GOOD.replace('unit = "rate"', "unit = rate"))
    assert told.startswith("clicks.toml:4: not TOML: ")


def test_a_file_that_is_no_text_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "clicks.toml").write_bytes(b'id = "\xff"')
    (told,) = refusal(tmp_path)
    assert told == "clicks.toml: is not UTF-8 text; save the file as UTF-8"


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"Clicks"', '" "', "2: name: ' ' is not a text"),
        ('"Clicks"', "7", "2: name: 7 is not a text"),
        ('id = "clicks"', 'id = "click"', "1: id: 'click' is not the file's name"),
        ('id = "clicks"', 'id = "Click rate"', "1: id: 'Click rate' is not an id"),
        ('"rate"', '"rates"', "4: unit: unknown unit 'rates'; did you mean 'rate'"),
        ('"Own"\nunit', '"Mine"\nunit', "3: group: unknown group 'Mine'"),
        ('"higher"', '"high"', "5: better: unknown better 'high'; did you mean 'higher'"),
        ("better =", "order = 1.5\nbetter =", "5: order: 1.5 does not fit; write a whole number"),
        ("better =", "order = true\nbetter =", "5: order: True does not fit; write a whole number"),
        ("better =", "trap = 'x'\nbetter =", "5: trap: unknown key 'trap'; did you mean 'traps'"),
        ("clicked /", "clicked : ", "8: formula: ':' has no place in a formula"),
        ("clicked / sessions", "2 / 3", "8: formula: names no measure and no KPI"),
        (
            " / sessions",
            " / sesions",
            "8: formula: unknown measure or KPI 'sesions'; did you mean 'sessions'",
        ),
        ("clicked / sessions", "sessions", "10: measures.clicked: is not used in the formula"),
        (
            '"actions"',
            '"action"',
            "11: measures.clicked.fact: unknown fact 'action'; did you mean 'actions'",
        ),
        (
            "count = true",
            "count = 'event'",
            "12: measures.clicked.count: 'event' has no meaning; write count = true",
        ),
        (
            "count = true",
            'unique = "persons"',
            "12: measures.clicked.unique: unknown column of actions 'persons'; did you mean",
        ),
        ("count = true", 'sum = "event"', "12: measures.clicked.sum: event is not a number"),
        ("true", 'true\nsum = "value"', "10: measures.clicked: has 2 aggregates"),
        (
            "count = true",
            "counts = true",
            "12: measures.clicked.counts: unknown key 'counts'; did you mean 'count'",
        ),
        (
            "{ event",
            "{ events",
            "13: measures.clicked.where.events: unknown column of actions 'events'; did you mean",
        ),
        (
            '{ event = "click" }',
            "{ event = true }",
            "13: measures.clicked.where.event: True does not fit the column",
        ),
        (
            '{ event = "click" }',
            '{ ts = "7" }',
            "13: measures.clicked.where.ts: '7' does not fit the column",
        ),
        (
            "where =",
            "newcomers = true\nwhere =",
            "13: measures.clicked.newcomers: newcomers are persons of the fact sessions",
        ),
        (
            "where =",
            "newcomers = 1\nwhere =",
            "13: measures.clicked.newcomers: 1 does not fit; write true or leave it out",
        ),
        ("value = 1", "", "15: examples[0]: has no events or no value"),
        ("at = ", "when = ", "15: examples[0]: has no events or no value"),
        ("value = 1", "value = [1]", "18: examples[0].value: [1] is no value"),
        (
            "value = 1",
            "values = 1\nvalue = 1",
            "18: examples[0].values: unknown key 'values'; did you mean 'value'",
        ),
        (
            "value = 1",
            "value = 1\nfrom = 'Monday'",
            "19: examples[0].from: 'Monday' does not fit; write a date such as 2026-01-31",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_would_be_right(
    tmp_path: Path, right: str, wrong: str, told: str
) -> None:
    assert right in GOOD
    found = refusal(tmp_path, clicks=GOOD.replace(right, wrong, 1))
    assert any(line.startswith(f"clicks.toml:{told}") for line in found), found


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    first = GOOD.replace('"rate"', '"rates"').replace('"actions"', '"action"')
    second = GOOD.replace('id = "clicks"', 'id = "searches"').replace("/ sessions", "/ sesions")
    told = refusal(tmp_path, clicks=first, searches=second)
    assert [line.partition(": ")[0] for line in told] == [
        "clicks.toml:4",
        "clicks.toml:11",
        "searches.toml:8",
    ]


def test_kpis_that_are_made_of_each_other_are_a_circle(tmp_path: Path) -> None:
    files = {
        name: GOOD.replace("clicks", name).replace("clicked / sessions", f"clicked / {other}")
        for name, other in (("one", "two"), ("two", "three"), ("three", "one"))
    }
    assert refusal(tmp_path, **files) == [
        "one.toml:8: formula: a circle: one → two → three → one",
        "three.toml:8: formula: a circle: three → one → two → three",
        "two.toml:8: formula: a circle: two → three → one → two",
    ]


@pytest.mark.parametrize(
    ("formula", "adds_up"),
    [
        ("clicked + 2 * clicked - clicked * 3", True),
        ("clicked + clicked / 2", True),
        ("clicked + 1", False),
        ("clicked * clicked", False),
        ("clicked / sessions * 100", False),
        ("2 - clicked", False),
    ],
)
def test_a_sum_of_sums_adds_up_and_nothing_else(
    tmp_path: Path, formula: str, *, adds_up: bool
) -> None:
    text = GOOD.replace("clicked / sessions", formula)
    assert with_workspace(written(tmp_path, clicks=text))["clicks"].is_additive is adds_up


def test_an_id_of_the_contract_cannot_be_taken(tmp_path: Path) -> None:
    (told,) = refusal(tmp_path, ctr=GOOD.replace('"clicks"', '"ctr"'))
    assert told.startswith("ctr.toml:1: id: 'ctr' is a KPI of the contract already")


def test_a_kpi_may_be_made_of_another_own_one(tmp_path: Path) -> None:
    twice = GOOD.replace('"clicks"', '"twice"').replace(
        "clicked / sessions", "clicks * 2 + 0 * clicked"
    )
    catalogue = with_workspace(written(tmp_path, clicks=GOOD, twice=twice))
    measures = catalogue["twice"].measures
    assert set(measures) == {"clicked", "clicks.clicked", "clicks.sessions.visits"}
    values = {"clicked": 5, "clicks.clicked": 6, "clicks.sessions.visits": 4}
    assert catalogue["twice"].formula.value(values) == 3


def test_what_is_missing_is_told_with_the_files_name(tmp_path: Path) -> None:
    (told,) = refusal(tmp_path, clicks=GOOD.replace('name = "Clicks"\n', ""))
    assert told == 'clicks.toml: name: is missing; write name = "…"'


def test_a_required_dimension_must_be_one_of_the_kpi(tmp_path: Path) -> None:
    text = GOOD.replace("[measures", 'requires = "devise"\n\n[measures', 1)
    (told,) = refusal(tmp_path, clicks=text)
    assert ": requires: unknown dimension of clicks 'devise'; did you mean 'device'?" in told
