"""What needs the database is asked of whoever holds it; what does not is done by everybody."""

from __future__ import annotations

import inspect

from footfall.held import is_asked
from footfall.workspace import Workspace

LOCAL = {
    "add_site", "assign", "catalogue", "control", "data", "log", "site",  # files of their own
    "close", "holder", "interrupt", "staging",
    "database", "period", "projection",  # for what is asked, where it is done
    "export",  # asks for a file with the list
}  # fmt: skip


def test_every_method_is_asked_or_needs_no_database() -> None:
    public = {name for name, _ in inspect.getmembers(Workspace) if not name.startswith("_")}
    methods = {name for name in public if is_asked(getattr(Workspace, name))}
    assert {"kpis", "quality", "append_events", "funnel", "explain"} <= methods
    assert public - methods - LOCAL - {"hold"} == set()
    assert methods & LOCAL == set()
