"""What a session's origin and landing page are called: its channel, and why the visitor came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.event.closed_lists import INTENTS
from footfall.event.traffic import DIRECT, channel
from footfall.facts.load import insert_rows
from footfall.facts.runs import ORIGIN
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb


def name_folders(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``folders``: the folder of every experience that the site has put into one."""
    con.execute("CREATE OR REPLACE TEMP TABLE folders (experience VARCHAR, folder VARCHAR)")
    insert_rows(con, "folders", list(site.folders.items()))


NAMED_SESSIONS = f"""(
    SELECT s.* REPLACE (
            CASE WHEN s.signal THEN s.source ELSE '{DIRECT[0]}' END AS source,
            CASE WHEN s.signal THEN s.medium ELSE '{DIRECT[1]}' END AS medium,
            CASE WHEN s.signal THEN s.campaign END AS campaign
        ),
        c.channel, i.intent
    FROM session_core s
    JOIN channels c ON c.signal = s.signal
        AND {" AND ".join(f"c.{name} IS NOT DISTINCT FROM s.{name}" for name in ORIGIN)}
    LEFT JOIN intents i ON i.page = s.landing_page
)"""
"""``session_core`` with what its sessions are called."""


def name_channels(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``channels``: the channel of every distinct origin of a session."""
    found = con.execute(f"SELECT DISTINCT signal, {', '.join(ORIGIN)} FROM session_core").fetchall()
    rows = []
    for signal, *told in found:
        source, medium, campaign = told if signal else DIRECT
        rows.append((signal, *told, channel(source, medium, campaign, site.channel_sites)))
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
