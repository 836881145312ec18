"""The quick way and the slow way of reading an event are one: what they say is the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from footfall.event import envelope, strict
from footfall.event.accept import Acceptor, Rejection, Row
from footfall.event.canonical import exactly
from footfall.event.codes import CODES, Refused
from footfall.event.envelope import FIELDS, Fields
from footfall.event.vocabulary import EVENTS, FLAG, ID, ITEMS, KNOWN_ANYWHERE, NUMBER, TEXT
from footfall.schema.log import LOG_NAMES

unhurried = settings(deadline=None)  # the first user agent takes a quarter of a second

RECEIVED_MS = 1_780_272_000_000
ACCEPTOR = Acceptor(RECEIVED_MS)

texts = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "null", "NaN", "visitor", "agent", "server", "nps", "rating", '":', "a :"]
    ),
    st.integers(0, 70).map(lambda n: "ü" * n),
    st.sampled_from([64, 128, 256, 512, 1024, 2048]).flatmap(
        lambda n: st.sampled_from(["x" * n, "x" * (n + 1)])
    ),
)
numbers = st.one_of(
    st.integers(-30, 4000),
    st.sampled_from([10**12 - 1, 10**12, -(10**12), 2**63, 2**64, 10**30]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(-10, 110, places=2).map(float),
)
scalars = st.one_of(texts, numbers, st.booleans(), st.none())
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)
items = st.lists(
    st.dictionaries(
        st.sampled_from(["item_id", "variant_id", "price", "quantity", "item_name", "more"]),
        st.one_of(scalars, numbers),
    ),
    max_size=3,
)
properties = st.dictionaries(
    st.one_of(st.sampled_from(sorted(KNOWN_ANYWHERE)), st.text(max_size=8)),
    st.one_of(scalars, numbers, values, items),
    max_size=6,
)
times = st.one_of(
    st.integers(RECEIVED_MS - 10**10, RECEIVED_MS + 10**8),
    st.datetimes().map(lambda each: each.isoformat() + "Z"),
    st.sampled_from(["2026-05-31T12:00:00.123+02:00", "2026-05-31t12:00:00z", "now", ""]),
    values,
)
fields: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.one_of(texts, texts, st.none(), values) for name in FIELDS},
    "event": st.one_of(st.sampled_from(sorted(EVENTS)), st.just("custom_thing"), values),
    "country": st.one_of(st.sampled_from(["DE", "de", "Germany", ""]), values),
    "url": st.one_of(texts, st.just("https://www.shop.example/p?utm_source=a&gclid=1"), values),
    "user_agent": st.one_of(st.sampled_from(["curl/8.0", "", "Mozilla/5.0 (iPad)"]), values),
    "occurred_at": times,
    "sent_at": times,
    "properties": st.one_of(properties, properties, values),
}
ordinary = {
    "event_id": st.just("e"),
    "event": st.sampled_from(sorted(EVENTS)),
    "occurred_at": st.just("2026-05-31T12:00:00.000Z"),
    "visitor_id": st.just("v"),
}
rarely = {name: each for name, each in fields.items() if name not in ordinary}
ids = st.sampled_from(["a", "b-1", "", "null", "Zoë 🛍️", "x" * 64])
amounts = st.one_of(st.integers(0, 30), st.decimals(0, 2000, places=2).map(float))
goods = st.lists(
    st.fixed_dictionaries(
        {"item_id": ids}, optional={"price": amounts, "quantity": amounts, "more": values}
    ),
    max_size=3,
)
by_type: dict[str, st.SearchStrategy[Any]] = {
    TEXT: st.one_of(ids, st.sampled_from(["visitor", "agent", "server", "nps", "rating"])),
    ID: ids,
    NUMBER: amounts,
    FLAG: st.booleans(),
    ITEMS: goods,
}


def usual(name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Events of this name as a good sender sends them, mostly."""
    own = {key: by_type[rule.type] for key, rule in EVENTS[name].properties.items()}
    said = {
        **dict.fromkeys(["customer_id", "title", "utm_source", "region"], ids),
        "country": st.sampled_from(["DE", "fr", ""]),
        "url": st.sampled_from(["https://www.shop.example/p?utm_source=a&gclid=1", "/p"]),
        "referrer": st.sampled_from(["https://www.google.com/", ""]),
        "user_agent": st.sampled_from(["curl/8.0", "", "Mozilla/5.0 (iPad)"]),
    }
    at = st.integers(RECEIVED_MS - 10**10, RECEIVED_MS)
    always: dict[str, st.SearchStrategy[Any]] = {
        "event_id": st.just("e"),
        "event": st.just(name),
        "occurred_at": at,
        "visitor_id": st.sampled_from(["v", "w", "x", "y", "null"]),
        "properties": st.fixed_dictionaries({}, optional={**own, "note": values}),
    }
    return st.fixed_dictionaries(always, optional=said)


