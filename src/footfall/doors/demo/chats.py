"""Chats with an experience: modules shown one after the other, and what people do in each."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from footfall.doors.demo.draw import Dice, Draw
from footfall.doors.demo.experiences import EXPERIENCES, Experience, Module
from footfall.doors.demo.gathered import Gathered
from footfall.doors.demo.rhythm import DAY_MS
from footfall.doors.demo.talks import SCORES
from footfall.doors.demo.visits import chat_rows
from footfall.doors.demo.world import Later, World

METHODS = ("facebook", "email", "native", "twitter", "whatsapp", "link")
METHOD_WEIGHTS = (0.14, 0.16, 0.18, 0.06, 0.34, 0.12)
ANSWERS = (("warm", True), ("cold", False), ("waterproof", True), ("light", False))
WAYS = ("hiking", "climbing", "camping", "running")
FIELDS = ("first_name", "last_name", "email", "birthdate", "phone_number", "postal_address")
FEEDBACK = (
    (6, "Delivery took two weeks, nobody told me."),
    (6, "The zip broke after three days."),
    (6, "Too many mails."),
    (8, "Good range, the sizes run small."),
    (8, "Fine, but the search finds nothing."),
    (10, "Best advice I ever got in a shop!"),
    (10, "Tolle Beratung, schnelle Lieferung."),
    (10, "Repair instead of replace: I love it."),
)
_NPS_WEIGHTS = tuple(each / sum(SCORES) for each in SCORES)
_EXPERIENCE_WEIGHTS = tuple(each.weight / 100 for each in EXPERIENCES)


def chats(world: World, day: Gathered, draw: Draw) -> None:
    """Every chat of the day, each on one page of its visit."""
    dice = draw.dice()
    for row in np.flatnonzero(chat_rows(day.visits, day.rows)).tolist():
        experience = EXPERIENCES[dice.pick(_EXPERIENCE_WEIGHTS)]
        Chat(world, day, row, experience, dice).run()


class Chat:
    """One visitor in one experience; the clock runs on from what was last said."""

    def __init__(
        self, world: World, day: Gathered, row: int, experience: Experience, dice: Dice
    ) -> None:
        self.world, self.day, self.row, self.dice = world, day, row, dice
        self.experience = experience
        self.visit = int(day.rows.visit[row])
        self.began = self.at = int(day.rows.at[row]) + 2200
        self._where = f'{{"experience_id":"{experience.id}"'

    def run(self) -> None:
        """Module after module until the visitor has enough; some never say a word."""
        self._say("experience_start", 0)
        talks = self.dice.chance(0.84)
        for place, module in enumerate(self.experience.modules):
            self._enter(module, place + 1)
            if not talks:
                break
            self._say("experience_interaction", 3500, ',"action":"button"')
            HANDLERS.get(module.type, _read)(self, module)
            if not self.dice.chance(module.stays):
                break
        self._leave()

    def _enter(self, module: Module, position: int) -> None:
        inside = f',"module_id":"{module.id}","module_type":"{module.type}","position":{position}'
        self._where = f'{{"experience_id":"{self.experience.id}"{inside}'
        self._say("module_shown", 900)

    def _leave(self) -> None:
        self._where = f'{{"experience_id":"{self.experience.id}"'
        seconds = min(3600, (self.at - self.began) // 1000 + self.dice.whole(2, 15))
        self._say("screen_time", 700, f',"seconds":{seconds}')

    def _say(self, name: str, most_ms: int, more: str = "") -> None:
        """An event of the visitor, a moment later."""
        self.at += self.dice.whole(250, 500 + most_ms)
        self.day.one(name, self.at, self.row, f"{self._where}{more}}}")

    def say(self, name: str, **more: object) -> None:
        """An event of the visitor in this module."""
        inside = json.dumps(more, ensure_ascii=False, separators=(",", ":"))[1:-1]
        self._say(name, 5000, f",{inside}" if inside else "")

    def told(self, name: str, more: str = "") -> None:
        """Something that our side did in this module."""
        self.at += 300
        self.day.aside(name, self.at, self.visit, f"{self._where}{more}}}")

    def later(self, name: str, days: int, more: str) -> None:
        """Something that the visitor does on another day, outside the shop's pages."""
        visitor = int(self.day.visits.visitor[self.visit])
        self.world.due(Later(name, self.at + days * DAY_MS, visitor, -1, f"{self._where}{more}}}"))


def _read(chat: Chat, module: Module) -> None:
    if chat.dice.chance(0.2):
        chat.say("experience_interaction", action="text", text=f"More about {module.name.lower()}?")


