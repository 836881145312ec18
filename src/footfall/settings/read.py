"""From the text of `footfall.toml` to settings that can be trusted, or all that is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli

from footfall.errors import RequestError
from footfall.settings import checks
from footfall.settings.faults import Book, Fault, Place, SettingsError
from footfall.settings.lines import key_lines
from footfall.settings.mail import mail_settings
from footfall.settings.site import (
    DEFAULT_ENGINE,
    NAMED_THINGS,
    SITE_KINDS,
    MicroConversion,
    PageType,
    Settings,
    Site,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SITE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
RULE_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,63}")
PAGE_KIND = re.compile(r"[a-z][a-z0-9_-]{0,63}")
ENGINES = re.compile(r"duckdb:|clickhouse://.+")

MINUTES_OF_A_DAY = 1440
DAYS_OF_TWO_YEARS = 731


def read_settings(path: Path | str) -> Settings:
    """The settings of a workspace, from its `footfall.toml`.

    Raises SettingsError with every fault, RequestError where the file cannot be read.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise RequestError(f"{path}: cannot be read: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        line = fault.object.count(b"\n", 0, fault.start) + 1
        raise RequestError(f"{path}:{line}: is not UTF-8 text; save the file as UTF-8") from fault
    return parse_settings(text, str(path))


def parse_settings(text: str, name: str = "footfall.toml") -> Settings:
    """The settings in a text; `name` is what faults call it. Raises SettingsError."""
    document, book = _document(text, name)
    place = Place(book)
    known = checks.table(document, place, ("site", "engine", "mail"))
    engine = _engine(known.get("engine", {}), place.at("engine"))
    given = checks.table(known.get("site", {}), place.at("site"))
    sites = {key: _site(key, each, place.at("site", key)) for key, each in given.items()}
    mail = mail_settings(known["mail"], place.at("mail")) if "mail" in known else None
    book.refuse()
    return Settings(sites, engine, mail)


def site_from_mapping(site_id: str, settings: Mapping[str, object]) -> Site:
    """A site from settings that are not in a file; what is left out has its default.

    Raises SettingsError, whose faults have no line.
    """
    book = Book(f"site {site_id}")
    site = _site(site_id, dict(settings), Place(book))
    book.refuse()
    return site


def _document(text: str, name: str) -> tuple[dict[str, Any], Book]:
    try:
        return tomli.loads(text), Book(name, key_lines(text))
    except tomli.TOMLDecodeError as fault:
        wrong = f"column {fault.colno}: {fault.msg}"
        right = "a setting is key = value, with texts in quotes"
        raise SettingsError([Fault(name, fault.lineno, "", wrong, right)]) from fault
    except RecursionError as fault:
        right = "a setting has at most a list of tables in it"
        raise SettingsError([Fault(name, None, "", "is nested too deep", right)]) from fault


def _engine(value: object, place: Place) -> str:
    url = checks.table(value, place, ("url",)).get("url", DEFAULT_ENGINE)
    if isinstance(url, str) and ENGINES.fullmatch(url):
        return url
    # The rest of a URL may hold a password.
    scheme = checks.shown(url.partition(":")[0] if isinstance(url, str) else url)
    place.at("url").wrong(
        f"no engine is reached by {scheme}", 'write "duckdb:" or "clickhouse://host:port/database"'
    )
    return DEFAULT_ENGINE


def _site(site_id: str, value: object, place: Place) -> Site:
    """A site; where something is wrong it is noted, and the site is not to be used."""
    if not SITE_ID.fullmatch(site_id):
        place.wrong(
            f"{checks.shown(site_id)} is not a site's id",
            'write at most 64 of a-z, 0-9, _ and -, such as "shop"',
        )
    given = checks.table(value, place, SETTINGS)
    told: dict[str, Any] = {key: SETTINGS[key](each, place.at(key)) for key, each in given.items()}
    site = Site(**{"id": site_id, "name": site_id.capitalize(), **told})
    if not place.at("key_events").is_wrong() and not place.at("conversions").is_wrong():
        _conversions_are_key_events(site, given, place)
    return site


def _conversions_are_key_events(site: Site, given: Mapping[str, object], place: Place) -> None:
    for number, event in enumerate(site.conversions):
        if event in site.key_events:
            continue
        if "conversions" in given:
            wrong = f'"{event}" is not among key_events ({", ".join(site.key_events)})'
            place.at("conversions", number).wrong(wrong, "add it there, or leave it out here")
        else:
            wrong = f'"{event}" is missing, which is the conversion where none is named'
            place.at("key_events").wrong(wrong, "add it, or name the conversions as well")


def _names(value: object, place: Place) -> dict[str, dict[str, str]]:
    given = checks.table(value, place, NAMED_THINGS)
    return {kind: checks.labels(given.get(kind, {}), place.at(kind)) for kind in NAMED_THINGS}


def _channel_sites(value: object, place: Place) -> dict[str, tuple[str, ...]]:
    given = checks.table(value, place, SITE_KINDS)
    return {kind: checks.source_names(given.get(kind, []), place.at(kind)) for kind in SITE_KINDS}


def _page_types(value: object, place: Place) -> tuple[PageType, ...]:
    found = checks.listed(_page_type, value, place)
    checks.once((each.match, at.at("match")) for each, at in found)
    return tuple(each for each, _ in found)


def _page_type(value: object, place: Place) -> PageType | None:
    given = _filled(value, place, ("match", "type"), "write { match = …, type = … }")
    if given is None:
        return None
    match = checks.path_pattern(given["match"], place.at("match"))
    kind = given["type"]
    if isinstance(kind, str) and PAGE_KIND.fullmatch(kind):
        return PageType(match, kind) if match else None
    right = 'write a word of a-z, 0-9, _ and -, such as "product"'
    place.at("type").wrong(f"{checks.shown(kind)} is not a type of page", right)
    return None


def _micro_conversions(value: object, place: Place) -> tuple[MicroConversion, ...]:
    found = checks.listed(_micro_conversion, value, place)
    checks.once((each.id, at.at("id")) for each, at in found)
    return tuple(each for each, _ in found)


def _micro_conversion(value: object, place: Place) -> MicroConversion | None:
    """Either an event or engaged time on a page; a mixture is neither."""
    told = checks.table(value, place, ("id", "event", "page", "engaged_seconds"))
    keys = ("id", "event") if "event" in told else ("id", "page", "engaged_seconds")
    for key in told:
        if key not in keys:
            place.at(key).wrong("does not go with event", RULE_FORMS)
    given = _filled({key: told[key] for key in keys if key in told}, place, keys, RULE_FORMS)
    if given is None:
        return None
    rule_id = _rule_id(given["id"], place.at("id"))
    if "event" in given:
        rule = MicroConversion(rule_id, event=checks.event(given["event"], place.at("event")))
    else:
        page = checks.path_pattern(given["page"], place.at("page"))
        seconds = ENGAGED_SECONDS(given["engaged_seconds"], place.at("engaged_seconds"))
        rule = MicroConversion(rule_id, page=page, engaged_seconds=seconds)
    return rule if rule_id else None


def _rule_id(value: object, place: Place) -> str:
    if isinstance(value, str) and RULE_ID.fullmatch(value):
        return value
    right = 'write at most 64 of a-z, 0-9 and _, such as "guide" (for micro_conversions_guide)'
    place.wrong(f"{checks.shown(value)} cannot be part of a KPI's id", right)
    return ""


def _filled(
    value: object, place: Place, keys: tuple[str, ...], right: str
) -> Mapping[str, object] | None:
    """A table with all the keys and no other, or None."""
    given = checks.table(value, place, keys)
    missing = [key for key in keys if key not in given]
    if missing and not place.is_wrong():
        place.wrong(f"without {' and '.join(missing)}", right)
    return None if missing or place.is_wrong() else given


RULE_FORMS = "write { id = …, event = … } or { id = …, page = …, engaged_seconds = … }"
ENGAGED_SECONDS = checks.whole(86_400, 180)
SETTINGS: dict[str, checks.Check] = {
    "name": checks.text,
    "locale": checks.locale,
    "timezone": checks.timezone,
    "currency": checks.currency,
    "verified_revenue_only": checks.flag,
    "names": _names,
    "session_timeout_minutes": checks.whole(MINUTES_OF_A_DAY, 30),
    "attribution_window_days": checks.whole(DAYS_OF_TWO_YEARS, 7),
    "trial_window_days": checks.whole(DAYS_OF_TWO_YEARS, 30),
    "activation_window_days": checks.whole(DAYS_OF_TWO_YEARS, 14),
    "key_events": checks.events,
    "conversions": checks.events,
    "hosts": checks.hosts,
    "channel_sites": _channel_sites,
    "folders": checks.labels,
    "micro_conversions": _micro_conversions,
    "page_types": _page_types,
}
