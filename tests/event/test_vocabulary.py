"""The vocabulary is the contract's: every name, whose activity it is, every property."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from footfall.event.vocabulary import (
    EVENTS,
    INTERACTIONS,
    KNOWN_ANYWHERE,
    NEVER_OPENS,
    PASSIVE,
    SYSTEM,
    is_system,
)

CONTRACT = Path(os.environ.get("FOOTFALL_SHARED", "")) / "spec" / "events.md"
ROW = re.compile(r"^\| (`[a-z_` ]+`) \| ((?:visitor|system|likewise)[^|]*) \| ?(.*?) ?\|$")
ASIDE = re.compile(r"\([^)]*\)")
NAME = re.compile(r"`([a-z_]+)(?:\[\])?`")

# What the tables say in words: "same", "likewise", "All carry …", and names that are values.
VALUES = set(
    """facebook email native twitter whatsapp link server import mql sql widget notification text
    video visitor agent rating nps submitted closed home birthdate first_name last_name
    phone_number postal_address web_push reminder newsletter sms profiling expand swipe play
    true false""".split()
)
CARRIED = {"experience_id", "module_id", "module_type", "position"}
SAME = {"asset_id", "asset_type", "placement"}


def contract() -> Iterator[tuple[str, str, str]]:
    """Name, kind and properties of every row of the contract's tables of events."""
    for text in CONTRACT.read_text(encoding="utf-8").splitlines():
        if found := ROW.match(text):
            for name in NAME.findall(found[1]):
                yield name, found[2], found[3]


needs_contract = pytest.mark.skipif(
    not CONTRACT.is_file(), reason="FOOTFALL_SHARED names no folder with the contract"
)


@needs_contract
def test_every_event_of_the_contract_is_known_and_no_other() -> None:
    assert sorted(EVENTS) == sorted(name for name, _, _ in contract())


@needs_contract
def test_kinds_are_the_contracts() -> None:
    for name, kind, _ in contract():
        event = EVENTS[name]
        assert event.passive == ("passive" in kind)
        assert event.interaction == ("int" in kind.replace("initiator", ""))
        assert event.opens == ("never opens" not in kind and "; likewise" not in kind)
        assert (event.kind == SYSTEM) == kind.startswith("system")
        assert bool(event.visitor_if) == ("else system" in kind or kind == "likewise")


@needs_contract
def test_properties_are_the_contracts() -> None:
    for name, _, text in contract():
        named = set(NAME.findall(ASIDE.sub("", text)))
        if text.endswith("in the envelope"):
            named = set()
        carried = SAME if text.startswith("same") else set()
        own = set(EVENTS[name].properties)
        assert named - VALUES <= own, name
        assert own <= named | carried | CARRIED, name


def test_passive_events() -> None:
    assert sorted(PASSIVE) == [
        "asset_load",
        "asset_view",
        "experiment_exposure",
        "module_shown",
        "page_leave",
        "page_view",
        "scroll",
        "session_end",
        "view_item",
        "view_item_list",
        "widget_impression",
    ]


def test_events_that_only_extend_a_session() -> None:
    assert {"page_leave", "session_end"} == NEVER_OPENS


def test_interactions_with_an_asset() -> None:
    assert {"asset_click", "asset_interaction"} == INTERACTIONS


SYSTEMS = set(
    """refund qualify_lead subscription_start call_ended auto_message_sent pin_email_sent
    customer_deleted coupon_uploaded""".split()
)


@pytest.mark.parametrize("name", sorted(EVENTS.keys() - {"conversation_request"}))
def test_whose_activity_it_is(name: str) -> None:
    said_by_sender = name in {"conversation_message", "call_joined"}
    assert is_system(name, {}) == (name in SYSTEMS or said_by_sender)


@pytest.mark.parametrize("name", [*EVENTS, "custom_thing"])
def test_servers_and_imports_are_the_system(name: str) -> None:
    said = {"sender": "visitor", "initiator": "visitor"}
    assert is_system(name, {**said, "source": "server"})
    assert is_system(name, {**said, "source": "import"})
    assert is_system(name, {**said, "source": "tag"}) == (name in SYSTEMS)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("conversation_request", "initiator"),
        ("conversation_message", "sender"),
        ("call_joined", "sender"),
    ],
)
def test_who_said_it(name: str, key: str) -> None:
    assert not is_system(name, {key: "visitor"})
    assert is_system(name, {key: "agent"})
    assert is_system(name, {key: "Visitor"})
    assert is_system(name, {})
    other = "sender" if key == "initiator" else "initiator"
    assert is_system(name, {other: "visitor"})


def test_a_custom_event_is_the_visitors() -> None:
    assert not is_system("custom_thing", {"sender": "agent"})


def test_a_property_means_the_same_type_everywhere() -> None:
    for event in EVENTS.values():
        for name, each in event.properties.items():
            assert KNOWN_ANYWHERE[name].type == each.type
