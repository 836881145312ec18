"""Countries as programs write them, as the two letters of ISO 3166-1 that an event has."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

LIST = Path(__file__).with_name("countries.txt")
"""One country a line: two letters, three letters, its English names in use separated by `|`."""


def country_code(said: object) -> str | None:
    """The code of a country by its code (two or three letters) or its English name; None if none.

    >>> country_code("Germany"), country_code("deu"), country_code("de"), country_code("(not set)")
    ('DE', 'DE', 'DE', None)
    """
    return _codes().get(_plain(said)) if isinstance(said, str) else None


@cache
def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for line in LIST.read_text("utf-8").splitlines():
        two, three, names = line.split(" ", 2)
        codes |= dict.fromkeys(map(_plain, (two, three, *names.split("|"))), two)
    return codes


def _plain(name: str) -> str:
    """A name without accents, in lower case, `and` as `&`, so that its spellings are one."""
    letters = normalize("NFKD", name.strip().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return (
        "".join(each for each in letters if not combining(each)).casefold().replace(" and ", " & ")
    )