def _opt_in(chat: Chat, module: Module) -> None:
    channel = f',"channel":"{module.channel}"'
    chat.say("opt_in_asked", channel=module.channel)
    if not chat.dice.chance(0.58):
        if chat.dice.chance(0.7):
            chat.say("opt_in_rejected", channel=module.channel)
        return
    chat.say("opt_in_single", channel=module.channel)
    if chat.dice.chance(0.66):
        chat.say("opt_in_double", channel=module.channel)
        if chat.dice.chance(0.09):
            chat.later("opt_out", chat.dice.whole(2, 25), channel)


def _share(chat: Chat, _: Module) -> None:
    if chat.dice.chance(0.4):
        chat.say("share", method=METHODS[chat.dice.pick(METHOD_WEIGHTS)])


def _nps(chat: Chat, _: Module) -> None:
    if not chat.dice.chance(0.8):
        chat.say("survey_response", survey_type="nps", status="closed")
        return
    score = chat.dice.pick(_NPS_WEIGHTS)
    texts = [text for most, text in FEEDBACK if score <= most and score > most - 7]
    more = {"feedback": chat.dice.of(texts)} if texts and chat.dice.chance(0.5) else {}
    chat.say("survey_response", survey_type="nps", score=score, status="submitted", **more)


def _sign_in(chat: Chat, _: Module) -> None:
    if chat.dice.chance(0.4):
        chat.say("customer_created")
    for _attempt in range(1 + chat.dice.chance(0.1)):
        chat.told("pin_email_sent")
        chat.at += chat.dice.whole(4000, 22_000)
        if chat.dice.chance(0.82):
            chat.say("pin_succeeded")
            return
        chat.say("pin_failed")


def _decision(chat: Chat, _: Module) -> None:
    chat.say("decision_made", option=WAYS[chat.dice.pick((0.46, 0.14, 0.26, 0.14))])


def _points(chat: Chat, _: Module) -> None:
    chat.say("points_awarded", points=chat.dice.of((10, 25, 50, 100)))
    if chat.dice.chance(0.2):
        chat.say("points_redeemed", points=chat.dice.of((50, 100)))


def _rewards(chat: Chat, _: Module) -> None:
    if chat.dice.chance(0.35):
        chat.say("points_redeemed", points=100)
        chat.say("reward_redeemed", reward_id=chat.dice.of(("mug", "socks", "voucher-10")))


def _quiz(chat: Chat, _: Module) -> None:
    for question in range(1, 4):
        answer, correct = chat.dice.of(ANSWERS)
        chat.say("quiz_answer", question_id=f"q{question}", answer=answer, correct=correct)
    if chat.dice.chance(0.08):
        chat.say("image_uploaded")
    chat.say("participation")


def _instant_win(chat: Chat, _: Module) -> None:
    chat.say("participation")
    chat.say("instant_win", won=chat.dice.chance(0.12))


def _giveaway(chat: Chat, _: Module) -> None:
    if chat.dice.chance(0.75):
        chat.say("participation")


def _coupon(chat: Chat, _: Module) -> None:
    coupon = f"TRAIL-{chat.dice.whole(1000, 10_000)}"
    chat.say("coupon_issued", coupon=coupon)
    if chat.dice.chance(0.25):
        chat.say("coupon_entered", coupon=coupon)


def _appointment(chat: Chat, _: Module) -> None:
    if chat.dice.chance(0.45):
        chat.say("appointment_booked")


def _code(chat: Chat, _: Module) -> None:
    chat.say("code_entered", correct=chat.dice.chance(0.7))


def _data(chat: Chat, _: Module) -> None:
    for field, share in zip(FIELDS, (0.9, 0.85, 0.7, 0.4, 0.2, 0.25), strict=True):
        if chat.dice.chance(share):
            chat.say("data_entered", field=field)


def _photo(chat: Chat, _: Module) -> None:
    if chat.dice.chance(0.6):
        chat.say("image_uploaded")


def _calendar(chat: Chat, _: Module) -> None:
    place = chat.world.calendar.place(chat.began)
    chat.say("advent_calendar_open", door=place % 24 + 1)


HANDLERS: dict[str, Callable[[Chat, Module], None]] = {
    "web_push": _opt_in,
    "opt_in": _opt_in,
    "share": _share,
    "nps": _nps,
    "sign_in": _sign_in,
    "decision": _decision,
    "loyalty_points": _points,
    "rewards": _rewards,
    "quiz": _quiz,
    "instant_win": _instant_win,
    "giveaway": _giveaway,
    "coupon_code": _coupon,
    "appointment": _appointment,
    "code_entry": _code,
    "personal_data": _data,
    "photo": _photo,
    "calendar": _calendar,
}
