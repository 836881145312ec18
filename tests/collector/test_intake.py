"""Events over HTTP: what is told of them, and what becomes of them in the numbers."""

from __future__ import annotations

import base64
import gzip
import json
from time import monotonic, sleep, time
from typing import Any

import pytest

from support.collected import Shop, collecting
from support.ledger import as_of, now_text, page_view, until_taken_in
from support.posting import post
from support.served import Got, Served

MIB = 1 << 20


def purchase(name: str, order: str, value: float, **more: Any) -> dict[str, Any]:
    told = {"transaction_id": order, "value": value, "currency": "EUR", **more}
    return page_view(name, event="purchase", properties=told)


def counts(got: Got) -> tuple[int, int, int]:
    return got.told["accepted"], got.told["duplicates"], len(got.told["rejected"])


def test_good_known_and_bad_events_are_told_apart(running: Served, one_shop: Shop) -> None:
    batch = {"events": [page_view("a1"), page_view("a2", visitor_id=None), page_view("a3")]}
    got = post(running, batch, one_shop.write)
    assert (got.status, counts(got)) == (202, (2, 0, 1))
    (refused,) = got.told["rejected"]
    assert (refused["index"], refused["code"]) == (1, "missing_field")
    assert (refused["pointer"], refused["retry"]) == ("/visitor_id", "after_fix")
    again = post(running, batch, one_shop.write)
    assert (again.status, counts(again)) == (202, (0, 2, 1))
    assert again.told["rejected"][0]["quarantine_ref"] == refused["quarantine_ref"]


def test_the_first_of_an_id_stays_and_the_other_is_told(running: Served, one_shop: Shop) -> None:
    first = page_view("b1", title="first")
    assert counts(post(running, {"events": [first]}, one_shop.write)) == (1, 0, 0)
    spelled = {"events": [{key: first[key] for key in reversed(first)}]}
    assert counts(post(running, spelled, one_shop.write)) == (0, 1, 0)
    other = post(running, {"events": [first | {"title": "other"}]}, one_shop.write)
    assert other.status == 400
    assert other.told["code"] == "duplicate_conflict"
    assert other.told["retry"] == "never"
    twice = {"events": [page_view("b2"), page_view("b2", title="x"), page_view("b3")]}
    got = post(running, twice, one_shop.write)
    assert (got.status, counts(got)) == (202, (2, 0, 1))
    assert got.told["rejected"][0]["index"] == 1


def test_one_event_alone_is_a_body_too(running: Served, one_shop: Shop) -> None:
    got = post(running, page_view("c1"), one_shop.write)
    assert (got.status, counts(got)) == (202, (1, 0, 0))
    indented = json.dumps(page_view("c2"), indent=2)
    assert counts(post(running, indented, one_shop.write)) == (1, 0, 0)


def test_every_way_to_say_the_key(running: Served, one_shop: Shop) -> None:
    body: dict[str, Any] = {"events": []}
    basic = base64.b64encode(f"{one_shop.write}:".encode()).decode()
    assert post(running, body, Authorization=f"Basic {basic}").status == 202
    assert post(running, body, path=f"/v1/events?key={one_shop.write}").status == 202
    assert post(running, body, path=f"/v1/events?key={one_shop.server}").status == 401
    for wrong in ("", "w_nobodys", one_shop.write[:-1]):
        got = post(running, body, wrong)
        assert (got.status, got.told["code"]) == (401, "unauthorized")
    assert post(running, {"events": [], "site": "other"}, one_shop.write).status == 403


def test_a_key_of_another_scope_and_a_revoked_one_may_not_send(shop: Shop) -> None:
    read = shop.footfall("key", "create", "--scope", "read").out.strip()
    with collecting(shop) as served:
        got = post(served, {"events": []}, read)
        assert (got.status, got.told["code"]) == (403, "forbidden_scope")
        assert post(served, {"events": []}, shop.write).status == 202
        assert shop.footfall("key", "revoke", shop.write[:10]).code == 0
        until = monotonic() + 20
        while post(served, {"events": []}, shop.write).status != 401:
            assert monotonic() < until, "a revoked key is still good"
            sleep(0.1)
    disk = b"".join(p.read_bytes() for p in shop.footfall.workspace.rglob("*") if p.is_file())
    assert shop.write.encode() not in disk, "a key is kept as its hash only"


