"""`footfall.toml`: what it means, and how it is refused. Expected values are the contract's."""

from __future__ import annotations

import json
import os
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from footfall.errors import RequestError
from footfall.settings import (
    MicroConversion,
    PageType,
    SettingsError,
    Site,
    add_site,
    init_text,
    matches,
    parse_settings,
    read_settings,
    site_from_mapping,
)

CONTRACT = """
[site.shop]
name = "Shop"
locale = "en"
timezone = "UTC"
currency = "EUR"
verified_revenue_only = false
names = { agents = { }, assets = { }, experiences = { }, modules = { } }
session_timeout_minutes = 30
attribution_window_days = 7
trial_window_days = 30
activation_window_days = 14
key_events = ["purchase"]
conversions = ["purchase"]
hosts = []
channel_sites = { search = [], social = [], video = [], shopping = [] }
folders = { }
micro_conversions = [ ]
page_types = [
  { match = "/", type = "home" }, { match = "/products/*", type = "product" },
  { match = "/collections/*", type = "collection" },
  { match = "/cart", type = "cart" }, { match = "/checkout*", type = "checkout" },
  { match = "/search*", type = "search" },
  { match = "/blog*", type = "blog" }, { match = "/help*", type = "help" } ]
"""


def faults(text: str) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        parse_settings(text)
    return [str(fault).removeprefix("footfall.toml:") for fault in refusal.value.faults]


def fault(setting: str) -> str:
    """The only fault of a site with one setting, on line 2."""
    [only] = faults(f"[site.shop]\n{setting}\n")
    return only


def test_the_defaults_are_those_of_the_contract() -> None:
    shop = parse_settings("[site.shop]").sites["shop"]
    assert shop == parse_settings(CONTRACT).sites["shop"]
    assert (shop.session_timeout_minutes, shop.attribution_window_days) == (30, 7)
    assert shop.page_types[1] == PageType("/products/*", "product")


