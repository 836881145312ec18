"""One day's events while they are gathered: many at once where they are many, one by one else."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.doors.demo.draw import Ints
from footfall.doors.demo.visits import NEVER, Rows, Visits
from footfall.doors.demo.world import Later

NAMES = tuple(
    """page_view page_leave session_end scroll click search view_item view_item_list select_item
    add_to_cart remove_from_cart view_cart begin_checkout add_shipping_info add_payment_info
    purchase refund login sign_up share generate_lead qualify_lead trial_start subscription_start
    activation asset_load asset_view asset_interaction asset_click widget_impression widget_click
    conversation_request conversation_message call_joined call_ended auto_message_sent
    auto_message_click survey_response experience_start module_shown experience_interaction
    screen_time participation opt_in_asked opt_in_single opt_in_rejected opt_in_double opt_out
    advent_calendar_open pin_email_sent pin_succeeded pin_failed customer_created customer_deleted
    data_entered decision_made points_awarded points_redeemed reward_redeemed quiz_answer
    image_uploaded instant_win coupon_uploaded coupon_issued coupon_entered appointment_booked
    code_entered experiment_exposure size_guide_open brochure_download wishlist_add""".split()
)
CODE = {name: place for place, name in enumerate(NAMES)}
NOTHING = -1


class Phrases:
    """Ready texts of properties: said thousands of times, written once."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._places: dict[str, int] = {}

    def place(self, properties: dict[str, object]) -> int:
        """Where the properties' text stands; the same properties stand in one place."""
        return self._place(told(properties))

    def places(self, many: list[dict[str, object]]) -> Ints:
        """Where each one's text stands."""
        return np.array([self.place(each) for each in many], dtype=np.int64)

    def written(self, texts: list[str]) -> Ints:
        """Where each of some texts stands that are JSON already."""
        return np.array([self._place(each) for each in texts], dtype=np.int64)

    def _place(self, text: str) -> int:
        if text not in self._places:
            self._places[text] = len(self._texts)
            self._texts.append(text)
        return self._places[text]

    def texts(self) -> pa.StringArray:
        """All texts, by place."""
        return pa.array(self._texts, pa.string())


@cache
def phrases() -> Phrases:
    """The one book of ready texts; what is put in at one time stays where it is."""
    return Phrases()


def told(properties: dict[str, object]) -> str:
    """Properties as JSON text without spaces."""
    return json.dumps(properties, ensure_ascii=False, separators=(",", ":"))


def joined(*parts: str | pa.StringArray) -> pa.StringArray:
    """Texts put together, row by row, out of fixed words and columns."""
    return pc.binary_join_element_wise(*parts, "")


@dataclass
class Gathered:
    """The events of a day, in any order: arrays of equal length per chunk.

    `row` is a page row or -1; `actor` a visit, or a place after the visits in `strangers`;
    `phrase` a place among the ready texts, or after them in `texts`, or -1.
    """

    visits: Visits
    rows: Rows
    chunks: list[tuple[Ints, Ints, Ints, Ints, Ints]] = field(default_factory=list)
    texts: list[pa.StringArray] = field(default_factory=list)
    strangers: list[tuple[int, int]] = field(default_factory=list)
    single: list[tuple[int, int, int, int]] = field(default_factory=list)
    single_texts: list[str | None] = field(default_factory=list)
    written: int = 0

    def many(
        self, name: str, row: Ints, at: Ints, properties: Ints | pa.StringArray | None = None
    ) -> None:
        """Events on pages; properties are places of ready texts, or an Arrow array of texts."""
        if len(row) == 0:
            return
        code = np.full(len(row), CODE[name])
        self.chunks.append((code, row, self.rows.visit[row], at, self._phrase(properties, row)))

    def one(self, name: str, at: int, row: int, properties: str | None = None) -> None:
        """An event on a page."""
        self.single.append((CODE[name], row, int(self.rows.visit[row]), at))
        self.single_texts.append(properties)

    def aside(self, name: str, at: int, visit: int, properties: str | None = None) -> None:
        """An event of a visit's visitor that no browser sent."""
        self.single.append((CODE[name], NOTHING, visit, at))
        self.single_texts.append(properties)

    def outside(self, later: Later) -> None:
        """An event outside all visits."""
        actor = len(self.visits.visitor) + len(self.strangers)
        self.strangers.append((later.visitor, later.customer))
        self.single.append((CODE[later.name], NOTHING, actor, later.at))
        self.single_texts.append(later.properties)

    def all(self) -> tuple[tuple[Ints, Ints, Ints, Ints, Ints], pa.StringArray]:
        """Name codes, rows, actors, moments and text places of all events; and the texts."""
        self._close_singles()
        none = np.zeros(0, dtype=np.int64)
        chunks = [(none, none, none, none, none), *self.chunks]
        code, row, actor, at, phrase = (np.concatenate(each) for each in zip(*chunks, strict=True))
        ready = phrases().texts()
        places = np.where(phrase <= -2, len(ready) - 2 - phrase, phrase)
        return (code, row, actor, at, places), pa.concat_arrays([ready, *self.texts])

    def _close_singles(self) -> None:
        if not self.single:
            return
        code, row, actor, at = np.array(self.single, dtype=np.int64).T
        texts = pa.array(self.single_texts, pa.string())
        self.chunks.append((code, row, actor, at, self._phrase(texts, row)))
        self.single, self.single_texts = [], []

    def _phrase(self, properties: Ints | pa.StringArray | None, row: Ints) -> Ints:
        """Places of texts; those after the ready ones count down from -2 until `all`."""
        if properties is None:
            return np.full(len(row), NOTHING)
        if isinstance(properties, np.ndarray):
            return properties
        places = -2 - self.written - np.arange(len(row))
        self.texts.append(properties)
        self.written += len(row)
        return places


def customers_known(visits: Visits, strangers: list[tuple[int, int]]) -> tuple[Ints, Ints, Ints]:
    """Visitor, person and the moment from which the person is known, of all actors."""
    others = np.array(strangers, dtype=np.int64).reshape(-1, 2)
    visitor = np.append(visits.visitor, others[:, 0])
    person = np.append(visits.person, others[:, 1])
    known = np.append(visits.known, np.where(others[:, 1] >= 0, 0, NEVER))
    return visitor, person, known