def test_bodies_come_packed_and_under_other_names(running: Served, one_shop: Shop) -> None:
    body = json.dumps({"events": [page_view("d1")]}).encode()
    packed = gzip.compress(body)
    got = post(running, packed, one_shop.write, Content_Encoding="gzip")
    assert counts(got) == (1, 0, 0)
    for media in ("text/plain;charset=UTF-8", None):
        got = post(running, body, one_shop.write, Content_Type=media)
        assert counts(got) == (0, 1, 0)
    refused = post(running, "<a/>", one_shop.write, Content_Type="application/xml")
    assert (refused.status, refused.told["code"]) == (415, "unsupported_media_type")
    coded = post(running, body, one_shop.write, Content_Encoding="zstd, br")
    assert (coded.status, coded.told["code"]) == (415, "unsupported_encoding")


def test_any_page_may_send(running: Served, one_shop: Shop) -> None:
    asked = post(running, b"", method="OPTIONS", Origin="https://shop.example")
    assert asked.status == 204
    assert "authorization" in asked.headers["access-control-allow-headers"]
    for got in (asked, post(running, b"", one_shop.write), post(running, b"")):
        assert got.headers["access-control-allow-origin"] == "*"
    assert post(running, b"", method="GET").status == 405


def padded(name: str, size: int) -> dict[str, Any]:
    """An event of so many bytes as compact JSON, within the limits of its texts."""
    texts = {f"t{n}": "x" * 1000 for n in range(40)}
    event = page_view(name, properties=texts)
    over = len(json.dumps({**event}, separators=(",", ":"))) - size
    for key in list(texts):
        cut = min(over, 990)
        if cut > 0:
            texts[key] = texts[key][: 1000 - cut]
            over -= cut
    assert len(json.dumps(event, separators=(",", ":"))) == size
    return event


@pytest.mark.parametrize(("size", "code"), [(32 * 1024, None), (32 * 1024 + 1, "too_large")])
def test_an_event_has_32_kib_at_most(
    running: Served, one_shop: Shop, size: int, code: str | None
) -> None:
    got = post(running, {"events": [padded(f"size-{size}", size)]}, one_shop.write)
    assert got.told.get("code") == code
    assert got.status == (202 if code is None else 400)


@pytest.mark.parametrize(("number", "status"), [(1000, 202), (1001, 413)])
def test_a_batch_has_a_thousand_events_at_most(
    running: Served, one_shop: Shop, number: int, status: int
) -> None:
    events = [page_view(f"m{number}-{at}") for at in range(number)]
    got = post(running, {"events": events}, one_shop.write)
    assert got.status == status
    assert got.told.get("code") == (None if status == 202 else "too_many_events")


@pytest.mark.parametrize(("size", "status"), [(MIB, 202), (MIB + 1, 413), (3 * MIB, 413)])
def test_a_body_has_a_mebibyte_at_most_as_sent(
    running: Served, one_shop: Shop, size: int, status: int
) -> None:
    body = json.dumps({"events": [page_view(f"w{size}")]}).encode()
    got = post(running, body + b" " * (size - len(body)), one_shop.write)
    assert got.status == status
    if status == 413:
        assert got.told["code"] == "too_large"
        assert f"{size:,} bytes" in got.told["detail"]
        assert got.told["quarantine_ref"].startswith("q_")


@pytest.mark.parametrize(("size", "status"), [(8 * MIB, 202), (8 * MIB + 1, 413)])
def test_a_body_has_eight_mebibytes_at_most_unpacked(
    running: Served, one_shop: Shop, size: int, status: int
) -> None:
    body = json.dumps({"events": [page_view(f"u{size}")]}).encode()
    packed = gzip.compress(body + b" " * (size - len(body)))
    assert post(running, packed, one_shop.write, Content_Encoding="gzip").status == status


