"""What a sender is told: what was accepted, known already, and refused, each with its reason."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from footfall.doors.collector.body import Turned
from footfall.doors.collector.http import JSON, Answered, later, problem
from footfall.journal import Trouble
from footfall.log.quarantine import ref_of

RETRY_SECONDS = {"overloaded": 2, "storage_full": 5, "read_only": 5}
NEVER = frozenset({"duplicate_conflict", "timestamp_too_old", "too_large"})
Rejected = list[dict[str, Any]]
Say = Callable[[int, int, Rejected], Answered]
"""How an outcome is said: accepted, duplicates, rejected."""


def native(accepted: int, duplicates: int, rejected: Rejected) -> Answered:
    """The outcome in our own words: 202, or 400 where there was something and all was refused."""
    if not rejected:
        told = b'{"accepted":%d,"duplicates":%d,"rejected":[]}'
        return Answered(202, told % (accepted, duplicates))
    outcome = {"accepted": accepted, "duplicates": duplicates, "rejected": rejected}
    if accepted or duplicates:
        return Answered(202, msgspec.json.encode(outcome), JSON)
    first = rejected[0]
    return problem(
        400, first["code"], first["detail"], pointer=first["pointer"], retry=first["retry"],
        index=first["index"], quarantine_ref=first["quarantine_ref"], **outcome,
    )  # fmt: skip


def rejected_of(site: str, turned: Sequence[Turned]) -> Rejected:
    """The refused events as their sender is told of them."""
    seen: Counter[tuple[str, bytes]] = Counter()
    found = []
    for each in turned:
        why, digest = each.rejection, hashlib.sha256(each.raw).digest()
        seen[why.code, digest] += 1
        found.append({
            "index": each.index,
            "code": why.code,
            "pointer": why.pointer,
            "detail": why.detail,
            "retry": "never" if why.code in NEVER else "after_fix",
            "quarantine_ref": ref_of(site, digest, why.code, seen[why.code, digest]),
        })  # fmt: skip
    return found


def troubled(trouble: Trouble) -> Answered:
    """Nothing is durable: 503, and when to come again."""
    return later(503, trouble.code, trouble.detail, RETRY_SECONDS.get(trouble.code, 5))
