"""The demonstration shop: a realistic store's events, tables and settings, made out of a seed.

An outdoor shop with customers in Germany, Austria, Switzerland and around: daily and weekly
rhythm, campaigns, carts, orders, refunds, engagement blocks, advice by chat and video, chat
experiences and experiments. Every event of the event contract happens; nothing in it is real.
"""

from __future__ import annotations

from footfall.doors.demo.envelope import SCHEMA
from footfall.doors.demo.files import write_jsonl, write_parquet
from footfall.doors.demo.site import DEMO_SITE
from footfall.doors.demo.story import days_of, generate
from footfall.doors.demo.tables import tables

__all__ = [
    "DEMO_SITE",
    "SCHEMA",
    "days_of",
    "generate",
    "tables",
    "write_jsonl",
    "write_parquet",
]
