"""A letter comes once, at the site's own hour, whatever breaks off: by a real mail server."""

from __future__ import annotations

import fcntl

import pytest

from footfall.doors.mail.rounds import LOCK, NO_SERVER, Round
from footfall.log.subscriptions import DOUBTFUL, HANDING, REFUSED, SENT, WAITING, Subscription
from footfall.workspace import Workspace
from support.mailbox import TAKEN, Mailbox
from support.moment import MovedClock, ms

ANA = "ana@shop.example"


def subscribe(
    shop: Workspace, cadence: str = "daily", hour: int = 7, address: str = ANA
) -> Subscription:
    store = shop.control.subscriptions
    return store.add("shop", "", address, cadence, hour, shop.clock.now_ms())


def states(shop: Workspace) -> list[str]:
    return [each.delivery.state for each in Round(shop).run()]


def test_the_day_before_comes_at_the_hour_and_only_once(
    shop: Workspace, box: Mailbox, clock: MovedClock
) -> None:
    subscribe(shop)
    assert states(shop) == []
    clock.to("2026-01-06T05:59:59")
    assert states(shop) == []
    clock.to("2026-01-06T06:00")  # 7:00 in Berlin
    assert states(shop) == [SENT]
    assert states(shop) == []
    clock.to("2026-01-06T23:00")
    assert states(shop) == []
    (letter,) = box.letters
    assert box.to == [[ANA]]
    assert "Jan 5, 2026" in letter["Subject"]
    assert letter["Date"].datetime.timestamp() * 1000 == ms("2026-01-06T06:00")


@pytest.mark.parametrize(
    ("hour", "begin", "moments"),
    [
        # 29 March: at 2:00 it is 3:00
        (7, "2026-03-27T12:00", ["03-28T06:00", "03-29T05:00", "03-30T05:00"]),
        (2, "2026-03-27T12:00", ["03-28T01:00", "03-29T01:00", "03-30T00:00"]),
        (3, "2026-03-27T12:00", ["03-28T02:00", "03-29T01:00", "03-30T01:00"]),
        # 25 October: at 3:00 it is 2:00 again
        (7, "2026-10-23T12:00", ["10-24T05:00", "10-25T06:00", "10-26T06:00"]),
        (2, "2026-10-23T12:00", ["10-24T00:00", "10-25T00:00", "10-26T01:00"]),
        (3, "2026-10-23T12:00", ["10-24T01:00", "10-25T02:00", "10-26T02:00"]),
    ],
)
def test_one_letter_a_day_also_when_the_clock_changes(
    shop: Workspace, box: Mailbox, clock: MovedClock, hour: int, begin: str, moments: list[str]
) -> None:
    """Who looks every half hour for three days sends three letters, at the hours of the clock."""
    clock.to(begin)
    subscribe(shop, hour=hour)
    start, sent = clock.ms, []
    for half_hours in range(2 * 24 * 3 - 6):
        clock.ms = start + half_hours * 30 * 60_000
        sent += [clock.ms for state in states(shop) if state == SENT]
    assert sent == [ms(f"2026-{each}") for each in moments]
    assert len(box.letters) == len(moments)


def test_what_was_missed_is_sent_once_of_the_latest_days(
    shop: Workspace, box: Mailbox, clock: MovedClock
) -> None:
    subscribe(shop)
    clock.to("2026-01-09T18:00")
    assert states(shop) == [SENT]
    assert states(shop) == []
    assert ["Jan 8, 2026" in each["Subject"] for each in box.letters] == [True]


@pytest.mark.parametrize(
    ("cadence", "moment", "span"),
    [
        ("weekly", "2026-01-12T06:00", "Jan 5, 2026 – Jan 11, 2026"),
        ("monthly", "2026-02-01T06:00", "Jan 1, 2026 – Jan 31, 2026"),
    ],
)
def test_weeks_and_months_are_whole(
    shop: Workspace, box: Mailbox, clock: MovedClock, cadence: str, moment: str, span: str
) -> None:
    subscribe(shop, cadence)
    clock.ms = ms(moment) - 1000
    assert states(shop) == []
    clock.to(moment)
    assert states(shop) == [SENT]
    assert span in box.letters[0]["Subject"]
    assert "Orders 1" in box.letters[0]["Subject"]


def test_another_hour_does_not_send_a_day_twice(
    shop: Workspace, box: Mailbox, clock: MovedClock
) -> None:
    subscribe(shop)
    clock.to("2026-01-06T06:30")
    assert states(shop) == [SENT]
    subscribe(shop, hour=8)
    clock.to("2026-01-06T09:00")
    assert states(shop) == []
    clock.to("2026-01-07T07:00")
    assert states(shop) == [SENT]
    assert len(box.letters) == 2


def test_who_leaves_gets_nothing_and_who_comes_back_nothing_of_before(
    shop: Workspace, box: Mailbox, clock: MovedClock
) -> None:
    store, found = shop.control.subscriptions, subscribe(shop)
    assert store.end(found.token, clock.ms) == found
    assert store.end(found.token, clock.ms) is None
    clock.to("2026-01-08T12:00")
    assert states(shop) == []
    assert subscribe(shop).id == found.id
    assert states(shop) == []
    clock.to("2026-01-09T06:00")
    assert states(shop) == [SENT]
    assert len(box.letters) == 1


