"""`footfall report`: the numbers of some days as one file, on the screen, or as a letter."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from footfall import workspace
from footfall.doors.cli.options import Command
from footfall.doors.cli.progress import telling
from footfall.doors.cli.screen import note, show, width
from footfall.doors.mail.period import USUAL, asked_period
from footfall.errors import FootfallError, RequestError, unknown
from footfall.report.table import paragraph

if TYPE_CHECKING:
    from footfall.doors.mail.digest import Wish
    from footfall.settings import Site
    from footfall.workspace import Workspace

ACTIONS = ("send",)


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("action", metavar="send", nargs="?", help="as a letter, instead of as a file")
    add(
        "--period",
        metavar="DAYS",
        default=USUAL,
        help="yesterday (default), last7, last30, or 2026-01-01..2026-01-31",
    )
    add("--experience", metavar="ID", default="", help="of this chat experience only")
    add("--out", metavar="FILE.html", help="one file that needs nothing else; without it as text")
    add(
        "--to",
        metavar="ADDRESS",
        action="append",
        default=[],
        help="send: to this address, now; without it what subscribers are still to get",
    )


def _run(args: Namespace) -> int:
    if args.action is not None and args.action not in ACTIONS:
        raise RequestError(unknown("action", args.action, ACTIONS))
    _check(args)
    with workspace.open(args.workspace) as found:
        if args.action == "send" and not args.to:
            return _send_due(found, args.site)
        site = found.site(args.site)
        wish = _wish(found, site, args)
        return _send(found, wish, args.to) if args.action else _make(found, wish, args.out)


def _check(args: Namespace) -> None:
    """Refuses words that do not go together."""
    if args.action and args.out:
        raise RequestError("--out writes a file; leave send out, or --out")
    if args.to and not args.action:
        raise RequestError("--to is for letters; write footfall report send --to ADDRESS")
    if args.action and not args.to and (args.period != USUAL or args.experience):
        raise RequestError(
            "subscribers get the days and the experience that they subscribed to; --period and "
            "--experience go with --to"
        )


def _wish(found: Workspace, site: Site, args: Namespace) -> Wish:
    from footfall.doors.mail.digest import Wish  # noqa: PLC0415 - brings the pages with it
    from footfall.localtime import local_day  # noqa: PLC0415

    today = local_day(found.clock.now_ms() * 1000, site.timezone)
    return Wish(site.id, asked_period(args.period, today), args.experience)


def _make(found: Workspace, wish: Wish, out: str | None) -> int:
    from footfall.doors.mail.digest import digest_of  # noqa: PLC0415
    from footfall.doors.mail.page import report_page  # noqa: PLC0415
    from footfall.doors.mail.plain import plain_lines  # noqa: PLC0415

    with telling("computing the report"):
        digest = digest_of(found, wish, is_page=out is not None)
    if out is None:
        show(
            folded
            for line in plain_lines(digest)
            for folded in ([line] if len(line) <= width() else _folded(line))
        )
        return 0
    Path(out).write_text(report_page(digest), "utf-8")
    show([f"{out}: {digest.title}, {digest.span}"])
    for each in digest.notes:
        note(f"note: {each}")
    return 0


def _folded(line: str) -> list[str]:
    """A long line in several, as far to the right as it begins."""
    indent = " " * (len(line) - len(line.lstrip()))
    return paragraph(line.lstrip(), width(), indent)


def _send(found: Workspace, wish: Wish, told: list[str]) -> int:
    """The letter to some addresses; all of them are looked at before the first one is sent."""
    from footfall.doors.mail.digest import digest_of  # noqa: PLC0415
    from footfall.doors.mail.letter import Envelope, Links, letter_of  # noqa: PLC0415
    from footfall.doors.mail.post import Post  # noqa: PLC0415
    from footfall.doors.mail.rounds import NO_SERVER, USUAL_URL, new_message_id  # noqa: PLC0415

    addresses = list(dict.fromkeys(_address(each) for each in told))
    mail = found.settings.mail
    if mail is None:
        raise RequestError(NO_SERVER)
    post = Post.of(mail, found.folder)
    with telling("computing the report"):
        digest = digest_of(found, wish)
    links = Links.of(mail.url or USUAL_URL, wish)
    for address in addresses:
        envelope = Envelope(mail, address, new_message_id(mail), found.clock.now_ms())
        with telling(f"sending to {address}"):
            post.hand_over(letter_of(digest, envelope, links), address)
        show([f"sent to {address}: {digest.title}, {digest.span}"])
    return 0


def _send_due(found: Workspace, site: str | None) -> int:
    """What subscribers are still to get."""
    from footfall.doors.mail.rounds import Round  # noqa: PLC0415
    from footfall.log.subscriptions import SENT  # noqa: PLC0415

    if site is not None:
        found.site(site)
    if not found.control.subscriptions.listed(site):
        show(["Nobody has subscribed: see the bell in the dashboard, or send --to ADDRESS."])
        return 0
    with telling("sending what is due"):
        outcomes = Round(found, site=site).run()
    if not outcomes:
        show(["Nothing is due that was not sent."])
    failed = [each for each in outcomes if each.delivery.state != SENT]
    for each in outcomes:
        of, letter = each.subscription, each.delivery
        show([f"{letter.state} to {of.address}: {of.cadence} report of {of.site}, {letter.day}"])
    if failed:
        told = [f"{each.subscription.address}: {each.delivery.error}" for each in failed]
        raise FootfallError("\n".join(told))
    return 0


def _address(told: str) -> str:
    from footfall.settings import recipient  # noqa: PLC0415

    try:
        return recipient(told)
    except RequestError as error:
        raise RequestError(f"--to: {error}") from error


COMMAND = Command(
    "report",
    "Makes the report of a site's days: one HTML file, text on the screen, or a letter.",
    _options,
    _run,
    "  footfall report\n"
    "  footfall report --period last7 --out report.html\n"
    "  footfall report --period 2026-01-01..2026-01-31 --experience x-club --out club.html\n"
    "  footfall report send --to ana@shop.example --period last30\n"
    "  footfall report send",
)
