"""The tracking tag: what a shop's pages load to tell what visitors see and do on them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from footfall.doors.collector.http import Answer, Answered, Asked, problem
from footfall.doors.collector.tag.shrink import shrink

TAG_PATH = "/tag.js"
PARTS = (
    "open", "core", "visitor", "queue", "visit", "page", "assets", "clicks", "layer", "vendors",
    "experiments", "start", "close",
)  # fmt: skip
"""The source's files in the order in which they are read: one function from begin to end."""
KIND = "text/javascript; charset=utf-8"
KEEP = "public, max-age=3600"
"""An hour: so long it may take until all pages have a new version."""


@dataclass(frozen=True, slots=True)
class Served:
    """The tag as browsers get it."""

    script: bytes
    packed: bytes
    version: str


def source() -> str:
    """The tag as it is written."""
    folder = files(__name__) / "source"
    return "".join((folder / f"{part}.js").read_text("utf-8") for part in PARTS)


@cache
def served() -> Served:
    """The tag in its short form, also packed; made once."""
    script = shrink(source()).encode()
    version = hashlib.sha256(script).hexdigest()[:16]
    return Served(script, gzip.compress(script, 9, mtime=0), f'"{version}"')


def answer_tag(asked: Asked, answer: Answer) -> None:
    """`GET /tag.js`."""
    if asked.method != "GET":
        refused = problem(405, "method_not_allowed", f"{TAG_PATH} takes GET")
        refused.headers = {"allow": "GET"}
        answer(refused)
        return
    found = served()
    headers = {"cache-control": KEEP, "etag": found.version, "vary": "accept-encoding"}
    if asked.headers.get("if-none-match") == found.version:
        answer(Answered(304, kind="", headers=headers))
    elif "gzip" in asked.headers.get("accept-encoding", ""):
        answer(Answered(200, found.packed, KIND, {**headers, "content-encoding": "gzip"}))
    else:
        answer(Answered(200, found.script, KIND, headers))
