"""The decision table, asked with numbers that come from elsewhere."""

from __future__ import annotations

from footfall.calculator.fields import Fields
from footfall.calculator.shown import Outputs
from footfall.statistics.arm import Interval
from footfall.statistics.decision import Evidence, decide
from footfall.statistics.guardrail import Guardrail, guardrail_of_interval


def decision(fields: Fields) -> Outputs:
    """The decision table."""
    primary = _interval(fields, "primary_ci")
    found = decide(
        Evidence(
            primary=primary,
            mde=fields.number("mde", least=0) if fields.has("mde") else None,
            days_run=fields.count("days_run"),
            min_days=fields.count("min_days"),
            planned_end_reached=fields.flag("planned_end_reached"),
            enough_events=fields.flag("enough_events", default=True),
            guardrails=tuple(
                _guardrail(each, at) for at, each in enumerate(fields.objects("guardrails"), 1)
            ),
            srm_p=fields.share("srm_p", ends=True) if fields.has("srm_p") else None,
            multi_variant_share=fields.share("multi_variant_share", 0.0, ends=True),
            changed_mid_run=fields.flag("changed_mid_run", default=False),
            exposure_in_one_arm=fields.flag("exposure_in_one_arm", default=False),
        )
    )
    told: Outputs = {"decision": str(found.decision), "reasons": [str(r) for r in found.reasons]}
    costs = {"costs": list(found.costs)} if found.costs else {}
    return told | {"rule": found.rule} | costs


def _guardrail(fields: Fields, number: int) -> Guardrail:
    margin = fields.share("margin")
    name = str(fields.told.get("name") or f"guardrail {number}")
    found = guardrail_of_interval(_interval(fields, "ci"), margin, name)
    fields.only(("name",))
    return found


def _interval(fields: Fields, key: str) -> Interval | None:
    if key not in fields.told:
        raise fields.wrong(key, "is missing", "write [low, high], or null where there is none")
    if not fields.has(key):
        return None
    ends = fields.numbers(key, 2)
    if len(ends) != 2 or ends[0] > ends[1]:
        raise fields.wrong(key, f"{ends} is no interval", "write [low, high]")
    return Interval(ends[0], ends[1])
