"""The demonstration shop's settings: the keys of a site in `footfall.toml`."""

from __future__ import annotations

from typing import Any

from footfall.doors.demo.blocks import BLOCKS
from footfall.doors.demo.experiences import EXPERIENCES
from footfall.doors.demo.shop import PAYMENT_HOST
from footfall.doors.demo.story import TIMEZONE
from footfall.doors.demo.talks import AGENTS

DEMO_SITE: dict[str, Any] = {
    "name": "Demo shop",
    "locale": "en",
    "timezone": TIMEZONE,
    "currency": "EUR",
    "key_events": ["purchase", "sign_up", "generate_lead"],
    "conversions": ["purchase"],
    "hosts": [PAYMENT_HOST],
    "names": {
        "agents": {each.id: each.name for each in AGENTS},
        "assets": {each.asset: each.name for each in BLOCKS},
        "experiences": {each.id: each.name for each in EXPERIENCES},
        "modules": {each.id: each.name for of in EXPERIENCES for each in of.modules},
    },
    "folders": {each.id: each.folder for each in EXPERIENCES},
    "micro_conversions": [
        {"id": "size_guide", "event": "size_guide_open"},
        {"id": "brochure", "event": "brochure_download"},
        {"id": "reader", "page": "/blog*", "engaged_seconds": 90},
    ],
}
