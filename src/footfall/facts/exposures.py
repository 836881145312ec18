"""Who saw which variant first: the exposure dimensions (kpis.md, Dimensions)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def build(con: duckdb.DuckDBPyConnection) -> None:
    """The first exposure of each person of the group to each experiment.

    It stands there for all visitors of the person, and for the customer, under the negative key
    that facts of no visitor have. With it stands when another variant was first seen, if one was.
    """
    con.execute("""
        CREATE OR REPLACE TEMP TABLE people AS
        SELECT visitor, person FROM group_persons
        UNION ALL SELECT -customer, customer::BIGINT * 2 FROM group_customers
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE exposed_before AS
        SELECT * FROM exposures WHERE visitor IN (SELECT visitor FROM people)
    """)
    con.execute("DELETE FROM exposures WHERE visitor IN (SELECT visitor FROM people)")
    con.execute("""
        INSERT INTO exposures
        WITH told AS (
            SELECT visitor, ts, event_id, experiment, variant FROM exposure_events
            WHERE live AND experiment IS NOT NULL
            UNION ALL
            SELECT -customer, ts, event_id, experiment, variant FROM unvisited_events
            WHERE live AND experiment IS NOT NULL
        ),
        shown AS (
            SELECT p.person, e.experiment, e.variant, e.ts, e.event_id
            FROM told e JOIN people p ON p.visitor = e.visitor
        ),
        firsts AS (
            SELECT person, experiment, variant, ts FROM shown
            QUALIFY row_number() OVER (PARTITION BY person, experiment ORDER BY ts, event_id) = 1
        ),
        others AS (
            SELECT s.person, s.experiment, s.variant, s.ts
            FROM shown s JOIN firsts f ON f.person = s.person AND f.experiment = s.experiment
            WHERE s.variant <> f.variant
            QUALIFY row_number() OVER (
                PARTITION BY s.person, s.experiment ORDER BY s.ts, s.event_id) = 1
        )
        SELECT p.visitor, f.person, f.experiment, f.variant, f.ts, o.variant, o.ts
        FROM firsts f JOIN people p ON p.person = f.person
        LEFT JOIN others o ON o.person = f.person AND o.experiment = f.experiment
    """)
    _note_moved(con)


def _note_moved(con: duckdb.DuckDBPyConnection) -> None:
    """Facts are gathered apart before and after an exposure: where one moved, they become dirty."""
    con.execute("""
        INSERT INTO dirty
        SELECT visitor, since, since FROM (
            (SELECT visitor, since FROM exposed_before EXCEPT SELECT visitor, since FROM exposures)
            UNION ALL
            (SELECT visitor, since FROM exposures WHERE visitor IN (SELECT visitor FROM people)
             EXCEPT SELECT visitor, since FROM exposed_before))
        WHERE visitor > 0
    """)


def points(con: duckdb.DuckDBPyConnection) -> None:
    """``exposure_points``: when each visitor of the scope was exposed to something."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE exposure_points AS
        SELECT visitor, list(since) AS points FROM exposures
        WHERE visitor IN (SELECT visitor FROM scope_visitors) GROUP BY visitor
    """)
