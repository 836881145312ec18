"""Scenes of one-to-one conversations: requests, answers, calls, orders at the window's edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.streams import Scene

SECOND = 1_000
DAY = 86_400_000
TALKS = ("k1", "k2", "k3", "k4")
AGENTS = ("mia", "ole", None, "null")
PAGES = ("https://shop.example/help?utm_source=a", "https://shop.example/cart#top", None)


def conversation(scene: Scene) -> None:
    """Somebody asks, in writing or for a call, and perhaps somebody answers; perhaps they buy."""
    talk, at, visitor = scene.some(*scene.world.talks), scene.moment(), scene.visitor()
    initiator, channel = scene.some("visitor", "agent", None), scene.some("text", "video", None)
    if not scene.rarely(4):
        _tell(scene, "conversation_request", at, visitor, talk, initiator, channel=channel)
    answered = at
    for side in scene.some(("visitor", "agent"), ("agent", "visitor"), ("visitor",), ("agent",)):
        answered = answered + scene.some(0, 10 * SECOND, 61 * SECOND, -SECOND)
        _respond(scene, answered, visitor, talk, side, channel)
    if scene.rarely(3):
        _end(scene, scene.some(at, answered, answered + SECOND, answered - SECOND), talk)
    if scene.rarely(2):
        _buy(scene, answered, visitor)


def _respond(
    scene: Scene, at: int, visitor: str, talk: str, side: str, channel: str | None
) -> None:
    name = "call_joined" if channel == "video" else "conversation_message"
    if scene.rarely(5):
        name = scene.some("call_joined", "conversation_message")
    _tell(scene, name, at, visitor, talk, side)


def word(scene: Scene) -> None:
    """One word more, or one less than a conversation needs; now and then of nobody's."""
    name = scene.some("conversation_message", "call_joined", "conversation_request")
    talk = scene.some(*scene.world.talks, None, "null")
    _tell(scene, name, scene.moment(), scene.visitor(), talk, scene.some("visitor", "agent"))


def _tell(
    scene: Scene,
    name: str,
    at: int,
    visitor: str | None,
    talk: str | None,
    side: str | None,
    channel: str | None = None,
) -> None:
    """An event of a conversation; the agent's side can tell it of a customer, or of nobody."""
    customer = scene.known()
    more: dict[str, Any] = {"channel": channel, "url": scene.some(*PAGES)}
    if side != "visitor" and scene.rarely(3):
        visitor, customer = scene.anybody()
    if side == "agent" or scene.rarely(6):
        more["agent_id"] = scene.some(*AGENTS)
    more["initiator" if name == "conversation_request" else "sender"] = side
    scene.tell(name, at, visitor, customer, conversation_id=talk, **more)


def _end(scene: Scene, at: int, talk: str) -> None:
    visitor, customer = scene.anybody()
    sender = scene.some(None, None, "visitor", "agent")
    scene.tell("call_ended", at, visitor, customer, conversation_id=talk, sender=sender)


def _buy(scene: Scene, at: int, visitor: str) -> None:
    """An order at the end of the window, to the millisecond, of the same or another visitor."""
    window = scene.world.site["attribution_window_days"] * DAY
    buyer = scene.visitor() if scene.rarely(3) else visitor
    bought = at + scene.some(0, window, window + 1, window - 1, -1, SECOND)
    scene.purchase(bought, buyer, scene.known(), scene.some("T1", "T2", "T8", None), None)


def survey(scene: Scene) -> None:
    """Somebody answers a survey, closes it, or answers something else."""
    survey_type = scene.some("rating", "nps", "rating", "other", None)
    score = scene.some(1, 3, 5, None) if survey_type != "nps" else scene.some(0, 6, 7, 9, 10, None)
    visitor, customer = scene.anybody() if scene.rarely(4) else (scene.visitor(), scene.known())
    scene.tell(
        "survey_response", scene.moment(), visitor, customer,
        survey_type=survey_type, score=score, status=scene.some("submitted", "closed"),
        feedback=scene.some(None, "fine"),
        conversation_id=scene.some(None, *scene.world.talks), agent_id=scene.some(None, *AGENTS),
        experience_id=scene.some(None, "e1"), module_id=scene.some(None, "m1"),
        source="server" if visitor is None else None,
    )  # fmt: skip


def widget(scene: Scene) -> None:
    """The widget is seen and perhaps clicked."""
    visitor, at = scene.visitor(), scene.moment()
    scene.tell("widget_impression", at, visitor, scene.known(), widget_id="w1")
    if scene.rarely(2):
        scene.tell("widget_click", scene.later(at), visitor, widget_id="w1", origin="widget")


def auto_message(scene: Scene) -> None:
    """The shop speaks by itself, to a visitor, a customer or nobody, and somebody follows."""
    about = {
        "trigger_id": scene.some("exit", "idle", None, "null"),
        "message_id": scene.some("m1", "m2", None),
        "target_url": scene.some("https://shop.example/sale", None, ""),
    }
    at = scene.moment()
    scene.tell("auto_message_sent", at, *scene.anybody(), **about)
    if scene.rarely(2):
        scene.tell("auto_message_click", scene.later(at), scene.visitor(), scene.known(), **about)


SCENES = (*(conversation,) * 5, *(survey,) * 2, word, widget, auto_message)
"""What can happen, the more often the more often it stands here."""
