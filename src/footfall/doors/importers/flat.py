"""Rows of flat files (CSV, Parquet) as events, in a hurry.

What a row means is said by `footfall.event.flat`. Asking it for every row costs more than all the
rest, so here an ordinary row is told as the line of JSON that it means, which the acceptor reads at
its best speed; whatever is not ordinary, and every row that is refused, is asked there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from math import isfinite
from typing import Any

import msgspec

from footfall.event.accept import Acceptor
from footfall.event.accept import Row as LogRow
from footfall.event.codes import Rejection
from footfall.event.envelope import FIELDS, TIMES
from footfall.event.vocabulary import EVENTS, FLAG, ITEMS, KNOWN_ANYWHERE, NUMBER

Read = Callable[[Any], Any]
JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
EPOCH_MS = re.compile(r"[0-9]{1,15}")
TRUE, FALSE = msgspec.Raw(b"true"), msgspec.Raw(b"false")
NUMBERS = frozenset({int, bool, Decimal})
FLAGS = {"true": TRUE, "True": TRUE, "TRUE": TRUE, "false": FALSE, "False": FALSE, "FALSE": FALSE}


class Odd(Exception):  # noqa: N818 - not wrong, only not ordinary
    """A cell that has to be looked at more closely."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the columns of a row of one event are read: texts as they are, others each by its way."""

    texts: tuple[tuple[int, str], ...]
    others: tuple[tuple[int, str, Read], ...]
    own_texts: tuple[tuple[int, str], ...]
    own_others: tuple[tuple[int, str, Read], ...]
    properties: int | None


class FlatRows:
    """Accepts the rows of one file. `is_text` says for each column whether its cells are texts."""

    def __init__(self, acceptor: Acceptor, names: Sequence[str], is_text: Sequence[bool]) -> None:
        self._acceptor = acceptor
        self._names = tuple(names)
        self._is_text = tuple(is_text)
        self._event = self._names.index("event") if "event" in self._names else None
        self._plans: dict[str, _Plan] = {}

    def accept(self, cells: Sequence[Any]) -> LogRow | Rejection:
        """A row of the log, or why it is none; `cells` in the order of the columns."""
        try:
            accepted = self._acceptor.accept_line(self._line(cells))
        except (Odd, UnicodeEncodeError, msgspec.MsgspecError, TypeError):
            return self._closely(cells)
        return self._closely(cells) if isinstance(accepted, Rejection) else accepted

    def told(self, cells: Sequence[Any]) -> bytes:
        """A row as a line of JSON that can be accepted again, once what is wrong is put right."""
        held = {
            name: cell
            for name, cell in zip(self._names, cells, strict=True)
            if cell is not None and cell != ""
        }
        return json.dumps(held, default=str).encode()

    def _closely(self, cells: Sequence[Any]) -> LogRow | Rejection:
        row = dict(zip(self._names, cells, strict=True))
        return writable(self._acceptor.accept(row, flat_file=True))

    def _line(self, cells: Sequence[Any]) -> bytes:
        name = "" if self._event is None else cells[self._event]
        plan = self._plans.get(name)
        if plan is None:
            plan = self._learn(name)
        event: dict[str, Any] = {key: cells[at] for at, key in plan.texts if cells[at]}
        for at, key, read in plan.others:
            if (cell := cells[at]) is not None and cell != "":
                event[key] = read(cell)
        own: Any = {key: cells[at] for at, key in plan.own_texts if cells[at]}
        for at, key, read in plan.own_others:
            if (cell := cells[at]) is not None and cell != "":
                own[key] = read(cell)
        if plan.properties is not None and (given := cells[plan.properties]):
            if own:
                raise Odd
            own = _json(given)
        if own:
            event["properties"] = own
        return _encode(event)

    def _learn(self, name: object) -> _Plan:
        """The plan of an event; remembered, for there are as many as names of events."""
        plan = _plan(self._names, self._is_text, name if isinstance(name, str) else "")
        if isinstance(name, str) and len(self._plans) < 2000:
            self._plans[name] = plan
        return plan


