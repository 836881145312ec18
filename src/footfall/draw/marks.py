"""The marks that pictures are made of: SVG elements as text, every text in them as text."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

Attribute = str | float | int


def element(name: str, attributes: dict[str, Attribute], *inside: str) -> str:
    """An element with attributes, and what is in it, which is markup already."""
    told = "".join(f" {key}={quoteattr(number(value))}" for key, value in attributes.items())
    content = "".join(inside)
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told}/>"


def text(words: str, attributes: dict[str, Attribute]) -> str:
    """Words that stand somewhere; whatever they hold, it is words."""
    return element("text", attributes, escape(clean(words)))


def clean(words: str) -> str:
    """Words without what XML cannot hold."""
    return "".join(letter for letter in words if letter >= " " or letter in "\t\n")


def number(value: Attribute) -> str:
    """A coordinate, in as few letters as a screen can show."""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value)


def path(points: Iterable[tuple[float, float] | None]) -> str:
    """A line through points; where there is None it is broken off."""
    told, is_down = [], False
    for point in points:
        if point is None:
            is_down = False
            continue
        told.append(f"{'L' if is_down else 'M'}{number(point[0])} {number(point[1])}")
        is_down = True
    return "".join(told)
