"""Why a thing is not counted, in words for people and a word for programs."""

from __future__ import annotations

from footfall.schema.fact import Fact

COUNTED_ALREADY = "counted_already"
BOT, DELETED, REPEAT = "bot", "deleted", "repeat"
_NOT_SO = {
    "bounced": "more than one page view, or more than passive events",
    "viewed_item": "no view_item in the session",
    "added_to_cart": "no add_to_cart in the session",
    "began_checkout": "no begin_checkout in the session",
    "cart_after_view": "no add_to_cart later than a view_item in the session",
    "checkout_after_cart": "no begin_checkout later than an add_to_cart in the session",
    "order_after_cart": "no order later than an add_to_cart in the session",
    "order_after_checkout": "no order later than a begin_checkout in the session",
    "converted": "no conversion",
    "micro_converted": "meets no micro-conversion rule",
    "near_checkout": "no interaction with an asset in cart, mini_cart or checkout, nor a booster",
    "repeat": "the person's first order ever",
    "refunded": "never refunded",
    "conversion": "not one of the site's conversions",
    "followed": "what has to follow did not follow within the window",
    "visited": "no session in the time shown",
    "accepted": "not both sides responded",
    "by_text": "not a message of each side",
    "by_video": "not both sides joined the call",
    "agent_responded": "no response of the agent's side",
    "credited": "another conversation has the credit",
    "called": "another conversation was the latest call",
    "talked": "no conversation in the time shown",
    "ordered": "no conversation order in the time shown",
    "with_conversation": "no experience_interaction in the session",
}
"""What is so where a flag is not set; of others the meaning of their column is told."""


def flag_reason(fact: Fact, column: str, *, wanted: bool) -> tuple[str, str]:
    """Why a row is not counted whose flag is not as it has to be."""
    meaning = next(each.meaning for each in fact.columns if each.name == column)
    if not wanted:
        return column, meaning
    return f"not_{column}", _NOT_SO.get(column, f"not so: {meaning}")


def unknown_reason(fact: Fact, column: str) -> tuple[str, str]:
    """Why a row is not counted of which a column is not known."""
    if column == "person":
        return "nobody", "nobody is known who did it"
    meaning = next(each.meaning for each in fact.columns if each.name == column)
    return f"unknown_{column}", f"unknown {column.replace('_', ' ')} ({meaning})"


def span(us: int) -> str:
    """A duration as `24 h 00 m 01 s`; with milliseconds where there are some."""
    seconds, ms = divmod(abs(us) // 1000, 1000)
    hours, rest = divmod(seconds, 3600)
    days, of_day = divmod(hours, 24)
    told = f"{days} d {of_day:02} h" if days > 2 else f"{hours} h"
    exact = f"{rest % 60:02}.{ms:03}" if ms else f"{rest % 60:02}"
    return f"{told} {rest // 60:02} m {exact} s"