def writable(found: LogRow | Rejection) -> LogRow | Rejection:
    """What was accepted, if its id can be written: half a character in it cannot."""
    if isinstance(found, Rejection):
        return found
    try:
        str(found[0]).encode()
    except UnicodeEncodeError:
        why = "event_id holds half a character (a lone surrogate)"
        return Rejection("invalid_encoding", "/event_id", why)
    return found


def _plan(names: Sequence[str], is_text: Sequence[bool], event: str) -> _Plan:
    known = EVENTS.get(event)
    rules = {**KNOWN_ANYWHERE, **known.properties} if known else KNOWN_ANYWHERE
    ways: dict[tuple[bool, bool], list[tuple[int, str, Read | None]]] = {}
    for at, (name, text) in enumerate(zip(names, is_text, strict=True)):
        if name == "properties":
            continue
        own = name not in FIELDS
        rule = rules.get(name) if own else None
        read = _own_way(rule.type if rule else "", text=text) if own else _way(name, text=text)
        ways.setdefault((own, read is None), []).append((at, name, read))
    return _Plan(
        texts=_texts(ways.get((False, True), [])),
        others=_others(ways.get((False, False), [])),
        own_texts=_texts(ways.get((True, True), [])),
        own_others=_others(ways.get((True, False), [])),
        properties=names.index("properties") if "properties" in names else None,
    )


def _texts(ways: list[tuple[int, str, Read | None]]) -> tuple[tuple[int, str], ...]:
    return tuple((at, name) for at, name, _ in ways)


def _others(ways: list[tuple[int, str, Read | None]]) -> tuple[tuple[int, str, Read], ...]:
    return tuple((at, name, read) for at, name, read in ways if read)


def _way(name: str, *, text: bool) -> Read | None:
    """How a field of the envelope is read; None for a text that stays as it is."""
    if name in TIMES:
        return _time if text else _whole
    return None if text else _plain_text


def _own_way(kind: str, *, text: bool) -> Read | None:
    """How a property is read; None for a text that stays as it is."""
    if not text:
        return _value
    return {NUMBER: _number, FLAG: _flag, ITEMS: _json}.get(kind)


def _time(cell: str) -> Any:
    return msgspec.Raw(cell.encode()) if EPOCH_MS.fullmatch(cell) and cell[0] != "0" else cell


def _whole(cell: Any) -> int:
    if type(cell) is int:
        return cell
    raise Odd


def _plain_text(cell: Any) -> str:
    if type(cell) is str:
        return cell
    return str(_whole(cell))


def _number(cell: str) -> msgspec.Raw:
    if JSON_NUMBER.fullmatch(cell):
        return msgspec.Raw(cell.encode())
    raise Odd


def _flag(cell: str) -> msgspec.Raw:
    try:
        return FLAGS[cell]
    except KeyError:
        raise Odd from None


def _json(cell: Any) -> Any:
    """A JSON text as it is, once it is sure to be one; a struct or a list without its nulls."""
    return _raw(cell) if isinstance(cell, str) else _value(cell)


def _value(cell: Any) -> Any:
    """A cell of a typed column, nulls inside of it left out; Odd where JSON has no such value."""
    kind = type(cell)
    if kind in NUMBERS or (kind is float and isfinite(cell)):
        return cell
    if kind is dict:
        return {key: _inner(each) for key, each in cell.items() if each is not None and each != ""}
    if kind is list:
        return [_inner(each) for each in cell]
    raise Odd


def _inner(cell: Any) -> Any:
    return cell if type(cell) is str else _value(cell)


_raw = partial(msgspec.json.decode, type=msgspec.Raw)
_encode = msgspec.json.Encoder(decimal_format="number", enc_hook=None).encode
