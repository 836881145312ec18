"""The words of a mapping: what `--map MAP.toml` says about a foreign file, once it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Path = tuple[str | int, ...]
Plain = str | bool | int | Decimal

ISO, EPOCH_S, EPOCH_MS, EPOCH_US = "iso", "epoch_s", "epoch_ms", "epoch_us"
EPOCHS = {EPOCH_S: 1_000_000, EPOCH_MS: 1_000, EPOCH_US: 1}
"""Words for times that are numbers, and how many microseconds one of them is."""

TYPES = ("text", "number", "integer", "boolean", "json", "time")
"""What a value can be read as. Without a type it is what the file says: in CSV a text."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file, or a place inside the JSON or the struct that it holds."""

    name: str
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every row."""

    value: Plain


@dataclass(frozen=True, slots=True)
class First:
    """The first of several values that is not absent."""

    of: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """Several values as one text, or, where that could be too long, its hash."""

    of: tuple[Value, ...]
    between: str = ""
    hashed: bool = False


@dataclass(frozen=True, slots=True)
class ItemsTotal:
    """Σ price × quantity of the event's items; absent where one of them has no price."""


@dataclass(frozen=True, slots=True)
class Value:
    """Where a field's value comes from, and what is done to it, in the order of these fields.

    `table` translates (pairs of a text and what it becomes; an empty text makes it absent), and
    `otherwise` stands for what the table does not have (None: it stays as it is).
    """

    source: Column | Constant | First | Joined | ItemsTotal
    table: tuple[tuple[str, str], ...] | None = None
    otherwise: str | None = None
    type: str = ""
    decimal_comma: bool = False
    absolute: bool = False
    prefix: str = ""
    number_repeats: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What a column must be: `test` is one of TESTS and `against` what it is compared with."""

    column: Column
    test: str
    against: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class Combined:
    """Several conditions: `all`, `any` or `not` (none) of them hold."""

    how: str
    of: tuple[Condition | Combined, ...]


TESTS = ("equals", "in", "matches", "above", "below", "empty")
COMBINATIONS = ("all", "any", "not")


@dataclass(frozen=True, slots=True)
class Items:
    """What becomes of an event's `items[]`: one per element of a list, or one per row."""

    each: Column | None
    fields: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """The event that a row becomes, or, with `group`, that all rows with equal keys become."""

    when: Combined
    fields: tuple[tuple[str, Value], ...]
    properties: tuple[tuple[str, Value], ...]
    items: Items | None
    group: tuple[Value, ...]
    keep_other_columns: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """How times without an offset are read: in a zone, by patterns tried in their order."""

    zone: str | None = None
    formats: tuple[str, ...] = (ISO, EPOCH_MS)


@dataclass(frozen=True, slots=True)
class Mapping:
    """How each row of a foreign file becomes events.

    A row is left out unless `keep` holds, or where `drop` does. Then every rule that holds makes an
    event of it, or with `first_rule_only` the first one that does. A file may lack the columns
    named in `optional`.
    """

    file: str
    keep: Combined
    drop: Combined
    times: Times
    rules: tuple[Rule, ...]
    first_rule_only: bool = False
    optional: frozenset[str] = frozenset()

    @property
    def remembers(self) -> bool:
        """Whether what a row becomes depends on other rows, so that the file is read as one."""
        return self.groups or any(_numbered(rule) for rule in self.rules)

    @property
    def groups(self) -> bool:
        """Whether several rows become one event."""
        return any(rule.group for rule in self.rules)

    def columns(self) -> frozenset[str]:
        """Every column that is spoken of."""
        found: set[str] = set()
        for condition in (self.keep, self.drop, *(rule.when for rule in self.rules)):
            found |= _columns_of_condition(condition)
        for rule in self.rules:
            found |= rule_columns(rule)
        return frozenset(found)


def rule_columns(rule: Rule) -> set[str]:
    """The columns that become something of an event by a rule."""
    values = [*rule.group, *(value for _, value in (*rule.fields, *rule.properties))]
    found: set[str] = set()
    if rule.items:
        if rule.items.each:
            found.add(rule.items.each.name)
        else:
            values += [value for _, value in rule.items.fields]
    return found.union(*map(_columns_of_value, values))


def _numbered(rule: Rule) -> bool:
    return any(value.number_repeats for _, value in rule.fields)


def _columns_of_value(value: Value) -> set[str]:
    source = value.source
    if isinstance(source, Column):
        return {source.name}
    if isinstance(source, First | Joined):
        return set().union(*map(_columns_of_value, source.of))
    return set()


def _columns_of_condition(condition: Condition | Combined) -> set[str]:
    if isinstance(condition, Condition):
        return {condition.column.name}
    return set().union(*map(_columns_of_condition, condition.of))
