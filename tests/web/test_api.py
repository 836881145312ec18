"""The API: the command's own answers, and problems that name what is wrong."""

from __future__ import annotations

import pytest

import footfall
from footfall.doors.web.endpoints import ENDPOINTS
from support.process import Footfall
from support.served import Served

KPIS = "/api/v1/kpis"
WORDS = (
    ("", ()),
    ("?from=2026-03-28&to=2026-03-29", ("--from", "2026-03-28", "--to", "2026-03-29")),
    ("?every=day&kpi=orders&kpi=revenue", ("orders", "revenue", "--every", "day")),
    ("?by=device,channel&where=device=mobile&where=device=tablet",
     ("--by", "device,channel", "--where", "device=mobile", "--where", "device=tablet")),
    ("?kpi=visitors&every=day&cumulate=true", ("visitors", "--every", "day", "--cumulate")),
    ("?from=2026-03-30&to=2026-03-31&compare=previous",
     ("--from", "2026-03-30", "--to", "2026-03-31", "--compare", "previous")),
    ("?kpi=revenue&by=campaign&where=campaign=",
     ("revenue", "--by", "campaign", "--where", "campaign=")),
)  # fmt: skip


@pytest.mark.parametrize(("query", "words"), WORDS, ids=[query or "all" for query, _ in WORDS])
def test_the_api_answers_what_the_command_answers(
    served: Served, query: str, words: tuple[str, ...]
) -> None:
    got = served.get(KPIS + query)
    assert (got.status, got.headers["content-type"]) == (200, "application/json")
    ran = served.footfall("kpis", *words, "--format", "json")
    assert ran.code == 0, ran.err
    assert got.body == ran.out
    assert got.told["rows"]


def test_python_answers_the_same_while_it_is_served(served: Served) -> None:
    with footfall.open(served.footfall.workspace) as shop:
        answer = shop.kpis(by="device", every="day")
    assert answer.to_json() == served.get(f"{KPIS}?by=device&every=day").told
    assert answer.to_arrow().num_rows == len(answer.rows)


FUNNEL = "page_view,add_to_cart,purchase"
OTHERS = {
    "catalogue": ("", ()),
    "quality": ("", ()),
    "team": ("?every=day", ("--every", "day")),
    "drilldown": ("?experience=x-club", ("x-club",)),
    "explain": ("?kpi=aov&limit=3", ("aov", "--limit", "3")),
    "funnel": (f"?steps={FUNNEL}&by=device", ("--steps", FUNNEL, "--by", "device")),
    "leaks": (f"?steps={FUNNEL}", ("--steps", FUNNEL)),
    "retention": ("?every=week", ("--every", "week")),
    "paths": ("?kind=channels&limit=5", ("--kind", "channels", "--limit", "5")),
    "pages": ("?kind=landing", ("--kind", "landing")),
    "clickmap": ("?page=/*", ("/*",)),
    "experiments": ("", ()),
    "experiment": ("?name=product-gallery", ("report", "product-gallery")),
    "experiment-plan": (
        "?kpi=rpv&mde=50%25&allocation=1,1&looks=4",
        ("--kpi", "rpv", "--mde", "50%", "--allocation", "1,1", "--looks", "4"),
    ),
}
COMMANDS = {"experiments": ("experiment", "list"), "experiment-plan": ("experiment", "plan")}
"""Questions whose commands are called otherwise."""


@pytest.mark.parametrize("name", OTHERS)
def test_other_questions_are_answered_like_their_commands(served: Served, name: str) -> None:
    query, words = OTHERS[name]
    ran = served.footfall(*COMMANDS.get(name, (name,)), *words, "--format", "json")
    assert ran.code == 0, ran.err
    assert served.get(f"/api/v1/{name}{query}").body == ran.out


def test_every_question_is_tried() -> None:
    assert {each.name for each in ENDPOINTS} == {"kpis", *OTHERS}


def test_what_is_required_is_asked_for(served: Served) -> None:
    got = served.get("/api/v1/clickmap")
    assert (got.status, got.told["detail"][:15]) == (400, "page is missing")


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("?evry=day", "did you mean 'every'?"),
        ("?from=2026-03-01&from=2026-03-02", "from is there 2 times"),
        ("?site=shop", "'shop'"),
        ("?kpi=reveneu", "did you mean 'revenue'?"),
        ("?by=devise", "did you mean 'device'?"),
        ("?every=fortnight", "every"),
        ("?from=tomorrow", "from 'tomorrow' is no date"),
        ("?from=2026-03-02&to=2026-03-01", "ends"),
        ("?where=device", "write DIM=VALUE"),
        ("?cumulate=perhaps&every=day", "cumulate=perhaps"),
        ("?kpi=aov&by=page", "aov has no dimension 'page'"),
        ("?segment=nobody", "nobody"),
    ],
)
def test_a_wrong_parameter_is_a_problem_that_names_it(
    served: Served, query: str, word: str
) -> None:
    got = served.get(KPIS + query)
    assert (got.status, got.headers["content-type"]) == (400, "application/problem+json")
    assert (got.told["status"], got.told["code"]) == (400, "invalid_parameter")
    assert word in got.told["detail"]
    assert "--" not in got.told["detail"]


def test_what_is_not_there_is_a_problem_too(served: Served) -> None:
    got = served.get("/api/v1/kpiss")
    assert (got.status, got.headers["content-type"]) == (404, "application/problem+json")
    assert got.told["code"] == "not_found"


def test_the_api_describes_itself(served: Served) -> None:
    told = served.get("/api/v1/openapi.json").told
    assert told["openapi"].startswith("3.1")
    for path, methods in told["paths"].items():
        got = served.get(path)
        needs = _needs(methods["get"]) or path.endswith("funnel")  # a name, or steps
        assert got.status == (400 if needs else 200), path
    names = [each["name"] for each in told["paths"][KPIS]["get"]["parameters"]]
    wanted = "site kpi from to by every where segment compare cumulate".split()
    assert set(wanted) <= set(names)


def _needs(operation: dict[str, list[dict[str, object]]]) -> bool:
    return any(each.get("required") for each in operation["parameters"])


def test_it_is_alive_and_ready(served: Served) -> None:
    for path in ("/healthz", "/readyz"):
        got = served.get(path)
        assert (got.status, got.told) == (200, {"status": "ok", "collector": "ok", "facts": "ok"})


def test_only_names_of_this_machine_are_answered(served: Served) -> None:
    got = served.get("/api/v1/catalogue", Host="shop.example")
    assert (got.status, got.told["code"]) == (421, "wrong_host")
    port = served.url.rsplit(":", 1)[1].strip("/")
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", "localhost"):
        assert served.get("/api/v1/catalogue", Host=host).status == 200


def test_another_machine_cannot_be_served_yet(footfall: Footfall) -> None:
    footfall("init")
    for host in ("0.0.0.0", "192.168.1.4", "shop.example"):
        ran = footfall("serve", "--host", host)
        assert (ran.code, ran.out) == (2, "")
        assert "only this machine may be served" in ran.err