def test_a_server_that_is_busy_is_asked_again_later(
    shop: Workspace, box: Mailbox, clock: MovedClock
) -> None:
    subscribe(shop)
    box.at_recipient = lambda _: "450 come back later"
    clock.to("2026-01-06T06:00")
    (failed,) = Round(shop).run()
    assert (failed.delivery.state, failed.delivery.tries) == (WAITING, 1)
    assert "450 come back later" in failed.delivery.error
    assert states(shop) == []  # not before the minute is over
    clock.to("2026-01-06T06:01")
    assert states(shop) == [WAITING]
    box.at_recipient = lambda _: "250 fine"
    clock.to("2026-01-06T06:02")
    assert states(shop) == []  # now it is five
    clock.to("2026-01-06T06:06")
    assert states(shop) == [SENT]
    assert len(box.letters) == 1


def test_who_is_refused_does_not_keep_others_waiting(
    shop: Workspace, box: Mailbox, clock: MovedClock
) -> None:
    for address in (ANA, "nobody@shop.example", "zoe@shop.example"):
        subscribe(shop, address=address)
    box.at_recipient = lambda who: "550 nobody here" if who.startswith("nobody") else "250 fine"
    clock.to("2026-01-06T06:00")
    assert states(shop) == [SENT, REFUSED, SENT]
    clock.to("2026-01-06T20:00")
    assert states(shop) == []
    clock.to("2026-01-07T06:00")
    assert states(shop) == [SENT, REFUSED, SENT]


def test_a_whole_letter_that_is_refused_is_tried_again_as_the_same_letter(
    shop: Workspace, box: Mailbox, clock: MovedClock
) -> None:
    found = subscribe(shop)
    box.at_end = lambda: "451 try again"
    clock.to("2026-01-06T06:00")
    assert states(shop) == [WAITING]
    letter = shop.control.subscriptions.latest(found)
    assert letter is not None
    box.at_end = lambda: TAKEN
    clock.to("2026-01-06T06:01")
    assert states(shop) == [SENT]
    assert [each["Message-ID"] for each in box.letters] == [letter.message_id]


def test_without_a_server_it_waits_and_says_so(
    shop: Workspace, box: Mailbox, clock: MovedClock
) -> None:
    path = shop.folder / "footfall.toml"
    text = path.read_text("utf-8")
    path.write_text(text.partition("\n[mail]\n")[0], "utf-8")
    clock.to("2026-01-05T12:00")
    with Workspace(shop.folder, clock) as bare:
        subscribe(bare)
        clock.to("2026-01-06T06:00")
        (failed,) = Round(bare).run()
        assert (failed.delivery.state, failed.delivery.error) == (WAITING, NO_SERVER)
    path.write_text(text, "utf-8")
    clock.to("2026-01-06T06:01")
    assert states(shop) == [SENT]
    assert len(box.letters) == 1


@pytest.mark.parametrize(
    ("left", "becomes", "letters"), [(HANDING, DOUBTFUL, 0), ("begun", SENT, 1)]
)
def test_the_record_decides_what_becomes_of_a_letter_that_was_under_way(
    shop: Workspace, box: Mailbox, clock: MovedClock, left: str, becomes: str, letters: int
) -> None:
    """A process that is gone left it: before its last byte it is sent again, after that never."""
    store, found = shop.control.subscriptions, subscribe(shop)
    clock.to("2026-01-06T06:00")
    begun = store.begin(found, "2026-01-06", "<first@shop.example>", clock.ms)
    assert begun is not None
    store.note(begun, left, clock.ms)
    Round(shop).run()
    latest = store.latest(found)
    assert latest is not None
    assert latest.state == becomes
    assert [each["Message-ID"] for each in box.letters] == ["<first@shop.example>"] * letters
    clock.to("2026-01-06T20:00")
    assert states(shop) == []


def test_two_processes_do_not_send_at_once(
    shop: Workspace, box: Mailbox, clock: MovedClock
) -> None:
    subscribe(shop)
    clock.to("2026-01-06T06:00")
    with (shop.data / LOCK).open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert states(shop) == []
    assert states(shop) == [SENT]
    assert len(box.letters) == 1


def test_an_experience_has_its_own_report(shop: Workspace, box: Mailbox, clock: MovedClock) -> None:
    shop.control.subscriptions.add("shop", "x-club", ANA, "daily", 7, clock.ms)
    subscribe(shop)
    clock.to("2026-01-06T06:00")
    assert states(shop) == [SENT, SENT]
    assert sum("x-club" in each["Subject"] for each in box.letters) == 1


def test_a_site_that_is_gone_is_left_alone(shop: Workspace, clock: MovedClock) -> None:
    shop.control.subscriptions.add("closed", "", ANA, "daily", 7, clock.ms)
    clock.to("2026-01-06T06:00")
    assert states(shop) == []
