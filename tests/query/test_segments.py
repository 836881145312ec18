"""Named segments as people write them: what is read, and what is refused, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.errors import RequestError
from footfall.query.segment import AllOf, AnyOf, Did, Is, Measured, Not, Segment, Was
from footfall.query.segment_file import find_segment, read_segment

GOOD = """\
name = "Engaged visits"
help = "Who looks around or fills a cart."

[when]
device = ["mobile", "tablet"]
country = ""
experiment = "x1"
page_views = { at_least = 3, less_than = 100 }
duration = { more_than = 1.5 }
exit_page = "/cart"
converted = false
any = [ { added_to_cart = true }, { page_views = 7, channel = "email" } ]
not = { all = [ { region = "Bayern" } ] }
"""


def read(text: str) -> Segment:
    return read_segment(text, "segments/engaged.toml", "engaged")


def test_a_segment_is_read_as_it_is_written() -> None:
    assert read(GOOD) == Segment(
        "engaged", "Engaged visits", "Who looks around or fills a cart.",
        AllOf((
            Is("device", ("mobile", "tablet")),
            Is("country", (None,)),
            Is("experiment", ("x1",)),
            Measured("page_views", ((">=", 3), ("<", 100))),
            Measured("duration", ((">", 1500),)),
            Was("exit_page", ("/cart",)),
            Did("converted", wanted=False),
            AnyOf((
                AllOf((Did("added_to_cart", wanted=True),)),
                AllOf((Measured("page_views", (("=", 7),)), Is("channel", ("email",)))),
            )),
            Not(AllOf((AllOf((AllOf((Is("region", ("Bayern",)),)),)),))),
        )),
    )  # fmt: skip


def test_it_knows_what_it_speaks_of() -> None:
    found = read(GOOD)
    assert found.dimensions == ("device", "country", "experiment", "channel", "region")
    assert found.session_facts == (
        "page_views", "duration", "exit_page", "converted", "added_to_cart",
    )  # fmt: skip
    assert found.exposures == (Is("experiment", ("x1",)),)


def test_a_name_is_the_files_where_none_is_given() -> None:
    assert read('[when]\ndevice = "mobile"\n').name == "engaged"


def told(text: str) -> list[str]:
    with pytest.raises(RequestError) as refused:
        read(text)
    return [line.removeprefix("segments/engaged.toml:") for line in str(refused.value).splitlines()]


@pytest.mark.parametrize(
    ("right", "wrong", "fault"),
    [
        ("[when]", "[wen]", "4: wen: unknown key 'wen'; did you mean 'when'?"),
        ('device = ["mobile", "tablet"]', 'devise = "mobile"',
         "5: when.devise: unknown condition 'devise'; did you mean 'device'?"),
        ('"mobile", "tablet"', '"mobil"',
         "5: when.device: unknown device 'mobil'; did you mean 'mobile'?"),
        ('["mobile", "tablet"]', "7", "5: when.device: 7 is no text;"),
        ('["mobile", "tablet"]', "[]", "5: when.device: [] is no text;"),
        ("at_least = 3", "atleast = 3",
         "8: when.page_views.atleast: unknown limit 'atleast'; did you mean 'at_least'?"),
        ("at_least = 3", 'at_least = "3"', "8: when.page_views.at_least: '3' does not fit;"),
        ("at_least = 3", "at_least = 3.5", "8: when.page_views.at_least: 3.5 does not fit;"),
        ("{ at_least = 3, less_than = 100 }", "{}", "8: when.page_views: has no limit;"),
        ("{ more_than = 1.5 }", '"2 min"', "9: when.duration: '2 min' does not fit; write a"),
        ("more_than = 1.5", "more_than = nan", "9: when.duration.more_than: NaN does not fit;"),
        ("more_than = 1.5", "more_than = 0.0001", "9: when.duration.more_than: 0.0001 does not"),
        ("converted = false", "converted = 0", "11: when.converted: 0 does not fit; write true or"),
        ("{ added_to_cart = true }", "{ }", "12: when.any[0]: has no condition;"),
        ("{ added_to_cart = true }", "{ variant = 'A' }",
         "12: when.any[0].variant: holds from a moment on, so it can stand at the top only;"),
        ('{ all = [ { region = "Bayern" } ] }', '{ all = { region = "Bayern" } }',
         "13: when.not.all: is no list of conditions;"),
        ('help = "Who looks around or fills a cart."', "help = 3", "2: help: 3 is not a text;"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line_and_the_nearest_word(
    right: str, wrong: str, fault: str
) -> None:
    assert right in GOOD
    found = told(GOOD.replace(right, wrong, 1))
    assert any(line.startswith(fault) for line in found), found


def test_all_faults_are_told_at_once() -> None:
    found = told("nam = 1\n[when]\nx = 1\nnot = 3\n")
    assert [line.split(":")[0] for line in found] == ["1", "3", "4"]


def test_what_is_missing_or_no_toml_is_told() -> None:
    assert told('name = "x"\n')[0].endswith(
        "when: is missing; write a table [when] with what has to hold"
    )
    assert told("when = [")[0].startswith("1: not TOML:")


def test_an_unknown_segment_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"unknown segment 'engagd'.*define it in"):
        find_segment(tmp_path / "segments", "engagd")
    (tmp_path / "engaged.toml").write_text(GOOD)
    with pytest.raises(RequestError, match="did you mean 'engaged'"):
        find_segment(tmp_path, "engagd")
    with pytest.raises(RequestError, match="unknown segment"):
        find_segment(tmp_path, "../engaged")
    assert find_segment(tmp_path, "engaged").name == "Engaged visits"


def test_what_is_in_no_session_meets_the_opposite_of_a_condition_on_sessions() -> None:
    bounced = Did("bounced", wanted=True)
    for condition, begins in (
        (bounced, "(session IS NOT NULL AND "),
        (Not(bounced), "(session IS NULL OR "),
        (AnyOf((bounced, Not(bounced))), "(session IS NULL OR "),
        (AllOf((bounced, Not(bounced))), "(session IS NOT NULL AND "),
    ):
        asked = Segment("s", "s", "", AllOf((condition,))).sql(str, str, "session")
        assert asked.startswith(begins)


def test_a_condition_on_sessions_is_asked_of_them_once() -> None:
    texts: list[str] = []

    def put(text: str) -> str:
        texts.append(text)
        return f":p{len(texts) - 1}"

    both = Segment("s", "s", "", AllOf((Did("bounced", wanted=False), Is("device", ("mobile",)))))
    asked = both.sql(lambda each: f"{each.name} = 'mobile'", put, "session")
    assert asked == (
        "((session IS NOT NULL AND session IN (SELECT session FROM sessions WHERE NOT bounced)) "
        "AND device = 'mobile')"
    )
    own = both.sql(lambda each: f"{each.name} = 'mobile'", put, None)
    assert own == "(NOT bounced AND device = 'mobile')"
