"""The events of the chat widgets in our words, as the contract lists them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from footfall.event.accept import Acceptor
from footfall.event.codes import Rejection
from support.tagged import Event, Shop

if TYPE_CHECKING:
    from playwright.sync_api import Page

ABOUT = {"process_id": "x-1", "process_name": "Quiz", "bot_id": "b"}
OPT_INS = {
    "single_opt_in_asked": "opt_in_asked", "single_opt_in": "opt_in_single",
    "single_opt_in_rejected": "opt_in_rejected", "double_opt_in": "opt_in_double",
    "opt_out": "opt_out",
}  # fmt: skip
# Word for word from the contract's table.
LOYJOY: dict[str, tuple[str, dict[str, Any]]] = {
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
    "nps_survey_score_0": ("survey_response", {"survey_type": "nps", "score": 0}),
    "data_collection_nps_survey_score_10": ("survey_response", {"survey_type": "nps", "score": 10}),
    "firstname_entered": ("data_entered", {"field": "first_name"}),
    "lastname_entered": ("data_entered", {"field": "last_name"}),
    "birthdate_entered": ("data_entered", {"field": "birthdate"}),
    "phone_number_entered": ("data_entered", {"field": "phone_number"}),
    "postal_address_updated": ("data_entered", {"field": "postal_address"}),
    "gender_entered": ("data_entered", {"field": "gender"}),
    "jump_decision_2": ("decision_made", {"option": "2"}),
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
    **{
        f"{channel}_{said}": (ours, {"channel": channel})
        for channel in ("web_push", "reminder", "newsletter", "sms", "profiling")
        for said, ours in OPT_INS.items()
    },
    "something_new": ("loyjoy_something_new", {"event_name": "something_new"}),
    "Größe geändert!": ("loyjoy_gr_e_ge_ndert_", {"event_name": "Größe geändert!"}),
    "constructor": ("loyjoy_constructor", {"event_name": "constructor"}),
    "newsletter_read": ("loyjoy_newsletter_read", {"event_name": "newsletter_read"}),
}
NONE_OF_OURS = (
    "session_started", "session_interacted", "participant_giveaway", "participant_bpmn_process",
    "user_agent_desktop", "user_agent_mobile",
)  # fmt: skip


def taken(event: Event) -> bool:
    """Whether an event is accepted as it was sent."""
    found = Acceptor(event["occurred_at"]).accept_line(json.dumps(event).encode())
    return not isinstance(found, Rejection)


def test_loyjoy_s_events_are_ours(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    names = [*NONE_OF_OURS, *LOYJOY]
    page.evaluate(
        "([names, about]) => { names.forEach((name) => footfall.loyjoy(name, about)); footfall('track', 'the_end'); }",
        [names, ABOUT],
    )
    tagged.wait_for("the_end")
    found = tagged.events[1:-1]
    assert [each["event"] for each in found] == [ours for ours, _ in LOYJOY.values()]
    for each, (_, properties) in zip(found, LOYJOY.values(), strict=True):
        told = each["properties"]
        assert told | properties == told
        assert (told["experience_id"], told["experience_name"]) == ("x-1", "Quiz")
        assert taken(each), each


def test_what_listener_and_layer_both_tell_is_one(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate(
        """(about) => {
            for (let at = 0; at < 3; at++) footfall.loyjoy('interaction', about);
            for (let at = 0; at < 3; at++) dataLayer.push({ evt: 'interaction', ...about });
            dataLayer.push({ evt: 'start', ...about });
            footfall('loyjoy', 'start', about);
            footfall('loyjoy', 'start', { process_id: 'x-2' });
            dataLayer.push({ evt: 'participation', ...about });
            dataLayer.push({ evt: 'participation', ...about });
            footfall('track', 'the_end');
        }""",
        ABOUT,
    )
    tagged.wait_for("the_end")
    counts = {name: tagged.names().count(name) for name in set(tagged.names())}
    assert counts == {
        "page_view": 1, "experience_interaction": 3, "experience_start": 2, "participation": 2,
        "the_end": 1,
    }  # fmt: skip


def test_a_live_chat_is_a_conversation(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate(
        "footfall.loyjoy('live_chat_started', {}); footfall.loyjoy('live_chat_ended', {})"
    )
    (asked,), (ended,) = tagged.wait_for("conversation_request"), tagged.wait_for("call_ended")
    said = asked["properties"]
    assert (said["channel"], said["initiator"]) == ("text", "visitor")
    assert ended["properties"] == {"conversation_id": said["conversation_id"]}
    assert taken(asked)
    assert taken(ended)


def fire(page: Page, name: str, **detail: str) -> None:
    """What the widget of Firework tells the page."""
    page.evaluate(
        "([name, detail]) => dispatchEvent(new CustomEvent('fw:live-helper:' + name, { detail }))",
        [name, detail],
    )


def test_firework_s_impression_and_click(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    fire(page, "impression", widget_id="w")
    fire(page, "click-widget", widget_id="w")
    assert tagged.wait_for("widget_impression")[0]["properties"] == {"widget_id": "w"}
    click = tagged.wait_for("widget_click")[0]["properties"]
    assert click == {"widget_id": "w", "origin": "widget"}


def test_firework_s_chat_is_one_conversation_over_pages(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    fire(page, "click-chat-with-agent", widget_id="w")
    tagged.wait_for("conversation_message")
    page.goto(tagged.page("/b"))
    tagged.wait_for("page_view", 2)
    fire(page, "agent-answer-chat", widget_id="w", agent_id="a1", agent_name="Kim")
    tagged.wait_for("conversation_message", 2)
    (asked,), (mine, theirs) = (
        tagged.named("conversation_request"),
        tagged.named("conversation_message"),
    )
    said = asked["properties"]
    assert (said["channel"], said["initiator"], said["widget_id"]) == ("text", "visitor", "w")
    assert mine["properties"] == {"conversation_id": said["conversation_id"], "sender": "visitor"}
    assert theirs["properties"] == {
        "conversation_id": said["conversation_id"], "sender": "agent", "widget_id": "w",
        "agent_id": "a1", "agent_name": "Kim",
    }  # fmt: skip


def test_firework_s_call_is_joined_by_both_once(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    fire(page, "click-call-agent", widget_id="w")
    fire(page, "agent-answer-call", widget_id="w", agent_id="a1")
    fire(page, "agent-answer-call", widget_id="w", agent_id="a2")
    joined = tagged.wait_for("call_joined", 3)
    assert [each["properties"]["sender"] for each in joined] == ["agent", "visitor", "agent"]
    assert tagged.named("conversation_request")[0]["properties"]["channel"] == "video"
    assert tagged.named("conversation_message") == []
    fire(page, "click-call-agent", widget_id="w")
    second = tagged.wait_for("conversation_request", 2)[1]["properties"]["conversation_id"]
    assert second != joined[0]["properties"]["conversation_id"]


def test_an_answer_to_nobody_s_question_is_no_conversation(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    fire(page, "agent-answer-chat", widget_id="w", agent_id="a1")
    page.evaluate("dispatchEvent(new CustomEvent('fw:live-helper:impression', { detail: null }))")
    tagged.wait_for("widget_impression")
    assert tagged.names() == ["page_view", "widget_impression"]
