"""One-to-one conversations: the widget, requests, answers, calls, ratings, automatic messages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footfall.doors.demo.draw import Dice, Draw, Ints
from footfall.doors.demo.gathered import Gathered, phrases, told
from footfall.doors.demo.shop import HOST, Kind
from footfall.doors.demo.visits import Stage, talk_rows
from footfall.doors.demo.world import World


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who advises: how often they take a request, how fast (s), how well they are rated.

    `ratings` are weights of one to five stars; `charm` is the share of visitors who answer when
    the agent speaks first.
    """

    id: str
    name: str
    takes: float
    wait: tuple[int, int]
    charm: float
    ratings: tuple[float, float, float, float, float]


AGENTS = (
    Agent("agent-lena", "Lena Fischer", 0.95, (6, 40), 0.5, (0.01, 0.01, 0.05, 0.23, 0.7)),
    Agent("agent-jonas", "Jonas Weber", 0.9, (8, 70), 0.42, (0.02, 0.03, 0.1, 0.35, 0.5)),
    Agent("agent-mira", "Mira Hoffmann", 0.93, (5, 35), 0.46, (0.01, 0.02, 0.08, 0.29, 0.6)),
    Agent("agent-paul", "Paul Kovač", 0.72, (20, 180), 0.28, (0.08, 0.12, 0.25, 0.3, 0.25)),
    Agent("agent-sofia", "Sofía Marín", 0.88, (10, 80), 0.44, (0.02, 0.03, 0.11, 0.34, 0.5)),
    Agent("agent-emil", "Emil Brandt", 0.64, (30, 260), 0.22, (0.1, 0.14, 0.28, 0.3, 0.18)),
)
OPENS, CLOSES = 9, 20
AFTER_HOURS = 0.12
WIDGETS = ("w-advice", "w-video")
WIDGET_KINDS = (Kind.PRODUCT, Kind.COLLECTION, Kind.CART, Kind.HELP)
PRAISE = (
    "Very friendly, and the boots fit at once.",
    "Danke, super Beratung!",
    "Quick and to the point.",
    "She showed me the tent set up on camera, great.",
    "Conseil parfait, merci.",
)
BLAME = (
    "Waited too long for an answer.",
    "Could not tell me whether the jacket is windproof.",
    "Video froze twice.",
    "Leider keine Antwort auf meine Frage.",
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """When the shop speaks by itself: what it says, and where that leads."""

    id: str
    text: str
    target: str
    share: float


TRIGGERS = (
    Trigger("exit-intent", "Before you go: 10 % with TRAIL10", "/collections/sale", 0.009),
    Trigger("idle-60s", "Need a hand with sizes?", "/help/sizes", 0.008),
    Trigger("cart-over-150", "Free express delivery today", "/cart", 0.006),
    Trigger("welcome-back", "New since your last visit", "/collections/new", 0.007),
)


def widgets(day: Gathered, draw: Draw) -> None:
    """The widget seen and clicked; those who talk have always clicked it."""
    rows, visits = day.rows, day.visits
    fits = np.isin(rows.kind, WIDGET_KINDS) & visits.human[rows.visit] & (rows.dwell > 3000)
    seen = np.flatnonzero(fits & draw.chance(0.13, len(fits)) | talk_rows(visits, rows))
    words = phrases().places([{"widget_id": each} for each in WIDGETS])
    which = draw.chance(0.3, len(seen)).astype(np.int64)
    day.many(
        "widget_impression",
        seen,
        rows.at[seen] + 1000 + draw.whole(0, 900, len(seen)),
        words[which],
    )
    talks = talk_rows(visits, rows)[seen]
    idle = (visits.stage[rows.visit[seen]] > Stage.BOUNCE) & draw.chance(0.02, len(seen))
    clicked = talks | idle
    clicks = phrases().places(
        [
            {"widget_id": each, "origin": origin}
            for each in WIDGETS
            for origin in ("widget", "notification")
        ]
    )
    pick = which * 2 + draw.chance(0.25, len(seen))
    at = rows.at[seen] + 2500
    day.many("widget_click", seen[clicked], at[clicked], clicks[pick[clicked]])


def auto_messages(day: Gathered, draw: Draw) -> None:
    """What the shop says by itself, and who follows it."""
    rows, visits = day.rows, day.visits
    there = visits.human[rows.visit] & (visits.stage[rows.visit] > Stage.BOUNCE)
    for trigger in TRIGGERS:
        here = np.flatnonzero(there & draw.chance(trigger.share, len(there)))
        for row in here.tolist():
            _say(day, trigger, row, draw.shares(1)[0] < 0.13)


def _say(day: Gathered, trigger: Trigger, row: int, followed: bool) -> None:  # noqa: FBT001
    visit, at = int(day.rows.visit[row]), int(day.rows.at[row])
    told_first = {"message_id": f"m-{trigger.id}", "trigger_id": trigger.id}
    text = told({**told_first, "text": trigger.text, "target_url": HOST + trigger.target})
    day.aside("auto_message_sent", at + 1800, visit, text)
    if followed:
        click = told({**told_first, "target_url": HOST + trigger.target})
        day.one("auto_message_click", at + 4200, row, click)


class Talks:
    """The advice desk on one day."""

    def __init__(self, world: World, day: Gathered, draw: Draw) -> None:
        self.world, self.day, self.dice = world, day, draw.dice()

    def hold(self) -> None:
        """Every talk of the day; each is on one page of its visit."""
        for row in np.flatnonzero(talk_rows(self.day.visits, self.day.rows)).tolist():
            Talk(self.world, self.day, row, self.dice).run()


class Talk:
    """One request and what comes of it."""

    def __init__(self, world: World, day: Gathered, row: int, dice: Dice) -> None:
        world.talks += 1
        self.day, self.row, self.dice = day, row, dice
        self.visit = int(day.rows.visit[row])
        self.id = f"T-{10_000 + world.talks}"
        self.at = int(day.rows.at[row]) + 3000
        self.ends = int(day.rows.at[row] + day.rows.dwell[row]) - 5000
        open_now = OPENS <= world.calendar.hour(self.at) < CLOSES
        self.agent = AGENTS[dice.pick((0.22, 0.2, 0.2, 0.14, 0.14, 0.1))]
        self.there = 1.0 if open_now else AFTER_HOURS
        self.video = dice.chance(0.34)

    def run(self) -> None:
        """The visitor asks, or the agent does; then they talk, or nobody answers."""
        if self.dice.chance(0.68):
            self._visitor_asks()
        else:
            self._agent_asks()

    def _visitor_asks(self) -> None:
        self._request("visitor")
        self._joins("visitor") if self.video else self._writes("visitor")
        if self.dice.chance(self.agent.takes * self.there):
            self._pause(*self.agent.wait)
            self._joins("agent") if self.video else self._writes("agent")
            self._talk()
        elif self.dice.chance(0.35):
            self._pause(20, 120)
            self._hang_up()
        elif not self.video and self.dice.chance(0.4):
            self._pause(30, 90)
            self._writes("visitor")

    def _agent_asks(self) -> None:
        self._request("agent")
        self._joins("agent") if self.video else self._writes("agent")
        if self.dice.chance(self.agent.charm):
            self._pause(5, 60)
            self._joins("visitor") if self.video else self._writes("visitor")
            self._talk()
        elif self.dice.chance(0.3):
            self._pause(40, 200)
            self._hang_up()

    def _talk(self) -> None:
        """To and fro until one has to go; a few texters move on to a call."""
        if self.video:
            self.at = max(self.at + 20_000, self.ends - self.dice.whole(0, 30_000))
            self._hang_up()
        else:
            for turn in range(self.dice.whole(2, 10)):
                self._pause(4, 30)
                self._writes("visitor" if turn % 2 else "agent")
            if self.dice.chance(0.08):
                self._call()
        self._rate()

    def _call(self) -> None:
        for sender in ("agent", "visitor"):
            self._pause(2, 12)
            self._joins(sender)
        self._pause(60, 400)
        self._hang_up()

    def _pause(self, low: int, high: int) -> None:
        self.at += self.dice.whole(low * 1000, high * 1000)

    def _request(self, initiator: str) -> None:
        channel = "video" if self.video else "text"
        asked = {"conversation_id": self.id, "channel": channel, "initiator": initiator}
        more = {"agent_id": self.agent.id} if initiator == "agent" else {}
        self.day.one("conversation_request", self.at, self.row, told({**asked, **more}))
        self.at += 400

    def _writes(self, sender: str) -> None:
        self._tell("conversation_message", sender)

    def _joins(self, sender: str) -> None:
        self._tell("call_joined", sender)

    def _tell(self, name: str, sender: str) -> None:
        if sender == "visitor":
            text = f'{{"conversation_id":"{self.id}","sender":"visitor"}}'
            self.day.one(name, self.at, self.row, text)
        else:
            agent = self.agent.id
            text = f'{{"conversation_id":"{self.id}","sender":"agent","agent_id":"{agent}"}}'
            self.day.aside(name, self.at, self.visit, text)

    def _hang_up(self) -> None:
        text = f'{{"conversation_id":"{self.id}"}}'
        self.day.aside("call_ended", self.at, self.visit, text)

    def _rate(self) -> None:
        """Stars, mostly with nothing written; some close the question without an answer."""
        self._pause(3, 25)
        if not self.dice.chance(0.55):
            return
        asked: dict[str, object] = {"survey_type": "rating", "conversation_id": self.id}
        asked["agent_id"] = self.agent.id
        if self.dice.chance(0.12):
            answer: dict[str, object] = {"status": "closed"}
        else:
            score = 1 + self.dice.pick(self.agent.ratings)
            answer = {"score": score, "status": "submitted"}
            if self.dice.chance(0.35):
                answer["feedback"] = self.dice.of(PRAISE if score > 3 else BLAME)
        self.day.one("survey_response", self.at, self.row, told({**asked, **answer}))


def surveys(day: Gathered, orders: Ints, draw: Draw) -> None:
    """How likely customers are to recommend the shop, asked on some thank-you pages."""
    here = orders[draw.chance(0.24, len(orders))]
    scores = draw.pick(np.cumsum(np.array(SCORES)) / sum(SCORES), len(here))
    words = phrases().places(
        [{"survey_type": "nps", "score": score, "status": "submitted"} for score in range(11)]
    )
    day.many("survey_response", here, day.rows.at[here] + 9000, words[scores])


# Of a hundred answers, how many give 0, 1 … 10.
SCORES = (1, 1, 1, 2, 2, 5, 5, 12, 19, 22, 30)