@st.composite
def sent(draw: st.DrawFn) -> dict[str, Any]:
    """Events as they come: most of them good, some odd, some of them nonsense."""
    kinds = (
        st.fixed_dictionaries({**ordinary, "properties": properties}),
        st.fixed_dictionaries(ordinary, optional=rarely),
        st.fixed_dictionaries({}, optional=fields),
        st.fixed_dictionaries(ordinary, optional={"note": values, "value": numbers}),
    )
    kind = draw(st.integers(0, 9))
    good = kind >= len(kinds)
    return draw(usual(draw(st.sampled_from(sorted(EVENTS)))) if good else kinds[kind])


events = sent()


def slowly(raw: bytes) -> Row | Rejection:
    """Every event by the slow way: strict JSON, every field looked at."""
    try:
        event = strict.parse(raw)
        assert isinstance(event, dict)
        return ACCEPTOR._row(envelope.read(event))
    except Refused as refused:
        return refused.rejection


def by_field(event: dict[str, Any]) -> Fields | Rejection:
    try:
        return envelope.read(event)
    except Refused as refused:
        return refused.rejection


@unhurried
@given(events)
@example({"event_id": "e", "event": "purchase", "properties": {"items": [{"price": -1.5}]}})
def test_both_ways_say_the_same(event: dict[str, Any]) -> None:
    raw = json.dumps(event).encode()
    found = ACCEPTOR.accept_line(raw)
    assert found == slowly(raw)
    assert found == ACCEPTOR.accept(event)
    assert found == ACCEPTOR.accept_line(json.dumps(event, ensure_ascii=False, indent=1).encode())


@unhurried
@given(events)
def test_what_is_read_at_once_is_what_is_read_one_by_one(event: dict[str, Any]) -> None:
    exact: Any = exactly(event)
    one_by_one = by_field(exact)
    try:
        at_once = envelope.convert(exact)
    except ValueError:
        return
    assert at_once == one_by_one


@unhurried
@given(events)
def test_what_is_kept_can_be_sent_again(event: dict[str, Any]) -> None:
    """A row says of itself what the event said: sent again, it is the same event."""
    found = ACCEPTOR.accept(event)
    if isinstance(found, Rejection):
        assert found.code in CODES
        assert found.pointer == "" or found.pointer.startswith("/")
        return
    row = dict(zip(LOG_NAMES, found, strict=True))
    again = {name: row[name] for name in FIELDS if name in row and name != "properties"}
    kept = {"occurred_at": row["occurred_ms"], "properties": json.loads(str(row["properties"]))}
    sent = ACCEPTOR.accept({**again, **kept})
    assert not isinstance(sent, Rejection), sent
    assert sent[:-1] == found[:-1]


@unhurried
@given(events)
def test_a_flat_row_never_fails(event: dict[str, Any]) -> None:
    found = ACCEPTOR.accept(event, flat_file=True)
    assert isinstance(found, Rejection | tuple)


@unhurried
@given(st.binary(max_size=60))
@example(b"\xef\xbb\xbf")
@example(b'{"\xff":1}')
def test_bytes_never_fail(raw: bytes) -> None:
    found = ACCEPTOR.accept_line(raw)
    assert isinstance(found, Rejection)


@unhurried
@given(st.text('{}[]":,\\ntrufalse0123456789.eE+-u \t\r\n', max_size=40))
def test_scraps_of_json_never_fail(text: str) -> None:
    found = ACCEPTOR.accept_line(text.encode())
    assert isinstance(found, Rejection)
    assert found.code in CODES


@unhurried
@given(events, st.data())
def test_a_key_said_twice_is_always_found(event: dict[str, Any], data: st.DataObject) -> None:
    """Wherever an object says a key a second time, however it is spaced."""
    colon = data.draw(st.sampled_from([":", " :", ": ", "\t:", " : "]))
    raw = json.dumps(event, separators=(",", colon))
    objects = [at for at, letter in enumerate(raw) if raw.startswith('{"k"', at)]
    assert not objects
    doubled = raw[:-1] + (", " if event else "") + '"k":1,"k"' + colon + "1}"
    found = ACCEPTOR.accept_line(doubled.encode())
    assert isinstance(found, Rejection)
    assert found.code in {"duplicate_key", "too_large"}