def test_who_says_so_decides_whose_word_it_is(shop: Shop) -> None:
    claims = purchase("p1", "T1", 10, source="server")
    signed = purchase("p2", "T2", 20)
    system = {"event_id": "p3", "event": "refund", "occurred_at": signed["occurred_at"],
              "properties": {"transaction_id": "T2", "value": 5, "currency": "EUR"}}  # fmt: skip
    with collecting(shop) as served:
        assert counts(post(served, {"events": [claims]}, shop.write)) == (1, 0, 0)
        assert counts(post(served, {"events": [signed, system]}, shop.server)) == (2, 0, 0)
        until_taken_in(served.get, 3)
        rows = served.get("/api/v1/kpis?kpi=revenue").told["rows"]
        assert rows[0]["value"] == "30.00"
        settings = shop.footfall.workspace / "footfall.toml"
        text = settings.read_text("utf-8")
        name = "#verified_revenue_only = false"
        assert name in text
        settings.write_text(text.replace(name, "verified_revenue_only = true"), "utf-8")
        rows = served.get("/api/v1/kpis?kpi=revenue").told["rows"]
        assert rows[0]["value"] == "20.00"  # nobody but a server vouches for an order


def test_what_was_refused_waits_and_is_still_whose_word_it_was(shop: Shop) -> None:
    bad = purchase("q1", "T9", 10, source="server")
    del bad["visitor_id"]
    with collecting(shop) as served:
        got = post(served, {"events": [bad]}, shop.write)
        assert (got.status, got.told["code"]) == (400, "missing_field")
        ref = got.told["quarantine_ref"]
        assert post(served, {"events": [page_view("q2")]}, shop.write).status == 202
        until_taken_in(served.get, 1)
        (kept,) = shop.footfall("quarantine", "list", "--format", "json").told
        assert kept["quarantine_ref"] == ref
        assert json.loads(kept["raw"]) == bad
        replayed = shop.footfall("quarantine", "replay")
        assert "1 still refused" in replayed.out, "a public key's event is no server's"
        served.stop()
    told = shop.footfall.quality()
    assert (told["received"], told["stored"], told["refused"]) == (2, 1, 1)


def test_a_browsers_agent_is_the_events(shop: Shop) -> None:
    bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    with collecting(shop) as served:
        for number, origin in enumerate(("https://shop.example", None)):
            batch = {"events": [page_view(f"g{number}")]}
            got = post(served, batch, shop.write, Origin=origin, User_Agent=bot)
            assert counts(got) == (1, 0, 0)
        until_taken_in(served.get, 2)
        served.stop()
    assert shop.footfall.quality()["bot_events"] == 1


def test_a_clock_that_is_off_is_corrected(shop: Shop) -> None:
    hour = 3_600_000
    ahead = time() * 1000 + 40 * hour  # beyond what may be ahead, were it not corrected
    event = page_view("k1", occurred_at=now_text(ahead - hour))
    with collecting(shop) as served:
        plain = post(served, {"events": [event]}, shop.write)
        assert (plain.status, plain.told["code"]) == (400, "timestamp_future")
        got = post(served, {"events": [event], "sent_at": now_text(ahead)}, shop.write)
        assert counts(got) == (1, 0, 0)
        old = page_view("k2", occurred_at=now_text(time() * 1000 - 31 * 24 * hour))
        refused = post(served, {"events": [old]}, shop.write)
        assert (refused.status, refused.told["code"]) == (400, "timestamp_too_old")
        until_taken_in(served.get, 1)


def test_numbers_move_within_five_seconds(running: Served, one_shop: Shop) -> None:
    until_taken_in(running.get, 1)
    for turn in range(3):
        before = as_of(running.get)
        assert post(running, page_view(f"now-{turn}"), one_shop.write).status == 202
        until_taken_in(running.get, before + 1, 5)
