"""What the dashboard remembers: the latest answers, as many as fit."""

from __future__ import annotations

import pickle

from footfall.doors.web.asking import Memory

TEXT = "x" * 1000
SIZE = len(pickle.dumps(TEXT, protocol=pickle.HIGHEST_PROTOCOL))


def known(memory: Memory, *keys: str) -> list[str]:
    return [key for key in keys if memory.get(key) is not None]


def test_what_nobody_asked_for_longest_makes_room() -> None:
    memory = Memory(most_bytes=3 * SIZE)
    for key in ("a", "b", "c"):
        memory.keep(key, TEXT)
    assert known(memory, "a") == ["a"]
    memory.keep("d", TEXT)
    assert known(memory, "a", "b", "c", "d") == ["a", "c", "d"]


def test_an_answer_that_is_given_again_takes_the_place_of_the_old_one() -> None:
    memory = Memory(most_bytes=2 * SIZE)
    for _ in range(5):
        memory.keep("a", TEXT)
    memory.keep("b", TEXT)
    assert known(memory, "a", "b") == ["a", "b"]


def test_what_is_larger_than_all_of_it_drives_nothing_out() -> None:
    memory = Memory(most_bytes=2 * SIZE)
    memory.keep("a", TEXT)
    memory.keep("b", TEXT * 3)
    assert known(memory, "a", "b") == ["a"]
