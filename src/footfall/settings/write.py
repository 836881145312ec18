"""A `footfall.toml` that explains itself, and a site added to one without touching the rest."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path

from footfall.errors import RequestError
from footfall.settings.mail import PASSWORD_ENV
from footfall.settings.read import parse_settings, read_settings
from footfall.settings.site import DEFAULT_ENGINE, Settings, Site

WIDTH = 100
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")

HEADER = """\
# The settings of this Footfall workspace. A workspace may hold several sites.
# A setting right behind a # has the value shown: take the # away to choose another.
"""

ENGINE = f"""\
# What computes the answers: "duckdb:" (inside this workspace) or "clickhouse://host:port/database".
#[engine]
#url = "{DEFAULT_ENGINE}"
"""

MAIL = f"""\
# The mail server that takes the reports. Its password is in the environment, or in a file of its
# own (password_file); it is never written here. security is "starttls", "tls", or "none".
#[mail]
#host = "smtp.example.com"
#port = 587
#security = "starttls"
#user = "reports@shop.example"
#password_env = "{PASSWORD_ENV}"
#from = "reports@shop.example"
#name = "Footfall"
# Where people reach the dashboard: links in the mails lead there.
#url = "http://127.0.0.1:8000/"
"""

# Every setting of a site in the order of the file, with what it decides.
MEANING = {
    "name": "shown to people",
    "locale": "how numbers and dates are written",
    "timezone": "an IANA name: hours, days and weeks are this zone's",
    "currency": "an ISO 4217 code: all money is told in it",
    "verified_revenue_only": "true: only server and imported orders are revenue",
    "names": 'what ids are called, such as { assets = { a7 = "Spring finder" } }',
    "session_timeout_minutes": "a longer gap between two events begins a new session",
    "attribution_window_days": "a conversation is credited with orders up to this much later",
    "trial_window_days": "a trial became paid if a subscription started within",
    "activation_window_days": "a sign-up or trial was activated if it happened within",
    "key_events": "the events that matter",
    "conversions": "those of the key events that are the goal",
    "hosts": "further own hosts, whose referrers are internal",
    "channel_sites": "further names of search, social, video and shopping sites",
    "folders": 'experience id = "folder"',
    "micro_conversions": "small successes: an event, or engaged seconds on one page, such as\n"
    '{ id = "guide", event = "download" }\n'
    '{ id = "reader", page = "/blog*", engaged_seconds = 180 }',
    "page_types": "the first match on the path wins; * is any characters",
}
ALWAYS_WRITTEN = ("name", "locale", "timezone", "currency")


def init_text(site: Site | str = "shop") -> str:
    """A whole new `footfall.toml` with one site, every setting explained.

    What differs from the defaults is written; all other settings stand there as comments.
    """
    return "\n".join(
        (HEADER, _site_text(_default(site) if isinstance(site, str) else site), ENGINE, MAIL)
    )


def add_site(path: Path | str, site: Site) -> Settings:
    """Append a site to a `footfall.toml`, making the file where there is none.

    Not a byte of what a person wrote is changed. Raises RequestError if the site is there
    already, SettingsError if the file or the new settings are wrong; then nothing is written.
    """
    path = Path(path)
    text = _with_site(path, site)
    checked = parse_settings(text.decode("utf-8-sig"), str(path))
    _replace(path, text)
    return checked


def _with_site(path: Path, site: Site) -> bytes:
    if not path.exists():
        return init_text(site).encode()
    before = path.read_bytes()
    if site.id in read_settings(path).sites:
        raise RequestError(f"{path}: site {site.id!r} is there already")
    gap = b"\n" if before.endswith(b"\n") else b"\n\n"
    return before + (gap if before else b"") + _site_text(site).encode()


def _default(site_id: str) -> Site:
    return Site(id=site_id, name=site_id.capitalize())


def _site_text(site: Site) -> str:
    default = _default(site.id)
    parts = [f"[site.{_key(site.id)}]\n"]
    for key, meaning in MEANING.items():
        value = getattr(site, key)
        line = f"{key} = {_toml(value)}\n"
        written = key in ALWAYS_WRITTEN or value != getattr(default, key)
        parts.append(_commented("# ", meaning) + (line if written else _commented("#", line)))
    return "".join(parts)


def _commented(mark: str, text: str) -> str:
    return "".join(f"{mark}{line}\n" for line in text.splitlines())


def _toml(value: object) -> str:
    """A setting as TOML; a list that is too long for a line has an entry per line."""
    if is_dataclass(value) and not isinstance(value, type):
        return _toml({key: each for key, each in asdict(value).items() if each is not None})
    if isinstance(value, Mapping):
        pairs = (f"{_key(key)} = {_toml(each)}" for key, each in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    if isinstance(value, list | tuple):
        return _toml_list([_toml(each) for each in value])
    # What JSON and TOML both call a text, true, or a number; but for one control character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_list(entries: list[str]) -> str:
    line = f"[{', '.join(entries)}]"
    if len(line) <= WIDTH - len("micro_conversions = "):
        return line
    return "[\n" + "".join(f"    {entry},\n" for entry in entries) + "]"


def _key(key: str) -> str:
    return key if BARE_KEY.fullmatch(key) else _toml(key)


def _replace(path: Path, text: bytes) -> None:
    """Put the new text in the old one's place at once, so that a crash leaves one of the two."""
    target = path.resolve()
    draft = target.with_name(f".{target.name}.new")
    with draft.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        draft.chmod(target.stat().st_mode & 0o777)
    draft.replace(target)
