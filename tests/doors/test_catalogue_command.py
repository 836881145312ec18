"""`footfall catalogue` says whether worked examples hold, and refuses those that do not."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import run

import pytest

from support.process import SOURCE, Footfall

FILE = """\
id = "clicks_per_session"
name = "Clicks per session"
group = "Own"
unit = "rate"
better = "higher"
source = "the shop"
help = "How often people click in a session."
formula = "clicked / sessions"

[measures.clicked]
fact = "actions"
count = true
where = { event = "click" }

[[examples]]
about = "Three sessions, one click"
events = [
  { at = "2026-01-05 10:00", event = "click", visitor = "anna" },
  { at = "2026-01-05 10:00", event = "page_view", visitor = "ben" },
  { at = "2026-01-05 10:00", event = "page_view", visitor = "cleo" },
]
value = 0.3333333333
"""
FAULT = (
    "kpis/wrong.toml:22: examples[0] (Three sessions, one click): "
    "expected 50.00 %; the events give 33.33 %\n"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """A workspace without data, with one KPI whose example holds and one whose does not."""
    made = Footfall(tmp_path_factory.mktemp("shop"))
    assert made("init", str(made.workspace)).code == 0
    own(made.workspace, "clicks_per_session", FILE)
    own(made.workspace, "wrong", FILE.replace("0.3333333333", "0.5"))
    return made


def own(workspace: Path, name: str, text: str) -> None:
    """One more KPI of the shop's own."""
    text = text.replace('"clicks_per_session"', f'"{name}"')
    (workspace / "kpis" / f"{name}.toml").write_text(text, "utf-8")


def test_a_card_says_that_its_example_holds(shop: Footfall) -> None:
    ran = shop("catalogue", "clicks_per_session")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("  → 33.33 %\n  ✓ checked\n")


def test_the_contracts_examples_are_checked_too(shop: Footfall) -> None:
    ran = shop("catalogue", "sessions", "ctr")
    assert ran.code == 0
    assert ran.out.count("✓ checked") == ran.out.count("Example: ") >= 2


def test_an_example_that_does_not_hold_is_refused_with_its_line(shop: Footfall) -> None:
    ran = shop("catalogue", "wrong")
    assert ran.code == 2
    assert ran.out.endswith("  → 50.00 %\n  ✗ the events give 33.33 %\n")
    assert ran.err.endswith(FAULT)


def test_all_own_examples_are_checked_at_once(shop: Footfall) -> None:
    ran = shop("catalogue", "--check")
    assert ran.code == 2
    assert "✓ checked: Three sessions, one click" in ran.out
    assert "✗ the events give 33.33 %: Three sessions, one click" in ran.out
    assert ran.out.endswith("2 KPIs, 2 examples: 1 of 2 hold.\n")
    assert ran.err.endswith(FAULT)
    assert "Average order value" not in ran.out


def test_only_the_named_ones_are_checked(shop: Footfall) -> None:
    ran = shop("catalogue", "clicks_per_session", "--check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("1 KPI, 1 example: it holds.\n")


def test_the_check_is_data_too(shop: Footfall) -> None:
    ran = shop("catalogue", "wrong", "--format", "json")
    (example,) = ran.told["examples"]
    assert (example["value"], example["got"], example["holds"]) == (
        0.5,
        pytest.approx(1 / 3),
        False,
    )
    both = shop("catalogue", "--check", "--format", "json")
    assert (ran.code, both.code) == (2, 2)
    told = {kpi["id"]: kpi["examples"][0]["holds"] for kpi in both.told["kpis"]}
    assert told == {"clicks_per_session": True, "wrong": False}
    (revenue, *_) = shop("catalogue", "revenue", "--format", "json").told["examples"]
    assert (revenue["got"], revenue["holds"], revenue["fault"]) == ("50.50", True, None)


def test_an_example_that_nobody_can_ask_is_told_why(footfall: Footfall) -> None:
    assert footfall("init", str(footfall.workspace)).code == 0
    assert "no KPI of your own" in footfall("catalogue", "--check").out
    own(footfall.workspace, "wrong", FILE.replace('"ben"', "7").replace("0.3333333333", '"1,50"'))
    first = footfall("catalogue", "wrong")
    assert first.code == 2
    assert "✗ it cannot be worked out: value '1,50' is no number" in " ".join(first.out.split())
    assert "kpis/wrong.toml:22: examples[0]" in first.err
    own(footfall.workspace, "wrong", FILE.replace('"ben"', "7"))
    assert "cannot be worked out: event 2 is refused: " in footfall("catalogue", "--check").err


def test_a_number_that_is_nearly_right_is_told_with_all_digits(footfall: Footfall) -> None:
    assert footfall("init", str(footfall.workspace)).code == 0
    own(footfall.workspace, "wrong", FILE.replace("0.3333333333", "0.3333"))
    told = footfall("catalogue", "wrong").err
    assert told.endswith("expected 0.3333; the events give 0.3333333333333333\n")


def test_the_list_needs_no_database(shop: Footfall) -> None:
    code = (
        "import sys; from footfall.doors.cli import main; "
        f"main(['catalogue', '-w', {str(shop.workspace)!r}]); "
        "sys.exit('duckdb' in sys.modules or 'pyarrow' in sys.modules)"
    )
    words = [sys.executable, "-c", code]
    done = run(words, env=shop.environment, cwd=SOURCE, capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Clicks per session" in done.stdout
