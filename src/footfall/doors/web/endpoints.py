"""The questions that can be asked over HTTP: each is a method of the workspace, with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from footfall.doors.web.params import Given, Parameter
from footfall.experiment.planning import read_plan
from footfall.localtime import EVERY
from footfall.query.compare import ALIGNED, COMPARED
from footfall.report.catalogue import catalogue_json
from footfall.report.data import any_json, kpis_json
from footfall.report.findings import findings_json
from footfall.workspace import Workspace

ROOT = "/api/v1"
Words = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A question: its address, what it means, its parameters, who answers, and as which text."""

    name: str
    about: str
    parameters: tuple[Parameter, ...]
    ask: Callable[[Workspace, Words], Any]
    text: Callable[[Any], str]

    @property
    def path(self) -> str:
        """Its whole address."""
        return f"{ROOT}/{self.name}"

    def answer(self, workspace: Workspace, given: Given) -> str:
        """The answer as JSON text. What is not given is as the method has it."""
        return self.text(self.ask(workspace, given.words(self.parameters)))


SITE = Parameter("site", "The site; it may be left out where the workspace has one.")
PERIOD = (
    Parameter("from", "The first day, in the site's time zone.", word="start"),
    Parameter("to", "The last day, included; without both, all time.", word="end"),
)
BY = Parameter("by", "Cut by these dimensions, with commas between them.")
WHERE = Parameter(
    "where",
    "Only these: `DIM=VALUE`; the same dimension again means or, another one and; `DIM=` is "
    "without a value.",
    kind="where",
    repeatable=True,
)
SEGMENT = Parameter("segment", "Only a named segment of the workspace.")
QUESTION = (SITE, *PERIOD, BY, WHERE, SEGMENT)
EVERY_LENGTH = Parameter("every", "In buckets of this length.", values=tuple(EVERY))
KPIS = Parameter(
    "kpi", "The KPIs; without any, all that have the dimensions.", repeatable=True, word="ids"
)
LIMIT = Parameter("limit", "So many at most.", kind="number")
FUNNEL = (
    Parameter("name", "A funnel of the workspace."),
    Parameter("steps", "Or its steps: events with commas between them."),
    Parameter("scope", "Whose steps they are.", values=("person", "session")),
    Parameter("window", "The time from step 1, such as 7d."),
    Parameter("order", "What may be in between.", values=("any-later", "strict")),
)

ENDPOINTS = (
    Endpoint(
        "kpis",
        "The KPIs of a period.",
        (
            *QUESTION, KPIS, EVERY_LENGTH,
            Parameter("compare", "With the days before, or those a year before.", values=COMPARED),
            Parameter("align", "Compare by days, or so that weekdays meet.", values=ALIGNED),
            Parameter("cumulate", "Each bucket from the first day to its own end.", kind="flag"),
        ),
        lambda workspace, words: workspace.kpis(**words),
        kpis_json,
    ),
    Endpoint(
        "explain",
        "The things that a KPI counts and those that it does not, each with its reason.",
        (
            SITE, *PERIOD, WHERE, SEGMENT, LIMIT,
            Parameter("kpi", "The KPI.", is_required=True),
        ),
        lambda workspace, words: workspace.explain(**words),
        lambda found: any_json(found.to_json()),
    ),
    Endpoint(
        "catalogue",
        "What each KPI means.",
        (SITE,),
        lambda workspace, words: workspace.catalogue(workspace.site(words.get("site"))),
        lambda found: any_json(catalogue_json(found)),
    ),
    Endpoint(
        "funnel",
        "How many take the steps one after the other.",
        (*QUESTION, *FUNNEL),
        lambda workspace, words: workspace.funnel(**words),
        findings_json,
    ),
    Endpoint(
        "leaks",
        "Where money is lost on the way.",
        (
            *QUESTION, *FUNNEL,
            Parameter("against", "The best segment, the previous period, or a benchmark."),
        ),
        lambda workspace, words: workspace.leaks(**words),
        findings_json,
    ),
    Endpoint(
        "retention",
        "Who comes and buys again.",
        (*QUESTION, Parameter("every", "The cohorts' length.", values=("week", "month"))),
        lambda workspace, words: workspace.retention(**words),
        findings_json,
    ),
    Endpoint(
        "paths",
        "The ways to a conversion.",
        (
            *QUESTION, LIMIT,
            Parameter("kind", "What they are made of.", values=("channels", "page_types")),
            Parameter("window", "Visits up to so long before, such as 30d."),
        ),
        lambda workspace, words: workspace.paths(**words),
        findings_json,
    ),
    Endpoint(
        "pages",
        "The pages that are seen most, on which visits begin, or end.",
        (*QUESTION, LIMIT, Parameter("kind", "Which ones.", values=("top", "landing", "exit"))),
        lambda workspace, words: workspace.pages(**words),
        findings_json,
    ),
    Endpoint(
        "clickmap",
        "What is clicked on a page.",
        (*QUESTION, LIMIT, Parameter("page", "The page's path; * is anything.", is_required=True)),
        lambda workspace, words: workspace.clickmap(**words),
        findings_json,
    ),
    Endpoint(
        "team",
        "How the agents do, and what became of requests.",
        (SITE, *PERIOD, WHERE, EVERY_LENGTH),
        lambda workspace, words: workspace.team(**words),
        lambda found: any_json(found.to_json()),
    ),
    Endpoint(
        "drilldown",
        "The modules of a chat experience in order.",
        (
            SITE, *PERIOD, WHERE, SEGMENT,
            Parameter("experience", "The chat experience.", is_required=True),
            Parameter("answers", "With what was typed: by whom, or `all`."),
        ),
        lambda workspace, words: workspace.drilldown(**words),
        lambda found: any_json(found.to_json()),
    ),
    Endpoint(
        "experiments",
        "The experiments, each with its decision, and what is wrong with designs.",
        (SITE,),
        lambda workspace, words: workspace.experiments(**words),
        lambda found: any_json(found.to_json()),
    ),
    Endpoint(
        "experiment",
        "What came of an experiment: the decision, why, and every number.",
        (SITE, Parameter("name", "The experiment: its design's file name.", is_required=True)),
        lambda workspace, words: workspace.experiment(**words),
        lambda found: any_json(found.to_json()),
    ),
    Endpoint(
        "experiment-plan",
        "How many people and weeks it takes to find an effect.",
        (
            SITE, *PERIOD,
            Parameter("kpi", "The KPI.", is_required=True),
            Parameter(
                "mde", "The smallest effect of use: 0.05 or 5%.", is_required=True,
                word="minimum_effect",
            ),
            Parameter("power", "The chance to find it: 0.8."),
            Parameter("alpha", "The two-sided error: 0.05."),
            Parameter("traffic", "The share of the people who take part: 1."),
            Parameter("allocation", "The variants' shares: 50,50.", word="variants"),
            Parameter("guardrails", "How many guardrails have to hold too.", kind="number"),
            Parameter("looks", "How often is looked; each day, if not said.", kind="number"),
            Parameter("page", "Only people who see a page; * is anything."),
        ),
        lambda workspace, words: workspace.plan_experiment(**read_plan(words)),
        lambda found: any_json(found.to_json()),
    ),
    Endpoint(
        "quality",
        "What of the data could not be taken at its word.",
        (SITE,),
        lambda workspace, words: workspace.quality(**words),
        lambda found: any_json(found.to_json()),
    ),
)  # fmt: skip
