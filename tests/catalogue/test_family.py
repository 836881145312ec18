"""One file can define KPIs that say the same of different things."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.catalogue import built_in, with_workspace
from footfall.errors import RequestError

GOOD = """\
id = "{what}_{where}"
name = "{what.name} {where}"
group = "Own"
unit = "count"
better = "higher"
source = "Own"
help = "How often somebody {what.does} on {where.name}."
formula = "told"
order = 7

[family.what]
seen = { name = "Seen", does = "looks", event = "page_view" }
clicked = { name = "Clicked", does = "clicks", event = "click" }

[family.where]
home = { name = "the home page", page = "/" }
cart = { name = "the cart", page = "/cart" }

[measures.told]
fact = "actions"
count = true
where = { event = "{what.event}", page = "{where.page}" }

[[examples]]
about = "One"
events = [
  { at = "2026-01-05 10:00", event = "{what.event}", url = "https://x.example{where.page}" },
]
value = 1
"""


def catalogue(folder: Path, text: str = GOOD) -> list[str]:
    (folder / "places.toml").write_text(text, "utf-8")
    return [kpi.id for kpi in with_workspace(folder) if kpi.group == "Own"]


def refusal(folder: Path, text: str) -> list[str]:
    with pytest.raises(RequestError) as refused:
        catalogue(folder, text)
    return [line.removeprefix(f"{folder}/") for line in str(refused.value).splitlines()]


def test_there_is_a_kpi_for_each_pair_in_the_order_of_the_file(tmp_path: Path) -> None:
    ids = ["seen_home", "seen_cart", "clicked_home", "clicked_cart"]
    assert catalogue(tmp_path) == ids
    kpi = with_workspace(tmp_path)["clicked_cart"]
    assert (kpi.name, kpi.help) == ("Clicked cart", "How often somebody clicks on the cart.")
    (source,) = kpi.measures["told"].sources
    assert source.where == (("event", "click"), ("page", "/cart"))
    assert kpi.examples[0].events[0]["url"] == "https://x.example/cart"
    assert [with_workspace(tmp_path)[each].order for each in ids] == [7, 8, 9, 10]


def test_a_word_that_the_family_lacks_is_told_once_with_its_line(tmp_path: Path) -> None:
    (told,) = refusal(tmp_path, GOOD.replace("{where.name}", "{where.nam}"))
    assert told == (
        "places.toml:7: help: unknown word of the family 'where.nam'; did you mean 'where.name'? "
        "there are: what, what.name, what.does, what.event, where, where.name, where.page; "
        "take it out or spell it so"
    )


def test_a_fault_of_all_of_them_is_told_once(tmp_path: Path) -> None:
    (told,) = refusal(tmp_path, GOOD.replace('fact = "actions"', 'fact = "action"'))
    assert told.startswith("places.toml:20: measures.told.fact: unknown fact 'action';")


def test_an_id_that_does_not_tell_them_apart_is_refused(tmp_path: Path) -> None:
    (told,) = refusal(tmp_path, GOOD.replace('id = "{what}_{where}"', 'id = "{what}"'))
    assert told.startswith("places.toml:1: id: is the same for several of the family")


@pytest.mark.parametrize(
    "family", ['family = "all"', "family = {}", "family.what = []", "family.what = { a = 1 }"]
)
def test_what_is_no_family_is_refused(tmp_path: Path, family: str) -> None:
    text = GOOD.replace("order = 7\n", f"{family}\n")
    before, _, rest = text.partition("[family.what]")
    (told,) = refusal(tmp_path, before + rest[rest.index("[measures") :])
    assert "family: is no table of things with their words" in told


def test_two_files_cannot_define_one_kpi(tmp_path: Path) -> None:
    (tmp_path / "again.toml").write_text(GOOD, "utf-8")
    faults = refusal(tmp_path, GOOD)
    assert len(faults) == 4
    assert "'seen_home' is defined in" in faults[0]


def test_the_opt_ins_and_shares_of_the_contract_are_families() -> None:
    kpis = built_in()
    (source,) = kpis["opt_outs_profiling"].measures["persons"].sources
    assert source.where == (("event", "opt_out"), ("detail", "profiling"))
    assert (
        kpis["shares_link"].help == "How many people shared something by a link that they copied."
    )
    (same,) = kpis["web_push_asked"].measures.values()
    assert same == kpis["opt_ins_asked_web_push"].measures["persons"]
