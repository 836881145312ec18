"""Segment's calls in files: how they are told from others' rows."""

from __future__ import annotations

WHO = ("messageId", "anonymousId", "userId", "previousId")
SIGNS = (*(frozenset({"type", each}) for each in WHO), frozenset({"batch"}))


def refuse(names: frozenset[str]) -> str | None:
    """Why rows with these keys are no calls."""
    if names & {"anonymous_id", "context_page_url", "event_text", "original_timestamp"}:
        return (
            "it is a table of Segment's warehouse (anonymous_id, event_text, …), not the calls "
            "themselves; read it with --map MAP.toml"
        )
    return None