def test_every_setting_arrives() -> None:
    site = parse_settings("""
        [engine]
        url = "clickhouse://db.example:8123/footfall"
        [site.berlin-1]
        name = "Laden"
        locale = "de-DE"
        timezone = "Europe/Berlin"
        currency = "CHF"
        verified_revenue_only = true
        names = { agents = { a1 = "Ada" } }
        session_timeout_minutes = 20
        attribution_window_days = 3
        trial_window_days = 10
        activation_window_days = 5
        key_events = ["purchase", "sign_up", "brochure_download"]
        conversions = ["sign_up"]
        hosts = ["WWW.Checkout.Example", "pay.example"]
        channel_sites = { search = ["Metager"], social = ["mastodon"] }
        folders = { x1 = "raffles" }
        micro_conversions = [
            { id = "guide", event = "download" },
            { id = "reader", page = "/blog*", engaged_seconds = 180 } ]
        page_types = [ { match = "/p/*", type = "product" } ]
    """)
    assert site.engine_url == "clickhouse://db.example:8123/footfall"
    assert site.site() == Site(
        id="berlin-1",
        name="Laden",
        locale="de-DE",
        timezone="Europe/Berlin",
        currency="CHF",
        verified_revenue_only=True,
        names={"agents": {"a1": "Ada"}, "assets": {}, "experiences": {}, "modules": {}},
        session_timeout_minutes=20,
        attribution_window_days=3,
        trial_window_days=10,
        activation_window_days=5,
        key_events=("purchase", "sign_up", "brochure_download"),
        conversions=("sign_up",),
        hosts=("checkout.example", "pay.example"),
        channel_sites={
            "search": ("metager",),
            "social": ("mastodon",),
            "video": (),
            "shopping": (),
        },
        folders={"x1": "raffles"},
        micro_conversions=(
            MicroConversion("guide", event="download"),
            MicroConversion("reader", page="/blog*", engaged_seconds=180),
        ),
        page_types=(PageType("/p/*", "product"),),
    )


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ('timezone = "Europe/Berln"', ['"Europe/Berln"', 'did you mean "Europe/Berlin"?']),
        ('timezone = "somewhere else"', ["is not an IANA time zone", '"Europe/Berlin"']),
        ("timezone = 2", ["2 is not an IANA time zone"]),
        ('currency = "eur"', ['"eur" is not an ISO 4217 currency', 'did you mean "EUR"?']),
        ('currency = "XAU"', ['"XAU" is not an ISO 4217 currency']),
        ('locale = "english!"', ["is not a locale", '"de-CH"']),
        ('name = "  "', ["is not a text"]),
        ('verified_revenue_only = "yes"', ['"yes" is neither yes nor no', "write true or false"]),
        ("session_timeout_minutes = 0", ["from 1 to 1440"]),
        ("session_timeout_minutes = 1441", ["from 1 to 1440"]),
        ("session_timeout_minutes = 30.0", ["30.0 is not a whole number"]),
        ("session_timeout_minutes = true", ["true is not a whole number"]),
        ('attribution_window_days = "7"', ['"7" is not a whole number', "without quotes"]),
        ("trial_window_days = -30", ["-30 is not a whole number"]),
        ("activation_window_days = 100000", ["is not a whole number from 1 to"]),
        ('key_events = "purchase"', ['"purchase" is not a list', "in brackets"]),
        ('key_events = ["purchase", "Sign Up"]', ["key_events[1]", '"Sign Up"', "generate_lead"]),
        ('key_events = ["purchase", "purchase"]', ["key_events[1]", "there twice"]),
        ('key_events = ["sign_up"]', ['key_events: "purchase" is missing', "conversions"]),
        ('conversions = ["sign_up"]', ["conversions[0]", "not among key_events (purchase)"]),
        ('hosts = ["https://pay.example/"]', ["hosts[0]", '"checkout.example"', "without https"]),
        ('hosts = ["müller.example"]', ['"xn--mller-kva.example"']),
        ('hosts = ["a.example:8080"]', ["hosts[0]", "is not a host's name"]),
        ('channel_sites = { serch = ["x"] }', ["channel_sites.serch", "did you mean 'search'?"]),
        ('channel_sites = { search = "x" }', ["channel_sites.search", "is not a list"]),
        ('names = { agent = { a = "b" } }', ["names.agent", "did you mean 'agents'?"]),
        ("names = { agents = { a = 1 } }", ["names.agents.a", "1 is not a text"]),
        ('folders = ["x1"]', ["a list is not a table"]),
        ('timezon = "UTC"', ["timezon: there is no such setting", "did you mean 'timezone'?"]),
        ('micro_conversions = [{ id = "Guide", event = "a" }]', ["[0].id", "of a KPI's id"]),
        ('micro_conversions = [{ id = "guide" }]', ["without page and engaged_seconds", "event ="]),
        ('micro_conversions = [{ event = "a" }]', ["[0]: without id"]),
        ('micro_conversions = [{ id = "a", event = "b", page = "/" }]', [".page: does not go"]),
        ('micro_conversions = [{ id = "a", evnt = "b" }]', [".evnt", "did you mean 'event'?"]),
        ('micro_conversions = [{ id = "a", event = "B" }]', [".event", '"B" is not an event']),
        ("micro_conversions = [7]", ["[0]: 7 is not a table"]),
        (
            'micro_conversions = [{ id = "a", page = "blog", engaged_seconds = 9 }]',
            [".page", '"blog" is not a path', "begins with /"],
        ),
        (
            'micro_conversions = [{ id = "a", page = "/", engaged_seconds = 0 }]',
            [".engaged_seconds", "0 is not a whole number"],
        ),
        (
            'micro_conversions = [{ id = "a", event = "b" }, { id = "a", event = "c" }]',
            ["[1].id", '"a" is there twice'],
        ),
        ('page_types = [{ match = "products", type = "product" }]', ["[0].match", "not a path"]),
        ('page_types = [{ match = "/p", type = "Product" }]', ["[0].type", "not a type of page"]),
        ('page_types = [{ match = "/p" }]', ["[0]: without type"]),
        (
            'page_types = [{ match = "/p", type = "a" }, { match = "/p", type = "b" }]',
            ["[1].match", "there twice"],
        ),
    ],
)
def test_a_wrong_setting_is_refused_with_its_line_and_what_would_be_right(
    setting: str, told: list[str]
) -> None:
    message = fault(setting)
    assert message.startswith("2: site.shop.")
    assert [part for part in told if part not in message] == []


