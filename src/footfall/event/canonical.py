"""One spelling for everything that is said in several: exact numbers, sorted keys, one hash.

1249.50 and 1249.5, 5.00 and 5 are the same number and are written the same. Nothing passes through
a float, so no digit is lost or made up.
"""

from __future__ import annotations

import re
import struct
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, InvalidOperation
from functools import lru_cache
from hashlib import blake2b

import msgspec

_NO_ROUNDING = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX)
NUMBER_LIMIT = 10**12
_EXPONENT = re.compile(r"^[+-]?[0-9.]+[eE]")

_LONG = struct.Struct("<q")
_EMPTY = blake2b(digest_size=8)


class OutOfBounds(Decimal):
    """A number that no event may have: 10^12 and beyond, Infinity, NaN.

    A type of its own, so that a plain Decimal is known to be within bounds without asking again.
    """


@lru_cache(maxsize=65_536)
def exact(text: str) -> int | Decimal:
    """The number a text means: an int where it is whole, else a decimal without trailing zeros.

    A number beyond the limits, and what is none (NaN), is OutOfBounds.

    >>> exact("1249.50"), exact("5.00"), exact("1e3")
    (Decimal('1249.5'), 5, 1000)
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return OutOfBounds("Infinity" if _EXPONENT.search(text) else "NaN")
    if not number.is_finite() or abs(number) >= NUMBER_LIMIT:
        return OutOfBounds(number)
    if number == number.to_integral_value():
        return int(number)
    return number.normalize(_NO_ROUNDING)


def exactly(value: object) -> object:
    """The same value with every float and decimal in it exact, and tuples as lists."""
    match value:
        case float():
            return exact(float.__repr__(value))
        case Decimal():
            return exact(str(value))
        case dict():
            found: object = {key: exactly(each) for key, each in value.items()}
        case list() | tuple():
            found = [exactly(each) for each in value]
        case _:
            return value
    return found


canonical = msgspec.json.Encoder(order="sorted", decimal_format="number").encode
"""An event's properties as canonical JSON: sorted keys, no blanks, exact numbers; UTF-8 bytes.

Raises UnicodeEncodeError for half a character (a lone surrogate).
"""

payload = msgspec.msgpack.Encoder().encode
"""Everything that a sender said, as bytes: the same for the same content."""


def content_hash(content: bytes) -> int:
    """The 64-bit hash by which two events with one id are told to be the same; signed."""
    hashed = _EMPTY.copy()  # quicker than a new one
    hashed.update(content)
    found: int = _LONG.unpack(hashed.digest())[0]
    return found
