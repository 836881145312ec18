"""A page as one file: it needs nothing but itself, and may run nothing but what it brings.

Its script and its style are named by their hashes in the file's own policy, so that a name from
outside could not act even if it were not shown as text.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from functools import cache

from markupsafe import Markup

from footfall.doors.web.render import STATIC

_FONT = re.compile(r'url\("([^"]+\.woff2)"\)')
_COMMENTS = re.compile(r"^\s*//.*\n", re.MULTILINE)


def brought() -> dict[str, str]:
    """What a page of one file brings: its policy, style, scripts and picture."""
    theme, script, style = _text("theme.js"), _text("app.js"), _style()
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(theme)} {_hash(script)}; "
        "font-src data:; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    return {
        "policy": Markup(policy),  # noqa: S704 - our own words, whose quotes must stay
        "style": Markup(style),  # noqa: S704 - our own file
        "theme": Markup(theme),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "icon": _data("icon.svg", "image/svg+xml"),
    }


@cache
def _style() -> str:
    """The dashboard's style with that of single files, letters included."""
    whole = "".join((STATIC / name).read_text("utf-8") for name in ("app.css", "report.css"))
    return _FONT.sub(lambda found: f'url("{_data(found[1], "font/woff2")}")', whole)


@cache
def _text(name: str) -> str:
    return _COMMENTS.sub("", (STATIC / name).read_text("utf-8"))


@cache
def _data(name: str, kind: str) -> str:
    return f"data:{kind};base64,{b64encode((STATIC / name).read_bytes()).decode()}"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
