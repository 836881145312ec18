"""What must not stand in this repository: places of one machine, package indexes, its making.

The words are put together from parts, so that this page does not hold them itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_OURS = {"__pycache__", "footfall-workspace", "dist", "build"}
HIDDEN_BUT_OURS = {".ci", ".editorconfig", ".gitignore", ".gitattributes", ".github"}

MACHINE_FOLDERS = "|".join(["work", "tm" + "p", "ro" + "ot", "home/" + r"\w+", "op" + "t", "Users"])
INDEX_WORDS = ["py" + "pi.org", "python" + "hosted", "index-" + "url", "find-" + "links"]
WRITER_WORDS = [
    "clau" + "de",
    "anthro" + "pic",
    "open" + "ai",
    "chat" + "gpt",
    "g" + "pt-[0-9]",
    "co" + "pilot",
    "l" + "lm",
    "language " + "model",
    "artificial " + "intelligence",
    "A" + "I[- ](agent|assistant|generated|model|tool)s?",
    "sub-?" + "agent",
    "co-authored" + "-by",
]
FORBIDDEN = {
    "a folder of one machine": re.compile(rf"(?<![\w.~*}})\]])/({MACHINE_FOLDERS})/"),
    "a package index": re.compile("|".join(INDEX_WORDS), re.IGNORECASE),
    "how this is written": re.compile(rf"\b({'|'.join(WRITER_WORDS)})\b", re.IGNORECASE),
}


def is_ours(name: str) -> bool:
    return name not in NOT_OURS and (not name.startswith(".") or name in HIDDEN_BUT_OURS)


def files() -> Iterator[Path]:
    """Every file of the repository, without stepping into what is made from it."""
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(filter(is_ours, inner))
        yield from (Path(folder, name) for name in sorted(names) if is_ours(name))


def texts() -> Iterator[tuple[Path, str]]:
    """Every text file of the repository; what is not UTF-8 or holds zero bytes is none."""
    for path in files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        try:
            yield path.relative_to(ROOT), content.decode()
        except UnicodeDecodeError:
            continue


def found(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        for kind, pattern in FORBIDDEN.items():
            if pattern.search(line):
                yield number, kind


def test_no_file_holds_what_must_not_stand_here() -> None:
    wrong = [f"{path}:{line}: {kind}" for path, text in texts() for line, kind in found(text)]
    assert wrong == []


def test_the_files_that_matter_are_read() -> None:
    read = {str(path) for path, _ in texts()}
    assert {"README.md", "Makefile", ".ci/run", "requirements.lock", "pyproject.toml"} <= read
    assert "src/footfall/errors.py" in read


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('open("/tm' + 'p/x")', "a folder of one machine"),
        ("/ro" + "ot/.cache/x", "a folder of one machine"),
        ("see /home/" + "me/shop", "a folder of one machine"),
        ("--index-" + "url https://x.example", "a package index"),
        ("https://py" + "pi.org/simple", "a package index"),
        ("made with Chat" + "GPT", "how this is written"),
        ("an A" + "I assistant", "how this is written"),
    ],
)
def test_what_must_not_stand_here_is_seen(line: str, kind: str) -> None:
    assert [each for _, each in found(line)] == [kind]


@pytest.mark.parametrize(
    "line",
    [
        "https://shop.example/work/x",
        "the agent's user_agent in AI (Anguilla)",
        "/home is the path of the home page, /home/ too",
        "../shared/work/",
    ],
)
def test_what_is_ours_is_let_through(line: str) -> None:
    assert list(found(line)) == []
