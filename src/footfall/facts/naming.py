"""What a session's origin and landing page are called: its channel, and why the visitor came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.event.traffic import DIRECT, channel
from footfall.facts.load import insert_rows
from footfall.facts.runs import ORIGIN
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

INTENTS = {
    "product": "transactional",
    "cart": "transactional",
    "collection": "commercial",
    "search": "commercial",
    "blog": "informational",
    "help": "informational",
    "home": "navigational",
}
"""What a landing page's type says about why the visitor came (kpis.md, Dimensions)."""


def name_channels(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``channels``: the channel of every distinct origin of a session."""
    found = con.execute(
        f"SELECT DISTINCT signal, {', '.join(ORIGIN)} FROM session_core"
    ).fetchall()
    rows = [
        (signal, *origin, channel(*(origin if signal else DIRECT), site.channel_sites))
        for signal, *origin in found
    ]
    con.execute("""
        CREATE OR REPLACE TEMP TABLE channels
            (signal BOOLEAN, source VARCHAR, medium VARCHAR, campaign VARCHAR, channel VARCHAR)
    """)
    insert_rows(con, "channels", rows)


def name_intents(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``intents``: why visitors came, for every distinct landing page."""
    pages = con.execute(
        "SELECT DISTINCT landing_page FROM session_core WHERE landing_page IS NOT NULL"
    ).fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE intents (page VARCHAR, intent VARCHAR)")
    insert_rows(
        con, "intents", [(page, INTENTS.get(site.page_type(page) or "")) for (page,) in pages]
    )
