"""The chat experiences of the shop: their modules in sequence, and the folders they lie in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Module:
    """One message of an experience; `stays` is the share that goes on to the next one."""

    id: str
    type: str
    name: str
    stays: float = 0.9
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Experience:
    """A chat experience and how many of a hundred chats are its."""

    id: str
    name: str
    folder: str
    weight: float
    modules: tuple[Module, ...]


EXPERIENCES = (
    Experience(
        "x-club",
        "Outdoor Club",
        "loyalty",
        30,
        (
            Module("club-welcome", "message", "Welcome", 0.92),
            Module("club-sign-in", "sign_in", "Sign in with a code", 0.86),
            Module("club-data", "personal_data", "About you", 0.9),
            Module("club-newsletter", "opt_in", "Newsletter", 0.9, "newsletter"),
            Module("club-push", "web_push", "Push messages", 0.9, "web_push"),
            Module("club-points", "loyalty_points", "Your points", 0.86),
            Module("club-rewards", "rewards", "Rewards", 0.84),
            Module("club-nps", "nps", "Would you recommend us?", 0.7),
            Module("club-profile", "opt_in", "Better suggestions", 0.9, "profiling"),
        ),
    ),
    Experience(
        "x-finder",
        "Gear finder",
        "advice",
        26,
        (
            Module("finder-hello", "message", "Hello", 0.93),
            Module("finder-quiz", "quiz", "Three questions", 0.8),
            Module("finder-way", "decision", "Which way?", 0.88),
            Module("finder-coupon", "coupon_code", "Your coupon", 0.7),
            Module("finder-share", "share", "Tell a friend", 0.8),
        ),
    ),
    Experience(
        "x-wheel",
        "Summit wheel",
        "raffles",
        20,
        (
            Module("wheel-hello", "message", "Spin the wheel", 0.94),
            Module("wheel-sms", "opt_in", "Win messages", 0.84, "sms"),
            Module("wheel-spin", "instant_win", "Spin", 0.8),
            Module("wheel-raffle", "giveaway", "The big raffle", 0.72),
            Module("wheel-share", "share", "Share and win", 0.7),
        ),
    ),
    Experience(
        "x-calendar",
        "Summit calendar",
        "raffles",
        14,
        (
            Module("calendar-hello", "message", "Today's door", 0.95),
            Module("calendar-door", "calendar", "Open the door", 0.78),
            Module("calendar-reminder", "opt_in", "Remind me", 0.8, "reminder"),
            Module("calendar-raffle", "giveaway", "Take part", 0.62),
        ),
    ),
    Experience(
        "x-service",
        "Service desk",
        "advice",
        10,
        (
            Module("service-hello", "message", "How can we help?", 0.9),
            Module("service-way", "decision", "Your topic", 0.85),
            Module("service-photo", "photo", "Show us the damage", 0.8),
            Module("service-code", "code_entry", "Repair code", 0.8),
            Module("service-appointment", "appointment", "Visit our workshop", 0.75),
            Module("service-nps", "nps", "Were we of help?", 0.8),
        ),
    ),
)
