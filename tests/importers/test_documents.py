"""JSON documents are taken apart into exactly their elements, wherever blocks are cut."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.doors.importers import documents
from footfall.doors.importers.chunks import Chunk, Damage
from footfall.doors.importers.documents import element_chunks

TEXTS = st.text(alphabet='ab"\\{}[],: \n\u00e9\U0001f600', max_size=8)
VALUES = st.recursive(
    TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), max_size=5)


def blocks(text: bytes, size: int) -> Iterator[bytes]:
    yield from (text[at : at + size] for at in range(0, len(text), size))


def elements(text: bytes, size: int, monkeypatch: pytest.MonkeyPatch) -> tuple[list[object], str]:
    """The elements of a document that comes in blocks of some bytes, and what was wrong."""
    monkeypatch.setattr(documents, "gathered", lambda found: found)
    found: list[object] = []
    for chunk in element_chunks(blocks(text, size)):
        if isinstance(chunk, Damage):
            return found, chunk.problem
        assert isinstance(chunk, Chunk)
        assert chunk.line == len(found) + 1
        found += map(json.loads, chunk.data.split(b"\n"))
    return found, ""


@pytest.mark.parametrize("wrapped", [False, True])
@given(objects=OBJECTS, size=st.integers(1, 40), indent=st.sampled_from([None, 1]))
def test_a_list_is_its_elements(
    *, wrapped: bool, objects: list[object], size: int, indent: int | None
) -> None:
    document: object = {"orders": objects} if wrapped else objects
    text = json.dumps(document, indent=indent, ensure_ascii=False).encode()
    with pytest.MonkeyPatch.context() as patch:
        assert elements(text, size, patch) == (objects, "")
        patch.setattr(documents, "CHUNK_BYTES", 1)
        assert elements(text, size, patch) == (objects, "")


@given(objects=OBJECTS.filter(bool), data=st.data())
def test_of_a_cut_list_the_whole_elements_are_left(
    objects: list[object], data: st.DataObject
) -> None:
    text = json.dumps(objects).encode()
    end = data.draw(st.integers(1, len(text) - 1))
    with pytest.MonkeyPatch.context() as patch:
        found, problem = elements(text[:end], 7, patch)
    assert found == objects[: len(found)]
    assert "it was cut off" in problem


def test_a_single_object_under_a_key_and_objects_one_after_the_other() -> None:
    with pytest.MonkeyPatch.context() as patch:
        assert elements(b'{"order": {"id": 1}}', 5, patch) == ([{"id": 1}], "")
        assert elements(b'{"id":\n1}\n{"id": 2}', 5, patch) == ([{"id": 1}, {"id": 2}], "")
        assert elements(b" ", 5, patch) == ([], "it is no JSON document")


def test_an_endless_element_is_damage() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "LONGEST_ELEMENT", 100)
        found, problem = elements(b'[{"a": 1}, {"b": "' + b"x" * 500, 50, patch)
    assert found == [{"a": 1}]
    assert problem.startswith("element 2 has more than")
