"""One file for KPIs that say the same of different things: opt-ins per channel, shares per method.

``[family.<word>]`` names the things, each with words of its own. Every text of the file may speak
of them: ``{channel}`` is the thing, ``{channel.name}`` a word of it. With two families in a file
there is a KPI for each pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from footfall.errors import unknown
from footfall.settings.faults import Place

FAMILY = "family"
_PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")
Told = Mapping[str, Any]


def members(told: Told, place: Place) -> list[dict[str, Any]]:
    """The file of each KPI of a family; of a file without one the file itself."""
    if FAMILY not in told:
        return [dict(told)]
    family = told[FAMILY]
    if not _is_family(family):
        right = 'write [family.channel] tables such as sms = { name = "text message" }'
        place.at(FAMILY).wrong("is no table of things with their words", right)
        return []
    own = {key: value for key, value in told.items() if key != FAMILY}
    words = [_words(word, things) for word, things in family.items()]
    found = []
    for at, some in enumerate(product(*words)):
        known = {name: text for each in some for name, text in each.items()}
        member = {key: _filled(value, known, place.at(key)) for key, value in own.items()}
        if isinstance(member.get("order"), int):
            member["order"] += at
        found.append(member)
        if place.book.faults:
            return []
    _check_ids(found, place)
    return found


def _is_family(family: object) -> bool:
    return (
        isinstance(family, dict)
        and bool(family)
        and all(isinstance(things, dict) and things for things in family.values())
        and all(
            isinstance(words, dict) and all(isinstance(text, str) for text in words.values())
            for things in family.values()
            for words in things.values()
        )
    )


def _words(word: str, things: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """What the placeholders of one word stand for, for each of its things in turn."""
    for thing, own in things.items():
        yield {word: thing, **{f"{word}.{name}": text for name, text in own.items()}}


def _filled(value: Any, words: Mapping[str, str], place: Place) -> Any:
    """A value with its placeholders filled, however deep they stand."""
    if isinstance(value, str):
        return _text(value, words, place)
    if isinstance(value, dict):
        return {key: _filled(each, words, place.at(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, words, place.at(at)) for at, each in enumerate(value)]
    return value


def _text(text: str, words: Mapping[str, str], place: Place) -> str:
    for name in _PLACEHOLDER.findall(text):
        if name not in words:
            place.wrong(unknown("word of the family", name, words), "take it out or spell it so")
    return _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def _check_ids(found: list[dict[str, Any]], place: Place) -> None:
    """Every KPI needs an id of its own."""
    ids = [member.get("id") for member in found]
    if len(set(map(str, ids))) < len(ids):
        place.at("id").wrong(
            "is the same for several of the family", "let it speak of every word: {channel}"
        )
