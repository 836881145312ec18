"""What people are told when something cannot be done: a sentence, never a stack trace."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FAR = 0.4
LISTED = 40


class FootfallError(Exception):
    """Something that a person is told in a sentence; the process ends with `exit_code`."""

    exit_code = 1


class RequestError(FootfallError):
    """The request, the file or the settings are wrong, and the message says what would be right."""

    exit_code = 2


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The right word that was probably meant, or None when none is close.

    Letter case, `-`, `_` and blanks do not count, so `Landing Page` finds `landing_page`.
    Of equally close words the first by code point is taken, whatever the order given.
    """
    meant = _plain(word)
    if not meant:
        return None
    distance, found = min(
        ((1 - _likeness(meant, _plain(each)), each) for each in words),
        default=(1.0, ""),
    )
    return found if distance <= FAR else None


def unknown(kind: str, word: str, words: Iterable[str]) -> str:
    """A sentence for a name that does not exist: the nearest one, and those that do.

    >>> unknown("dimension", "devise", ["browser", "device"])
    "unknown dimension 'devise'; did you mean 'device'? there are: browser, device"
    """
    known = list(dict.fromkeys(words))
    close = nearest(word, known)
    hint = f"; did you mean {close!r}?" if close else ";"
    return f"unknown {kind} {word!r}{hint} {_listed(known)}"


def _listed(known: list[str]) -> str:
    if not known:
        return "there are none"
    rest = len(known) - LISTED
    more = f" and {rest} more" if rest > 0 else ""
    return f"there are: {', '.join(known[:LISTED])}{more}"


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter not in "-_ ")


def _likeness(meant: str, right: str) -> float:
    return SequenceMatcher(None, meant, right, autojunk=False).ratio()
