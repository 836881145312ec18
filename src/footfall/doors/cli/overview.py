"""What `footfall` says of itself: its commands, and its version."""

from __future__ import annotations

from footfall.version import installed_version

OVERVIEW = """\
Footfall turns the events of a store into its KPIs.

usage: footfall [-w DIR] [--site ID] COMMAND …

  begin
    demo               a realistic store: makes its events, imports them, shows its KPIs
    init [DIR]         a new workspace with commented settings
    import FILE…       files, folders, patterns, or - for standard input

  ask
    kpis [ID…]         the numbers: --from --to --by --every --where --format
    explain ID         what a number is made of, what not, and why
    funnel [NAME]      who takes the steps one after the other: --steps --window --scope --order
    retention          who comes, and buys, again: --every week|month
    leaks [NAME]       where people fall out of a funnel, and what that costs
    paths              the ways to a conversion: channels, and types of pages
    pages              seen most, begun on, ended on: --kind top|landing|exit
    clickmap PAGE      what is clicked on a page, and where
    catalogue [ID]     what each KPI means
    drilldown ID       inside a chat experience: its modules, from cold to hot
    experiment calc    is it better, or luck: from summary data of any experiment
    quality            what of the data could not be taken at its word
    report             the numbers of some days as one file, or as an e-mail: report send
    serve              the dashboard and the API, on this machine

  care
    quarantine list    the rows that were refused, and why
    quarantine replay  takes them again, after something was put right
    rebuild            computes everything anew from the log

footfall COMMAND --help tells what a command can do.
A workspace is one folder; -w names it, else $FOOTFALL_WORKSPACE, else the nearest one above.
"""


def overview(asked: list[str]) -> str:
    """The commands, or the version where that was asked for."""
    return f"footfall {installed_version()}\n" if asked in (["--version"], ["-V"]) else OVERVIEW
