"""The event's own fields: read by the vocabulary's rules, everything else kept as it is.

A value of the wrong type or outside its range refuses the event; nothing is repaired. An absent
value (null, an empty text, the id of a broken tag) of a property that the vocabulary knows is left
out, so that whoever reads the log need not ask again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn

from footfall.event.canonical import NUMBER_LIMIT, OutOfBounds, exact
from footfall.event.codes import Refused, pointer_to, shown
from footfall.event.envelope import BROKEN_IDS
from footfall.event.limits import (
    PROPERTIES,
    TEXT_CHARS,
    Place,
    check_key,
    dotted,
    kept,
)
from footfall.event.vocabulary import (
    EVENTS,
    FLAG,
    ID,
    ITEM,
    ITEMS,
    NUMBER,
    TEXT,
    Property,
    Range,
)

Values = dict[str, Any]
ABSENT = object()
_KEYS_KEPT = 10_000
_PLACE: Place = ("properties",)


class _Rules(NamedTuple):
    """An event's rules, and what they allow in ordinary cases, as quick look-ups.

    `not_text` and `not_decimal` are the keys that may not hold a text and a decimal, `unsigned`
    those that may not hold a negative decimal, and `whole` says which whole numbers a key may
    hold. What is not allowed here is left to the rule, which has the last word.
    """

    known: Mapping[str, Property]
    not_text: frozenset[str]
    not_decimal: frozenset[str]
    unsigned: frozenset[str]
    whole: Mapping[str, tuple[int, int]]


def _rules(known: Mapping[str, Property]) -> _Rules:
    numbers = {name: rule for name, rule in known.items() if rule.type == NUMBER}
    free = {name for name, rule in numbers.items() if rule == Property(NUMBER)}
    unsigned = {name for name, rule in numbers.items() if rule in _UNSIGNED}
    return _Rules(
        known,
        not_text=frozenset(name for name, rule in known.items() if rule.type not in {TEXT, ID}),
        not_decimal=frozenset(known.keys() - free - unsigned),
        unsigned=frozenset(unsigned),
        whole={name: _whole_numbers(rule) for name, rule in known.items()},
    )


def _whole_numbers(rule: Property) -> tuple[int, int]:
    """The whole numbers that a rule allows: from the first to below the second."""
    if rule.type != NUMBER or rule.by:
        return 0, 0
    least = _ANY_WHOLE[0] if rule.least is None else rule.least + rule.above_least
    return least, _ANY_WHOLE[1] if rule.most is None else rule.most + 1


# A decimal that is left as such is not whole, so it is not 0.
_UNSIGNED = (Property(NUMBER, least=0), Property(NUMBER, least=0, above_least=True))
_ANY_WHOLE = (1 - NUMBER_LIMIT, NUMBER_LIMIT)
_EVENT_RULES = {name: _rules(event.properties) for name, event in EVENTS.items()}
_FREE = _rules({})
_ITEM_RULES = _rules(ITEM)


class Properties:
    """Reads properties, and remembers the keys that it has found to be right."""

    def __init__(self) -> None:
        self._right_keys: set[str] = set()

    def read(self, event: str, properties: Values) -> Values:
        """The properties as they are kept; Refused where one of them cannot be."""
        if len(properties) > PROPERTIES:
            raise Refused(
                "too_many_props",
                "/properties",
                f"an event may have {PROPERTIES} properties at most,"
                f" this one has {len(properties):,}",
            )
        found = self._settled(properties, _EVENT_RULES.get(event, _FREE), _PLACE)
        if event == "purchase" and "value" not in found:
            _check_worth(found)
        return found

    def _settled(self, values: Values, rules: _Rules, place: Place) -> Values:
        """The same values if all are ordinary, else a copy. One loop: here the time goes."""
        if not self._right_keys.issuperset(values):
            self._check_keys(values, place)
        known, not_text, not_decimal, unsigned, whole = rules
        found = values
        for key, value in values.items():
            kind = type(value)
            if kind is str:
                if value not in BROKEN_IDS and key not in not_text and len(value) <= TEXT_CHARS:
                    continue
            elif kind is int:
                least, below = whole.get(key, _ANY_WHOLE)
                if least <= value < below:
                    continue
            elif (
                kind is Decimal
                and key not in not_decimal
                and not (key in unsigned and value.is_signed())
            ):
                continue
            read = self._read(known.get(key), value, (*place, key), values)
            if read is not value:
                found = {**found, key: read}
        if found is values:
            return values
        return {key: value for key, value in found.items() if value is not ABSENT}

    def _read(self, rule: Property | None, value: object, place: Place, beside: Values) -> object:
        if rule is None:
            return kept(value, place)
        if value is None or value == "":
            return ABSENT
        if rule.type == ITEMS:
            return self._items(value, place)
        return _READERS[rule.type](rule, value, place, beside)

    def _items(self, value: object, place: Place) -> object:
        if not isinstance(value, list):
            _refuse_type(place, "a list of objects", value)
        return [
            self._settled(item, _ITEM_RULES, (*place, index))
            if isinstance(item, dict)
            else _refuse_type((*place, index), "an object", item)
            for index, item in enumerate(value)
        ]

    def _check_keys(self, values: Values, place: Place) -> None:
        for key in values:
            check_key(key, place)
        if len(self._right_keys) >= _KEYS_KEPT:
            self._right_keys.clear()
        self._right_keys.update(values)


def _text(_rule: Property, value: object, place: Place, _beside: Values) -> object:
    """A text; a number or a yes/no is as good as its text, for names compare as text."""
    if isinstance(value, str):
        return kept(value, place)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(kept(value, place))
    return _refuse_type(place, "a text", value)


def _id(rule: Property, value: object, place: Place, beside: Values) -> object:
    broken = isinstance(value, str) and value in BROKEN_IDS
    return ABSENT if broken else _text(rule, value, place, beside)


def _flag(_rule: Property, value: object, place: Place, _beside: Values) -> object:
    return value if isinstance(value, bool) else _refuse_type(place, "true or false", value)


def _number(rule: Property, value: object, place: Place, beside: Values) -> object:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        quoted = isinstance(value, str) and _is_number(value)
        _refuse_type(place, "a number", value, "; send it without quotes" if quoted else "")
    kept(value, place)
    asked = str(beside.get(rule.by))
    limits = rule.ranges.get(asked, (rule.least, rule.most))
    if not _within(rule, limits, value):
        condition = f" where {rule.by} is {asked}" if asked in rule.ranges else ""
        raise Refused(
            "invalid_number",
            pointer_to(*place),
            f"{dotted(place)} must be {_in_words(rule, limits)}{condition}, got {shown(value)}",
        )
    return value


_READERS: Mapping[str, Callable[[Property, object, Place, Values], object]] = {
    TEXT: _text,
    ID: _id,
    FLAG: _flag,
    NUMBER: _number,
}


def _within(rule: Property, limits: Range, number: int | Decimal) -> bool:
    least, most = limits
    if least is not None and (number < least or (rule.above_least and number == least)):
        return False
    if most is not None and number > most:
        return False
    return not rule.whole or isinstance(number, int)


def _in_words(rule: Property, limits: Range) -> str:
    """A rule as people say it: `a whole number from 1 to 24`."""
    least, most = limits
    kind = "a whole number" if rule.whole else "a number"
    if least is not None and rule.above_least:
        return f"{kind} above {least}" + (f" and up to {most:,}" if most is not None else "")
    if least is not None and most is not None:
        return f"{kind} from {least} to {most:,}"
    return kind if least is None else f"{kind} of {least} or more"


def _is_number(text: str) -> bool:
    return not isinstance(exact(text), OutOfBounds)


def _refuse_type(place: Place, right: str, value: object, hint: str = "") -> NoReturn:
    raise Refused(
        "wrong_type",
        pointer_to(*place),
        f"{dotted(place)} must be {right}, got {shown(value)}{hint}",
    )


def _check_worth(properties: Values) -> None:
    """A purchase without a value is worth its items, and that may not be negative either."""
    items = properties.get("items")
    worth = sum((_line(item) for item in items), Decimal()) if isinstance(items, list) else 0
    if worth < 0:
        raise Refused(
            "invalid_number",
            "/properties/items",
            f"the items of a purchase may not add up to less than 0, got {shown(worth)};"
            " money given back is a refund",
        )


def _line(item: Values) -> Decimal:
    price, quantity = item.get("price", 0), item.get("quantity", 1)
    return Decimal(str(price)) * Decimal(str(quantity))
