"""The worker of `footfall serve`: nothing that goes wrong in a round ends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from footfall.doors.mail import rounds
from footfall.doors.mail.digest import Digest, Wish, digest_of
from footfall.doors.mail.worker import Worker, sending
from footfall.holding import Held, holding
from footfall.log.subscriptions import SENT
from footfall.workspace import Workspace
from support.mailbox import Mailbox, write_settings
from support.moment import MovedClock
from support.process import Footfall


@pytest.fixture
def held(footfall: Footfall, box: Mailbox, clock: MovedClock) -> Iterator[Held]:
    """The shop as `footfall serve` holds it, with two reports that are due."""
    write_settings(footfall.workspace, box)
    with holding(footfall.workspace, "http://127.0.0.1:8123/") as found:
        found.clock = clock
        with found.view() as shop:
            for experience in ("", "x-club"):
                words = ("shop", experience, "ana@shop.example", "daily", 7)
                shop.control.subscriptions.add(*words, clock.ms)
        clock.to("2026-01-06T06:00")
        yield found


def sent(worker: Worker) -> int:
    return [each.delivery.state for each in worker.turn()].count(SENT)


def test_it_sends_what_is_due_with_links_to_itself(held: Held, box: Mailbox) -> None:
    assert sent(Worker(held)) == 2
    text = box.letters[0].get_body(("plain",))
    assert text is not None
    assert "http://127.0.0.1:8123/s/shop?from=2026-01-05&to=2026-01-05" in text.get_content()


def test_its_thread_works_until_the_block_ends(held: Held, box: Mailbox) -> None:
    with sending(held):
        pass
    assert len(box.letters) == 2


def test_wrong_settings_are_said_once_and_can_be_put_right(
    held: Held, capsys: pytest.CaptureFixture[str]
) -> None:
    path, worker = held.folder / "footfall.toml", Worker(held)
    text = path.read_text("utf-8")
    path.write_text(text.replace('host = "127', 'hots = "127'), "utf-8")
    assert (sent(worker), sent(worker)) == (0, 0)
    said = capsys.readouterr().err
    assert said.count("did you mean 'host'?") == 1
    path.write_text(text, "utf-8")
    assert sent(worker) == 2


def test_what_nobody_foresaw_holds_up_one_letter_only(
    held: Held,
    box: Mailbox,
    clock: MovedClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(workspace: Workspace, wish: Wish) -> Digest:
        if not wish.experience:
            raise ZeroDivisionError
        return digest_of(workspace, wish)

    monkeypatch.setattr(rounds, "digest_of", broken)
    worker = Worker(held)
    assert [sent(worker) for _ in range(3)] == [0, 1, 0]
    clock.to("2026-01-06T06:01")
    assert sent(worker) == 0
    assert capsys.readouterr().err.count("ZeroDivisionError") == 1
    assert len(list(held.errors.iterdir())) == 1
    monkeypatch.undo()
    clock.to("2026-01-06T06:10")
    assert sent(worker) == 1
    assert len(box.letters) == 2
