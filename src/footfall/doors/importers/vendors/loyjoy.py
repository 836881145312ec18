"""LoyJoy's warehouse export: facts (so many events of a type at a time), joined with dimensions.

A fact says no visitor, so its events feed counts, never persons or sessions: all of them are the
system's own (`source` = `import`). The names follow the contract's list of the vendors' events.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from footfall.event.codes import shown
from footfall.vendors.words import (
    Event,
    Row,
    Unmappable,
    custom,
    id_of,
    moment,
    needed,
    number,
    present,
    text,
)

PREFIX = "loyjoy_"
FACT = frozenset({"event_type", "amount", "created_at", "entity_id"})
DIMENSIONS = frozenset({"entity_id", "process_id", "tenant_id"})
MOST = 1_000_000
CHANNELS = ("web_push", "reminder", "newsletter", "sms", "profiling")
OPT_INS = {
    "single_opt_in_asked": "opt_in_asked",
    "single_opt_in": "opt_in_single",
    "single_opt_in_rejected": "opt_in_rejected",
    "double_opt_in": "opt_in_double",
    "opt_out": "opt_out",
}
FIELDS = {
    "firstname_entered": "first_name",
    "lastname_entered": "last_name",
    "birthdate_entered": "birthdate",
    "phone_number_entered": "phone_number",
    "postal_address_updated": "postal_address",
    "gender_entered": "gender",
}

NAMES: dict[str, tuple[str, Event]] = {
    "start": ("experience_start", {}),
    "sub_process_visited": ("module_shown", {}),
    "interaction": ("experience_interaction", {}),
    "screen_time": ("screen_time", {}),
    "participation": ("participation", {}),
    "customer_created": ("customer_created", {}),
    "sign_up": ("customer_created", {}),
    "customer_deleted": ("customer_deleted", {}),
    "customer_purged": ("customer_deleted", {}),
    "sign_in_pin_mail_sent": ("pin_email_sent", {}),
    "sign_in_pin_succeeded": ("pin_succeeded", {}),
    "sign_in_pin_failed": ("pin_failed", {}),
    "advent_calendar_door_opened": ("advent_calendar_open", {}),
    "loyalty_points_emitted": ("points_awarded", {}),
    "loyalty_points_spent": ("points_redeemed", {}),
    "loyalty_reward_redeemed": ("reward_redeemed", {}),
    "reward_redeemed": ("reward_redeemed", {}),
    "quiz_answer_correct": ("quiz_answer", {"correct": True}),
    "quiz_answer_incorrect": ("quiz_answer", {"correct": False}),
    "snapshot_image_uploaded": ("image_uploaded", {}),
    "coupon_code_uploaded": ("coupon_uploaded", {}),
    "coupon_code_issued": ("coupon_issued", {}),
    "appointment_created": ("appointment_booked", {}),
    "code_entered_correct": ("code_entered", {"correct": True}),
    "code_entered_incorrect": ("code_entered", {"correct": False}),
    "live_chat_started": ("conversation_request", {"channel": "text", "initiator": "visitor"}),
    "live_chat_ended": ("call_ended", {}),
    **{
        f"{channel}_{said}": (event, {"channel": channel})
        for channel in CHANNELS
        for said, event in OPT_INS.items()
    },
    **{said: ("data_entered", {"field": field}) for said, field in FIELDS.items()},
}
"""A fact's type → our event and what it says. Others, counters too, are kept under the prefix."""

SCORE = re.compile(r"(?:data_collection_)?nps_survey_score_(\d+)")
DECISION = re.compile(r"jump_decision_(.+)")


def events(row: Row) -> Sequence[Event]:
    """The `amount` events of a fact, joined with its dimension before."""
    said = text(needed(row, "event_type")) or ""
    event, properties = _meaning(said)
    fact, amount = text(needed(row, "id")) or "", _amount(row)
    base = {
        "event": event,
        "occurred_at": moment(needed(row, "created_at"), "created_at"),
        "properties": {**properties, **_where(row), "source": "import"},
    }
    return [_one(base, id_of(PREFIX, f"{fact}-{turn}")) for turn in range(1, amount + 1)]


def refuse(names: frozenset[str]) -> str | None:
    """Why rows with these columns are no facts."""
    if names & {"evt", "eventListeners"}:
        return "it holds events of LoyJoy in the page, not its warehouse export"
    return None


def _meaning(said: str) -> tuple[str, Event]:
    if said in NAMES:
        return NAMES[said]
    if found := SCORE.fullmatch(said):
        score = {"survey_type": "nps", "score": int(found[1]), "status": "submitted"}
        return "survey_response", score
    if found := DECISION.fullmatch(said):
        return "decision_made", {"option": found[1]}
    return custom(PREFIX, said), {"event_name": said}


def _amount(row: Row) -> int:
    given = needed(row, "amount")
    amount = number(given)
    if isinstance(amount, int) and 0 <= amount <= MOST:
        return amount
    why = f"amount is {shown(given)}; it must be a whole number from 0 to {MOST:,}"
    raise Unmappable("invalid_number", "/amount", why)


def _where(row: Row) -> Event:
    return present({
        "experience_id": text(row.get("process_id")),
        "experience_name": text(row.get("process_name")),
        "bot_id": text(row.get("bot_id")),
        "entity_id": text(row.get("entity_id")),
    })  # fmt: skip


def _one(base: Event, event_id: str) -> Event:
    """One of a fact's events; what needs an id of its own to be counted has the event's."""
    own: dict[str, Any] = {"event_id": event_id}
    if base["event"] == "customer_deleted":
        own["customer_id"] = event_id  # nobody's: who was deleted is not told
    if base["event"] == "conversation_request":
        own["properties"] = {**base["properties"], "conversation_id": event_id}
    return {**base, **own}
