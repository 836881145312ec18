"""`footfall demo`: the same store for the same wish, in a site of its own and no other."""

from __future__ import annotations

import pytest

from support.process import GOOD, Footfall

WISH = ("demo", "--no-serve", "--days", "4", "--visitors", "120", "--until", "2026-03-31")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    made = Footfall(tmp_path_factory.mktemp("demo"))
    ran = made(*WISH)
    assert ran.code == 0, ran.err
    assert "Demo shop · 2026-03-28 to 2026-03-31 (4 days) · Europe/Berlin · EUR" in ran.out
    assert "\nStore\n" in ran.out
    assert "\nAssets\n" in ran.out
    assert "Ask further:" in ran.out
    return made


@pytest.mark.slow
def test_the_same_wish_gives_the_same_numbers_and_replaces_the_old_ones(demo: Footfall) -> None:
    before = demo.numbers()
    assert demo("demo", "--no-serve", "--days", "2", "--visitors", "50", "--seed", "7").code == 0
    assert demo.numbers() != before
    assert demo(*WISH).code == 0
    assert demo.numbers() == before
    quality = demo.quality()
    assert quality["stored"] == demo.numbers()["as_of"]
    assert quality["refused"] == 0


@pytest.mark.slow
def test_other_sites_are_left_alone(footfall: Footfall) -> None:
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0
    before = footfall.numbers()
    ran = footfall(*WISH)
    assert ran.code == 0
    assert "--site demo kpis" in ran.out
    assert footfall.numbers("shop") == before
    assert footfall.value("sessions", "demo") > 100


def test_a_site_that_a_person_made_is_never_touched(footfall: Footfall) -> None:
    assert footfall("init", "--site", "demo").code == 0
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0
    before = footfall.numbers()
    settings = (footfall.workspace / "footfall.toml").read_bytes()
    ran = footfall(*WISH)
    assert (ran.code, ran.out) == (2, "")
    assert "was not made by `footfall demo`" in ran.err
    assert footfall.numbers() == before
    assert (footfall.workspace / "footfall.toml").read_bytes() == settings


def test_a_wish_that_cannot_be_told_changes_nothing(demo: Footfall) -> None:
    before = demo.numbers()
    for wish in (("--days", "0"), ("--visitors", "0"), ("--seed", "-1"), ("--until", "1999-01-01")):
        ran = demo("demo", *wish)
        assert (ran.code, ran.out) == (2, "")
    assert demo.numbers() == before
