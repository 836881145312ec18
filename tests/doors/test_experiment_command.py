"""`footfall experiment`: as people have it."""

from __future__ import annotations

import json
import subprocess
import sys

from support.process import START, Footfall

CASE = {
    "method": "mean_abs_rel",
    "inputs": {
        "control": {"n": 3407, "sum": 1396.87, "sum_sq": 52377.9767},
        "treatment": {"n": 3461, "sum": 2422.7, "sum_sq": 134698.29},
    },
}


def test_a_case_is_answered(footfall: Footfall) -> None:
    """GrowthBook's own test data, where others say p = 0.0619: the difference's is 0.0202."""
    footfall.write("case.json", json.dumps(CASE))
    ran = footfall("experiment", "calc", "case.json")
    assert (ran.code, ran.err) == (0, "")
    assert (round(ran.told["p_value"], 4), round(ran.told["rel_lift"], 4)) == (0.0202, 0.7073)
    assert [round(end, 4) for end in ran.told["rel_ci95_fieller"]] == [0.0941, 1.7087]


def test_a_list_is_answered_in_its_order_also_from_standard_input(footfall: Footfall) -> None:
    other = {"id": "2nd", "method": "srm", "inputs": {"observed": [5, 9], "weights": [1, 1]}}
    ran = footfall("experiment", "calc", "-", stdin=json.dumps([CASE, other]).encode())
    first, second = ran.told
    assert (ran.code, "abs_diff" in first) == (0, True)
    assert (second["id"], second["df"]) == ("2nd", 1)


def test_what_is_wrong_is_said_in_words(footfall: Footfall) -> None:
    footfall.write("case.json", json.dumps({"method": "mean", "inputs": {}}))
    footfall.write("binary.json", b"\xff\xfe\x00")
    for words, said in (
        (("calc", "case.json"), "case.json: unknown method 'mean'; did you mean"),
        (("calc", "nowhere.json"), "nowhere.json: there is no such file"),
        (("calc", "binary.json"), "binary.json: is not UTF-8 text"),
        (("calc",), "name the file with the case"),
        (("calk", "case.json"), "unknown action 'calk'; did you mean 'calc'?"),
    ):
        ran = footfall("experiment", *words)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


def test_other_commands_start_without_the_statistics(footfall: Footfall) -> None:
    """They take most of a second to import, and only experiments need them."""
    told = "; main(['catalogue', 'aov']); print([m for m in sys.modules if 'scipy' in m])"
    done = subprocess.run(
        [sys.executable, "-c", START.replace("; sys.exit(main())", told)],
        env=footfall.environment,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.decode().splitlines()[-1] == "[]"
