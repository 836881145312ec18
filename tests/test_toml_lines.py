"""The places of keys in a TOML text, counted by hand."""

from __future__ import annotations

import pytest
import tomli

from footfall.settings.lines import key_lines

EVERY_FORM = """\
# a comment = 1
a = 1
"b c".d = "x # y = 1 ]"
e = [ # a comment, with a comma
  1, [2,
  3], { f = '''
]''', "g" = \"\"\"a\\\"\"\"\"" },
]
[h.'i']
j = 1979-05-27 07:32:00
[[k]]
l = 1
[[k]]
l = 2
[k.m]
n = true
[[k.o]]
p = {}
"""


def test_every_form_of_toml_has_its_lines() -> None:
    assert tomli.loads(EVERY_FORM)["e"][2] == {"f": "]", "g": 'a""'}
    assert key_lines(EVERY_FORM) == {
        ("a",): 2,
        ("b c",): 3,
        ("b c", "d"): 3,
        ("e",): 4,
        ("e", 0): 5,
        ("e", 1): 5,
        ("e", 1, 0): 5,
        ("e", 1, 1): 6,
        ("e", 2): 6,
        ("e", 2, "f"): 6,
        ("e", 2, "g"): 7,
        ("h",): 9,
        ("h", "i"): 9,
        ("h", "i", "j"): 10,
        ("k",): 11,
        ("k", 0): 11,
        ("k", 0, "l"): 12,
        ("k", 1): 13,
        ("k", 1, "l"): 14,
        ("k", 1, "m"): 15,
        ("k", 1, "m", "n"): 16,
        ("k", 1, "o"): 17,
        ("k", 1, "o", 0): 17,
        ("k", 1, "o", 0, "p"): 18,
    }


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", {}),
        ("# nothing", {}),
        ("a=1", {("a",): 1}),
        ("\r\n\r\na = 1\r\n", {("a",): 3}),
        ("a = [\n  # nothing\n]\nb = 2", {("a",): 1, ("b",): 4}),
        ("a.b = 1\na.c = 2", {("a",): 1, ("a", "b"): 1, ("a", "c"): 2}),
        ("'=' = 1\n\"#\" = 2", {("=",): 1, ("#",): 2}),
    ],
)
def test_small_texts(text: str, lines: dict[tuple[str, ...], int]) -> None:
    tomli.loads(text)
    assert key_lines(text) == lines
