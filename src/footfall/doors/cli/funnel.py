"""`footfall funnel`: how many take the steps one after the other."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from footfall.doors.cli.behaviour import add_question, question, tell
from footfall.doors.cli.options import Command


def add_funnel(parser: ArgumentParser) -> None:
    """The options that say which funnel is meant, and how it is counted."""
    add = parser.add_argument
    add("name", metavar="NAME", nargs="?", help="a funnel of the workspace: funnels/NAME.toml")
    add("--steps", metavar="STEP,STEP", help="events, with conditions in [KEY=VALUE,…] if needed")
    add("--scope", metavar="WHOSE", help="person (default) or session")
    add("--window", metavar="TIME", help="from step 1, such as 7d (persons) or 30min (sessions)")
    add("--order", metavar="ORDER", help="any-later (default), or strict: nothing else in between")


def funnel_words(args: Namespace) -> dict[str, str | None]:
    """The funnel that is meant, as the workspace's reports take it."""
    return {
        "name": args.name,
        "steps": args.steps or "",
        "scope": args.scope,
        "window": args.window,
        "order": args.order,
    }


def _options(parser: ArgumentParser) -> None:
    add_funnel(parser)
    add_question(parser)


def _run(args: Namespace) -> int:
    from footfall.report.funnel import report  # noqa: PLC0415

    asked = question(args) | funnel_words(args)
    return tell(args, lambda opened, site: opened.funnel(**asked, site=site), report)


COMMAND = Command(
    "funnel",
    "Counts who takes the steps of a funnel one after the other; an order is a purchase.",
    _options,
    _run,
    "  footfall funnel --steps page_view,add_to_cart,begin_checkout,purchase\n"
    "  footfall funnel --steps 'view_item[category=Shoes],purchase' --window 30d --by device\n"
    "  footfall funnel checkout --scope session --order strict --from 2026-01-01",
)
