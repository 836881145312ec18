"""A KPI of imported tables is worked out by hand from rows of tables, and its faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.catalogue import built_in, with_workspace
from footfall.errors import RequestError
from footfall.proof import check

GOOD = """\
id = "mail_size"
name = "Mail size"
group = "Own"
unit = "count"
better = "higher"
source = "Own"
help = "How many e-mails came in."
formula = "came"

[measures.came]
fact = "mailings"
sum = "delivered"

[[examples]]
about = "Two days"
tables.email_sends = [
  { date = "2026-01-05", campaign = "a", delivered = 3 },
  { date = "2026-01-06", campaign = "a", delivered = 4 },
]
value = 7
"""


def refusal(folder: Path, text: str) -> str:
    (folder / "mail_size.toml").write_text(text, "utf-8")
    with pytest.raises(RequestError) as refused:
        with_workspace(folder)
    return str(refused.value).removeprefix(f"{folder}/")


def test_rows_of_tables_are_enough_for_an_example(tmp_path: Path) -> None:
    (tmp_path / "mail_size.toml").write_text(GOOD, "utf-8")
    catalogue = with_workspace(tmp_path)
    (checked,) = check(catalogue["mail_size"], catalogue)
    assert (checked.holds, checked.got, checked.fault) == (True, 7, None)


def test_the_product_proves_its_own_acquisition_kpis() -> None:
    for kpi in ("ad_spend", "roas", "search_position"):
        for checked in check(built_in()[kpi], built_in()):
            assert checked.holds, (kpi, checked)


def test_a_day_that_does_not_exist_is_a_fault_of_the_example(tmp_path: Path) -> None:
    (tmp_path / "mail_size.toml").write_text(GOOD.replace("2026-01-06", "2026-02-30"), "utf-8")
    catalogue = with_workspace(tmp_path)
    (checked,) = check(catalogue["mail_size"], catalogue)
    assert (checked.holds, checked.fault) == (
        False, "date '2026-02-30' is no day; write it as 2026-01-31",
    )  # fmt: skip


COSTED = 'sum = "delivered"\ncosted = '
FAULTS = (
    ("email_sends", "email_send", "16: examples[0].tables.email_send: unknown table"),
    ('date = "2026-01-05"', "day = 5", "16: examples[0].tables.email_sends: is no list of days"),
    ('sum = "delivered"', f"{COSTED}true", "13: measures.came.costed: mailings has no channel"),
    ('sum = "delivered"', f"{COSTED}1", "13: measures.came.costed: 1 does not fit"),
)


@pytest.mark.parametrize(("right", "wrong", "told"), FAULTS)
def test_a_fault_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    (line,) = refusal(tmp_path, GOOD.replace(right, wrong, 1)).splitlines()
    assert line.startswith(f"mail_size.toml:{told}")
