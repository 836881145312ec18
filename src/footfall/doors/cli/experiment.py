"""`footfall experiment`: what was tried, what came of it, and how long the next one has to run."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from footfall import workspace
from footfall.doors.cli.options import Command
from footfall.doors.cli.screen import show, style, width
from footfall.errors import RequestError, unknown

FORMATS = ("table", "json", "html")


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("action", metavar="list|report|plan|calc", help="what is wanted; see the examples")
    add("subject", metavar="NAME", nargs="?", help="the experiment; of calc the file (- reads it)")
    add("--format", metavar="FORMAT", default="table", help=f"one of {', '.join(FORMATS)}")
    add("--out", metavar="FILE", help="write json or html into a file")
    plan = parser.add_argument_group("options of plan")
    plan.add_argument("--kpi", metavar="ID", help="the primary KPI")
    plan.add_argument("--mde", metavar="SHARE", help="the smallest effect of use, such as 5%%")
    plan.add_argument("--allocation", metavar="N,N", help="the variants' shares (default 50,50)")
    plan.add_argument("--power", metavar="SHARE", help="chance to find the effect (default 0.8)")
    plan.add_argument("--alpha", metavar="SHARE", help="two-sided error (default 0.05)")
    plan.add_argument("--guardrails", metavar="N", help="how many have to hold too (default 0)")
    plan.add_argument("--looks", metavar="N", help="how often is looked (default: each day)")
    plan.add_argument("--traffic", metavar="SHARE", help="share of the people (default 1)")
    plan.add_argument("--page", metavar="PATH", help="only people who see a page; * is anything")
    plan.add_argument("--from", dest="start", metavar="DAY", help="first day of the history")
    plan.add_argument(
        "--to", dest="end", metavar="DAY", help="last day (default: the last 4 weeks)"
    )


def _run(args: Namespace) -> int:
    if args.action not in ACTIONS:
        raise RequestError(unknown("action", args.action, ACTIONS))
    if args.format not in FORMATS:
        raise RequestError(unknown("--format", args.format, FORMATS))
    return ACTIONS[args.action](args)


def _report(args: Namespace) -> int:
    """What came of an experiment."""
    _needs_subject(args, "report NAME")
    with workspace.open(args.workspace) as opened:
        found = opened.experiment(args.subject, site=args.site)
        site = opened.site(found.site)
    if args.format == "json":
        from footfall.report.data import any_json  # noqa: PLC0415

        return _write(any_json(found.to_json()), args.out)
    if args.format == "html":
        from footfall.doors.web.experiments import experiment_file  # noqa: PLC0415

        return _write(experiment_file(found, site), args.out)
    from footfall.report.experiment import story  # noqa: PLC0415
    from footfall.report.experiment_table import report  # noqa: PLC0415
    from footfall.report.writing import Plain  # noqa: PLC0415

    show(report(story(found, Plain(site.currency)), site.name, width(), style()))
    return 0


def _list(args: Namespace) -> int:
    """Which experiments there are."""
    if args.format == "html":
        raise RequestError("--format html: a list is table or json; html is for `report NAME`")
    with workspace.open(args.workspace) as opened:
        site = opened.site(args.site)
        found = opened.experiments(site=site.id)
    if args.format == "json":
        from footfall.report.data import any_json  # noqa: PLC0415

        return _write(any_json(found.to_json()), args.out)
    from footfall.report.experiment_plan import list_report  # noqa: PLC0415

    show(list_report(found, site.name, width(), style()))
    return 2 if found.faults else 0


def _plan(args: Namespace) -> int:
    """How long an experiment has to run."""
    if not args.kpi or not args.mde:
        raise RequestError(
            "a plan needs a KPI and an effect: footfall experiment plan --kpi "
            "visitor_conversion_rate --mde 5%"
        )
    if args.format == "html":
        raise RequestError("--format html: a plan is table or json")
    from footfall.experiment.planning import read_plan  # noqa: PLC0415

    told = {
        "kpi": args.kpi, "minimum_effect": args.mde, "alpha": args.alpha, "power": args.power,
        "traffic": args.traffic, "variants": args.allocation, "page": args.page,
        "guardrails": _whole(args.guardrails, "--guardrails"),
        "looks": _whole(args.looks, "--looks"), "start": args.start, "end": args.end,
    }  # fmt: skip
    words = read_plan({key: value for key, value in told.items() if value is not None})
    with workspace.open(args.workspace) as opened:
        site = opened.site(args.site)
        found = opened.plan_experiment(**words, site=site.id)
    if args.format == "json":
        from footfall.report.data import any_json  # noqa: PLC0415

        return _write(any_json(found.to_json()), args.out)
    from footfall.report.experiment_plan import plan_report  # noqa: PLC0415

    show(plan_report(found, site.name, width(), style()))
    return 0


def _calc(args: Namespace) -> int:
    """The outputs of a case, or of a list of cases, as JSON."""
    if not args.subject:
        raise RequestError("name the file with the case: footfall experiment calc CASE.json")
    from footfall.calculator.calculate import calculate  # noqa: PLC0415 - scipy is slow to import
    from footfall.report.data import any_json  # noqa: PLC0415

    name = "standard input" if args.subject == "-" else args.subject
    sys.stdout.write(any_json(calculate(_text(args.subject, name), name)))
    return 0


def _text(subject: str, name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if subject == "-" else Path(subject).read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise RequestError(f"{name}: is not UTF-8 text; save the file as UTF-8") from fault
    except (FileNotFoundError, IsADirectoryError) as fault:
        raise RequestError(f"{name}: there is no such file; name one with a case") from fault


def _needs_subject(args: Namespace, usage: str) -> None:
    if not args.subject:
        raise RequestError(f"name the experiment: footfall experiment {usage}")


def _write(text: str, out: str | None) -> int:
    if out:
        Path(out).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _whole(told: str | None, option: str) -> int | None:
    if told is None:
        return None
    if not told.isdecimal():
        raise RequestError(f"{option} {told!r} is no whole number; write such as 3")
    return int(told)


ACTIONS: dict[str, Callable[[Namespace], int]] = {
    "list": _list,
    "report": _report,
    "plan": _plan,
    "calc": _calc,
}

COMMAND = Command(
    "experiment",
    "Says what came of experiments, and how long the next one has to run.",
    _options,
    _run,
    "  footfall experiment list\n"
    "  footfall experiment report product-gallery\n"
    "  footfall experiment report product-gallery --format html --out gallery.html\n"
    "  footfall experiment plan --kpi visitor_conversion_rate --mde 5% --guardrails 2\n"
    "  footfall experiment calc case.json",
)