def test_all_faults_of_a_file_are_told_at_once_in_its_order() -> None:
    text = """\
[engine]
url = "sqlite:"
[site.shop]
timezone = "Mars"
currency = "EUR"
hosts = [
  "ok.example",
  "not ok",
]
[site.Outlet]
currency = "XXX"
[sites.other]
"""
    starts = [each.split(": ")[:2] for each in faults(text)]
    assert starts == [
        ["2", "engine.url"],
        ["4", "site.shop.timezone"],
        ["8", "site.shop.hosts[1]"],
        ["10", "site.Outlet"],
        ["11", "site.Outlet.currency"],
        ["12", "sites"],
    ]


def test_a_password_in_a_refused_engine_is_not_repeated() -> None:
    [only] = faults('[engine]\nurl = "postgres://me:secret@db/x"\n')
    assert "secret" not in only


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[site.shop]\ntimezone = Europe/Berlin\n", "2: column 12"),
        ('[site.shop]\nname = "Shop\n', "2: column 13"),
        ("[site.shop\n", "1: column 11"),
        ("[site.shop]\nname = 'a'\nname = 'b'\n", "3: column 11"),
    ],
)
def test_what_is_not_toml_is_refused_by_line_and_column(text: str, place: str) -> None:
    [only] = faults(text)
    assert only.startswith(place)


@pytest.mark.parametrize("depth", [50, 300, 5000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    [*_, last] = faults(f"[site.shop]\nhosts = {'[' * depth}{']' * depth}\n")
    assert "is not a host's name" in last or "is nested too deep" in last


def test_a_fault_of_a_mapping_has_no_line() -> None:
    with pytest.raises(SettingsError, match=r"^site shop: currency: 5 is not an ISO 4217"):
        site_from_mapping("shop", {"currency": 5})


def test_settings_that_cannot_be_read_are_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"footfall\.toml: cannot be read: No such file"):
        read_settings(tmp_path / "footfall.toml")
    latin = tmp_path / "footfall.toml"
    latin.write_bytes('[site.shop]\nname = "Café"\n'.encode("latin-1"))
    with pytest.raises(RequestError, match=r"footfall\.toml:2: is not UTF-8 text"):
        read_settings(latin)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "footfall.toml"
    path.write_bytes(b"\xef\xbb\xbf[site.shop]\r\ncurrency = 'USD'\r\n")
    assert read_settings(path).site().currency == "USD"


def test_a_site_is_found_by_id_or_when_there_is_only_one() -> None:
    two = parse_settings("[site.shop]\n[site.outlet]")
    assert two.site("outlet").name == "Outlet"
    with pytest.raises(RequestError, match="--site is one of: shop, outlet"):
        two.site()
    with pytest.raises(RequestError, match="unknown site 'shp'; did you mean 'shop'"):
        two.site("shp")
    with pytest.raises(RequestError, match="no site yet"):
        parse_settings("").site()


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("/", "/", True),
        ("/", "/x", False),
        ("/products/*", "/products/red-shoe", True),
        ("/products/*", "/products/", True),
        ("/products/*", "/products", False),
        ("/checkout*", "/checkout", True),
        ("/checkout*", "/checkout/pay/now", True),
        ("*/sale", "/en/shoes/sale", True),
        ("*/sale", "/en/sale/shoes", False),
        ("/*/p/*", "/en/p/1", True),
        ("/*/p/*", "/p/1", False),
        ("/a*b*c", "/abc", True),
        ("/a*b*c", "/acb", False),
        ("/ab*ba", "/aba", False),
        ("/ab*ba", "/abba", True),
        ("**", "/anything", True),
        ("/Blog", "/blog", False),
        ("/a.c", "/abc", False),
        ("/[a]", "/a", False),
        ("/a?c", "/abc", False),
    ],
)
def test_a_star_is_any_characters_and_nothing_else_is_special(
    pattern: str, path: str, meant: bool
) -> None:
    assert matches(pattern, path) is meant


@given(st.lists(st.text("ab/", max_size=4), min_size=1, max_size=5), st.data())
def test_a_path_made_from_a_pattern_matches_it(parts: list[str], data: st.DataObject) -> None:
    between = [data.draw(st.text("ab/", max_size=3)) for _ in parts[1:]]
    path = parts[0] + "".join(
        filling + part for filling, part in zip(between, parts[1:], strict=True)
    )
    assert matches("*".join(parts), path)


