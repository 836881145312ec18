"""Scenes of chat experiences and of cost tables, for the streams."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from footfall.schema.tables import TABLES

if TYPE_CHECKING:
    from support.streams import Dice, Scene

Row = dict[str, Any]
Tables = dict[str, list[Row]]
FOLDERS: tuple[dict[str, str], ...] = ({"x1": "raffles", "x2": "raffles"}, {"x2": "service"}, {})
EXPERIENCES = ("x1", "x2", "x3", None, "null")
MODULES = ("m1", "m2", None, "undefined")
CHANNELS = ("web_push", "reminder", "newsletter", "sms", "profiling")
METHODS = ("facebook", "email", "native", "twitter", "whatsapp", "link")
FIELDS = ("email", "birthdate", "", None)
OPT_INS = ("opt_in_asked", "opt_in_single", "opt_in_double", "opt_in_rejected", "opt_out")
EVENTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "experience_start": {},
    "module_shown": {},
    "experience_interaction": {},
    "screen_time": {"seconds": (30, 0.5, 3600, 12.345)},
    "participation": {},
    **{name: {"channel": (*CHANNELS, "pigeon", None)} for name in OPT_INS},
    "share": {"method": (*METHODS, "pigeon", None)},
    "advent_calendar_open": {"door": (1, 24)},
    "pin_email_sent": {},
    "pin_succeeded": {},
    "pin_failed": {},
    "customer_created": {},
    "data_entered": {"field": FIELDS},
    "decision_made": {"option": ("yes", "no", "vielleicht?", None)},
    "points_awarded": {"points": (5, 0.5, 1_000_000)},
    "points_redeemed": {"points": (5, 2.25)},
    "reward_redeemed": {},
    "quiz_answer": {"question_id": ("q1", "q2", None), "correct": (True, False, None)},
    "image_uploaded": {},
    "instant_win": {"won": (True, False, None)},
    "coupon_uploaded": {"count": (1000, 0, None)},
    "coupon_issued": {},
    "coupon_entered": {},
    "appointment_booked": {},
    "code_entered": {"correct": (True, False, None)},
    "survey_response": {"survey_type": ("nps", "nps", "rating"), "score": (1, 5, None)},
    "quiz_of_our_own": {},
}
"""What happens in experiences, with properties of its own to pick from."""
AT_ONCE = ("experience_start", "module_shown", "experience_interaction")


def chat(scene: Scene) -> None:
    """A visitor goes through an experience, or through two, or only looks at it."""
    visitor, at = scene.visitor(), scene.moment()
    experience = scene.some(*EXPERIENCES)
    for _ in range(scene.dice.number(1, 5)):
        name = scene.some(*AT_ONCE, *AT_ONCE, *EVENTS)
        _tell(scene, name, at, visitor, scene.known(), experience)
        at = scene.later(at)
        experience = scene.some(experience, experience, *EXPERIENCES)


def told_of_chat(scene: Scene) -> None:
    """A server tells what happened in an experience, perhaps of nobody."""
    visitor, customer = scene.anybody()
    name = scene.some(*AT_ONCE, "pin_email_sent", "coupon_uploaded", "participation", "share")
    _tell(scene, name, scene.moment(), visitor, customer, scene.some(*EXPERIENCES), "server")


def nps(scene: Scene) -> None:
    """Several people say whether they would recommend the store."""
    at = scene.moment()
    for _ in range(scene.dice.number(1, 4)):
        scene.tell(
            "survey_response", at, scene.visitor(), scene.known(),
            survey_type="nps", score=scene.some(*range(11), None),
            status=scene.some("submitted", "closed"), **_place(scene, scene.some(*EXPERIENCES)),
        )  # fmt: skip
        at = scene.later(at)


def everything(scene: Scene) -> None:
    """Every event of an experience, with every value of its properties."""
    visitor, at = scene.visitor(), scene.moment()
    scene.tell("experiment_exposure", at, visitor, experiment_id="x1", variant="A")
    place: Row = {"experience_id": "x1", "module_id": "m1", "position": 1}
    for name, properties in EVENTS.items():
        options = max([len(each) for each in properties.values()], default=1)
        for turn in range(options):
            own = {key: values[turn % len(values)] for key, values in properties.items()}
            if name != "survey_response":
                scene.tell(name, at, visitor, **place, **own)
    for score in (9, 10, 8, 2):
        scene.tell("survey_response", at, visitor, survey_type="nps", score=score, **place)
    scene.tell("customer_deleted", at, "gone")
    for event in scene.events:
        event.pop("user_agent", None)  # no bot does all this


def _tell(
    scene: Scene,
    name: str,
    at: int,
    visitor: str | None,
    customer: str | None,
    experience: str | None,
    source: str | None = None,
) -> None:
    own = {key: scene.some(*values) for key, values in EVENTS[name].items()}
    scene.tell(name, at, visitor, customer, source=source, **own, **_place(scene, experience))


def _place(scene: Scene, experience: str | None) -> Row:
    return {
        "experience_id": experience,
        "module_id": scene.some(*MODULES),
        "module_type": scene.some("quiz", "nps", None),
        "position": scene.some(1, 2, 2.5, None),
    }


def tables(dice: Dice, zone: str, moments: tuple[int, ...]) -> Tables:
    """Costs, mailings and search results of the days around the moments."""
    days = sorted(
        {
            (datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone)).date() + off)
            for ms in moments
            for off in (timedelta(0), timedelta(1))
        }
    )
    told = {
        "ad_costs": [_ad(dice, str(day)) for day in days for _ in range(dice.number(0, 3))],
        "email_sends": [_mailing(dice, str(day)) for day in days if dice.number(0, 1)],
        "search_performance": [_search(dice, str(day)) for day in days for _ in range(2)],
    }
    return {kind: _once(rows, TABLES[kind].key) for kind, rows in told.items()}


def _once(rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    """One row for each key, as importers leave them."""
    return list({tuple(row[name] or None for name in key): row for row in rows}.values())


def _ad(dice: Dice, day: str) -> Row:
    source, medium, campaign = dice.pick(
        (
            ("google", "cpc", "shopping"), ("news", "email", None), ("google", "organic", "null"),
            ("(direct)", "(none)", None), (None, None, None), ("t.co", "paid", "shopping"),
        )
    )  # fmt: skip
    return {
        "date": day, "source": source, "medium": medium, "campaign": campaign,
        "impressions": dice.pick((100, 0, 31)), "clicks": dice.pick((7, 0)),
        "cost": Decimal(dice.pick(("10", "0", "3.333333333333"))),
        "currency": dice.pick((None, "EUR", "USD", "GBP", "JPY")),
    }  # fmt: skip


def _mailing(dice: Dice, day: str) -> Row:
    delivered = dice.pick((100, 0, 7))
    return {
        "date": day, "campaign": dice.pick(("shopping", "news", None)), "sent": delivered + 3,
        "delivered": delivered, "opened": dice.pick((3, 0)), "clicked": dice.pick((1, 0)),
        "bounced": 3, "unsubscribed": dice.pick((0, 1)),
    }  # fmt: skip


def _search(dice: Dice, day: str) -> Row:
    return {
        "date": day, "page": dice.pick(("/blog/a", "/", "")), "query": dice.pick(("shop", "größe")),
        "country": dice.pick(("DE", None)), "device": dice.pick(("mobile", "desktop")),
        "impressions": dice.pick((10, 0, 333)), "clicks": dice.pick((1, 0)),
        "position": Decimal(dice.pick(("1", "2.7", "33.333333"))),
    }  # fmt: skip
