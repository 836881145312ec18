"""What a session's origin and landing page are called: its channel, and why the visitor came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.event.traffic import channel
from footfall.facts.load import insert_rows
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


def name_folders(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``folders``: the folder of every experience that the site has put into one."""
    con.execute("CREATE OR REPLACE TEMP TABLE folders (experience VARCHAR, folder VARCHAR)")
    insert_rows(con, "folders", list(site.folders.items()))


def name_channels(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``channels``: the channel of every distinct origin of a session."""
    found = con.execute("""
        SELECT DISTINCT coalesce(to_json(origin)::VARCHAR, ''), origin IS NULL,
            origin.source, origin.medium, origin.campaign
        FROM described
    """).fetchall()
    rows = [
        (
            key,
            channel("(direct)", "(none)", None, site.channel_sites)
            if direct
            else channel(parts[0], parts[1], parts[2], site.channel_sites),
        )
        for key, direct, *parts in found
    ]
    con.execute("CREATE OR REPLACE TEMP TABLE channels (key VARCHAR, channel VARCHAR)")
    insert_rows(con, "channels", rows)


def name_intents(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``intents``: why visitors came, for every distinct landing page."""
    pages = con.execute(
        "SELECT DISTINCT landing_page FROM described WHERE landing_page IS NOT NULL"
    ).fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE intents (page VARCHAR, intent VARCHAR)")
    insert_rows(
        con, "intents", [(page, INTENTS.get(site.page_type(page) or "")) for (page,) in pages]
    )