def test_the_first_page_type_that_matches_wins() -> None:
    site = parse_settings("[site.shop]").site()
    paths = ["/", "/products/x", "/cart", "/checkout/pay", "/blog", "/cart/", "/about"]
    kinds = ["home", "product", "cart", "checkout", "blog", None, None]
    assert [site.page_type(path) for path in paths] == kinds
    special = site_from_mapping(
        "shop",
        {"page_types": [{"match": "/b*", "type": "blog"}, {"match": "/bag", "type": "cart"}]},
    )
    assert special.page_type("/bag") == "blog"


FACTS_CHANGE: dict[str, Any] = {
    "timezone": "Europe/Berlin",
    "currency": "USD",
    "verified_revenue_only": True,
    "session_timeout_minutes": 31,
    "attribution_window_days": 8,
    "trial_window_days": 31,
    "activation_window_days": 15,
    "key_events": ["purchase", "sign_up"],
    "conversions": [],
    "hosts": ["pay.example"],
    "channel_sites": {"search": ["metager"]},
    "folders": {"x1": "raffles"},
    "micro_conversions": [{"id": "guide", "event": "download"}],
    "page_types": [{"match": "/", "type": "home"}],
}


@pytest.mark.parametrize("key", FACTS_CHANGE)
def test_the_hash_changes_with_every_setting_that_changes_a_number(key: str) -> None:
    changed = site_from_mapping("shop", {key: FACTS_CHANGE[key]})
    assert changed.definition_hash() != site_from_mapping("shop", {}).definition_hash()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"name": "Laden", "locale": "de", "names": {"agents": {"a": "Ada"}}}),
        ({"hosts": ["a.example", "b.example"]}, {"hosts": ["b.example", "a.example"]}),
        ({"folders": {"x": "f", "y": "g"}}, {"folders": {"y": "g", "x": "f"}}),
        ({"key_events": ["purchase", "a"]}, {"key_events": ["a", "purchase"]}),
    ],
)
def test_the_hash_stays_where_no_number_changes(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = (site_from_mapping("shop", each) for each in (one, other))
    assert first.definition_hash() == second.definition_hash()


def test_the_order_of_page_types_is_part_of_the_hash() -> None:
    types = FACTS_CHANGE["page_types"] + [{"match": "/b*", "type": "blog"}]
    first = site_from_mapping("shop", {"page_types": types})
    second = site_from_mapping("shop", {"page_types": types[::-1]})
    assert first.definition_hash() != second.definition_hash()


def test_settings_can_be_sent_to_another_process() -> None:
    settings = parse_settings(CONTRACT)
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_a_new_file_has_the_defaults_and_explains_every_setting() -> None:
    text = init_text("shop")
    assert parse_settings(text).site() == parse_settings("[site.shop]").site()
    settings = [line for line in text.splitlines() if not re.match(r"# \S", line)]
    every = [line.removeprefix("#") for line in settings]
    told = tomli.loads("\n".join(every))
    assert told.pop("mail").keys() >= {"host", "from", "password_env", "security", "url"}
    assert told == {"site": tomli.loads(CONTRACT)["site"], "engine": {"url": "duckdb:"}}


EVERYTHING: dict[str, Any] = FACTS_CHANGE | {
    "name": 'Ada\'s "Shop" \\ ☕ \x7f',
    "locale": "de-CH",
    "names": {"assets": {"a 7": "Frühling"}, "agents": {"": "nobody"}},
    "conversions": ["sign_up"],
}


def test_a_new_file_can_have_every_setting() -> None:
    site = site_from_mapping("shop", EVERYTHING)
    assert parse_settings(init_text(site)).site() == site


def test_an_added_site_leaves_every_byte_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "footfall.toml"
    mine = b"\xef\xbb\xbf# mine\r\n[site.shop]   # the old one\r\ncurrency='USD'"
    path.write_bytes(mine)
    path.chmod(0o640)
    site = site_from_mapping("demo", EVERYTHING)
    settings = add_site(path, site)
    assert path.read_bytes().startswith(mine)
    assert path.stat().st_mode & 0o777 == 0o640
    assert settings == read_settings(path)
    assert settings.sites["shop"].currency == "USD"
    assert settings.sites["demo"] == site
    assert [each.name for each in tmp_path.iterdir()] == ["footfall.toml"]


def test_the_first_site_makes_the_file(tmp_path: Path) -> None:
    add_site(tmp_path / "footfall.toml", site_from_mapping("shop", {}))
    assert (tmp_path / "footfall.toml").read_text("utf-8") == init_text("shop")


@pytest.mark.parametrize(
    ("before", "site", "told"),
    [
        ("[site.demo]\n", Site("demo", "Demo"), "site 'demo' is there already"),
        ("[site.shop]\n", Site("Demo Shop", "Demo"), '"Demo Shop" is not a site\'s id'),
        ("[site.shop]\n", Site("demo", "Demo", timezone="Mars"), "is not an IANA time zone"),
        ("[site.shop]\nname = 3\n", Site("demo", "Demo"), "site.shop.name: 3 is not a text"),
        ("site = { shop = {} }\n", Site("demo", "Demo"), "footfall.toml:3: column"),
    ],
)
def test_a_site_that_cannot_be_added_changes_nothing(
    tmp_path: Path, before: str, site: Site, told: str
) -> None:
    path = tmp_path / "footfall.toml"
    path.write_text(before, encoding="utf-8")
    with pytest.raises(RequestError) as refusal:
        add_site(path, site)
    assert told in str(refusal.value)
    assert path.read_text(encoding="utf-8") == before


def shared(*parts: str) -> Path:
    folder = os.environ.get("FOOTFALL_SHARED")
    if not folder:
        pytest.skip("FOOTFALL_SHARED names no folder with the shared cases")
    return Path(folder, *parts)


@pytest.mark.parametrize("case", ["berlin-spring", "new-york-autumn"])
def test_the_settings_of_the_shared_cases_are_accepted(case: str) -> None:
    told = json.loads(shared("cases", case, "site.json").read_text(encoding="utf-8"))
    site = site_from_mapping(case, told)
    assert site.timezone == told["timezone"]
    assert [rule.id for rule in site.micro_conversions] == ["guide", "brochure"]
    assert dict(site.folders) == told["folders"]


MAIL = """[site.shop]
[mail]
host = "smtp.example.com"
from = "reports@shop.example"
"""


def test_a_mail_server_has_the_usual_port_of_its_way() -> None:
    mail = parse_settings(MAIL).mail
    assert mail is not None
    assert (mail.host, mail.port, mail.security) == ("smtp.example.com", 587, "starttls")
    assert (mail.sender, mail.name, mail.domain) == (
        "reports@shop.example", "Footfall", "shop.example",
    )  # fmt: skip
    for way, port in (("tls", 465), ("none", 25)):
        told = parse_settings(f'{MAIL}security = "{way}"\n').mail
        assert told is not None
        assert told.port == port
    assert parse_settings("[site.shop]").mail is None


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('password = "x"', "there is no such setting; did you mean 'password_env'?"),
        ('security = "ssl"', '"ssl" is no way to reach a mail server'),
        ('user = "ana"\nsecurity = "none"', "would go to smtp.example.com unprotected"),
        ('user = "ana\\r\\nx"', "has signs that cannot be seen"),
        ('name = "a\\r\\nBcc: b@c.example"', "has signs that cannot be seen"),
        ("port = 70000", "70000 is not a whole number from 1 to 65535"),
        ('password_env = "not a name"', "is not an environment variable's name"),
        ('url = "javascript:alert(1)"', "is not the address of a page"),
        ('url = "https://kpis.example/\\r\\nx"', "is not the address of a page"),
        ("timeout_seconds = 0", "0 is not a whole number from 1 to 600"),
    ],
)
def test_a_wrong_mail_server_is_named(line: str, told: str) -> None:
    (found,) = faults(MAIL + line)
    assert told in found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[mail]\nhost = "x.example"', 'mail: without from; write from = "reports@shop.example"'),
        ('[mail]\nfrom = "a@b.example"', 'mail: without host; write host = "smtp.example.com"'),
        ('[mail]\nhost = "a b"\nfrom = "a@b.example"', '"a b" is not a mail server'),
        ('[mail]\nhost = "x.example"\nfrom = "A <a@b.example>"', "is not an e-mail address"),
        ("mail = 3", "3 is not a table"),
    ],
)
def test_a_mail_server_needs_a_name_and_a_sender(text: str, told: str) -> None:
    assert told in faults(text)[0]


def test_an_environment_variable_is_not_repeated_for_it_could_be_the_password() -> None:
    (found,) = faults(MAIL + 'password_env = "s3cret phrase"')
    assert "s3cret" not in found
