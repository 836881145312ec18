"""`footfall drilldown`: for people, for programs, and refused in a sentence."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from support.process import Footfall, event

NAMES = '[site.shop]\nnames = { experiences = { x1 = "Raffle" }, modules = { m1 = "Hello" } }\n'


def told(number: int, name: str, module: str, visitor: str = "a", **more: Any) -> dict[str, Any]:
    place = {"experience_id": "x1", "module_id": module, "position": int(module[1:])}
    return event(number, name, visitor=visitor, **place, **more)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """A shop with an experience of three modules: shown 6, 4 and 2 times."""
    made = Footfall(tmp_path_factory.mktemp("chat"))
    often = {"m1": 6, "m2": 4, "m3": 2}
    shown = [
        told(number, "module_shown", module)
        for at, (module, times) in enumerate(often.items())
        for number in range(10 * at, 10 * at + times)
    ]
    answers = [
        told(40, "survey_response", "m2", survey_type="nps", score=9, feedback="=Good",
             module_type="nps"),
        told(41, "survey_response", "m2", "b", survey_type="nps", score=2, feedback="Slow"),
        told(42, "share", "m3", method="link"),
    ]  # fmt: skip
    made.write("chat.jsonl", [*shown, *answers])
    assert made("init", str(made.workspace)).code == 0
    settings = made.workspace / "footfall.toml"
    settings.write_text(NAMES, "utf-8")
    assert made("import", "chat.jsonl").code == 0
    return made


def test_the_table_goes_from_module_to_module(shop: Footfall) -> None:
    ran = shop("drilldown", "x1")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Shop · Raffle · 2026-01-05 · UTC",
        "",
        "   module  type  shown        what came of it",
        "1  Hello   –         6  ■■■■",
        "2  m2      nps       4  ■■■   answers 2 · promoter 1 · passive 0 · detractor 1",
        "                              distribution 2:1 9:1 · nps 0.0",
        "3  m3      –         2  ■     share: facebook 0 · email 0 · native 0 · twitter 0",
        "                              whatsapp 0 · link 1",
        "",
        "■ least shown, ■■■■ most shown. Customers are people.",
    ]


def test_json_has_the_keys_of_the_cases(shop: Footfall) -> None:
    answered = shop("drilldown", "x1", "--from", "2026-01-05", "--format", "json").told
    assert {key: answered[key] for key in ("site", "from", "to", "timezone", "as_of")} == {
        "site": "shop", "from": "2026-01-05", "to": "2026-01-05", "timezone": "UTC", "as_of": 15,
    }  # fmt: skip
    modules = answered["drilldown"]["x1"]
    assert [(each["module_id"], each["shown"]) for each in modules] == [
        ("m1", 6),
        ("m2", 4),
        ("m3", 2),
    ]
    assert set(modules[0]) == {"module_id", "module_type", "position", "shown", "numbers"}
    assert modules[1]["numbers"]["nps"]["distribution"] == [0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    assert modules[2]["numbers"]["share"]["link"] == 1


def test_csv_has_a_row_for_each_number(shop: Footfall) -> None:
    lines = list(csv.DictReader(io.StringIO(shop("drilldown", "x1", "--format", "csv").out)))
    heats = {line["module_id"]: (line["shown"], line["heat"]) for line in lines}
    assert heats == {"m1": ("6", "red"), "m2": ("4", "yellow"), "m3": ("2", "blue")}
    shares = {line["number"]: line["value"] for line in lines if line["kind"] == "share"}
    assert shares["link"] == "1"


def test_typed_answers_are_told_by_band_and_safe_to_open(shop: Footfall) -> None:
    ran = shop("drilldown", "x1", "--answers", "all", "--format", "csv")
    assert [line.split(",")[2:] for line in ran.out.splitlines()] == [
        ["module_id", "score", "band", "text"],
        ["m2", "9", "promoter", "'=Good"],
        ["m2", "2", "detractor", "Slow"],
    ]
    assert shop("drilldown", "x1", "--answers", "detractor").out.splitlines()[-1] == "Slow"
    assert shop("drilldown", "x1", "--answers", "passive").out.endswith("Nobody typed an answer.\n")
    found = shop("drilldown", "x1", "--answers", "promoter", "--format", "json").told
    assert [each["text"] for each in found["answers"]] == ["=Good"]


def test_filters_and_days_leave_out_what_is_not_asked_for(shop: Footfall) -> None:
    empty = shop("drilldown", "x1", "--where", "device=mobile")
    assert empty.out.splitlines()[-1] == "Nothing happened in a module of this experience."
    assert shop("drilldown", "x1", "--from", "2026-01-06", "--format", "json").told[
        "drilldown"
    ] == {"x1": []}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["x2"], "unknown experience 'x2'"),
        (["x1", "--where", "devise=mobile"], "did you mean 'device'"),
        (["x1", "--format", "parquet"], "unknown format 'parquet'"),
        (["x1", "--answers", "promoters"], "did you mean 'promoter'"),
        ([], "EXPERIENCE"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    shop: Footfall, words: list[str], said: str
) -> None:
    ran = shop("drilldown", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_a_shop_without_chats_says_so(tmp_path: Path) -> None:
    made = Footfall(tmp_path)
    made.write("events.jsonl", [event(1, visitor="a")])
    assert made("import", "events.jsonl").code == 0
    ran = made("drilldown", "x1")
    assert (ran.code, ran.err) == (2, "footfall: nothing was ever told of a chat experience\n")


def test_what_knows_days_only_is_refused_by_the_hour_and_else_left_out(shop: Footfall) -> None:
    ran = shop("kpis", "cpa", "--every", "hour")
    assert ran.code == 2
    assert "cpa comes from imported tables, which know days only" in ran.err
    told_hours = shop("kpis", "--every", "hour")
    assert "Left out, for they come from tables that know days only: ad_spend," in told_hours.out
