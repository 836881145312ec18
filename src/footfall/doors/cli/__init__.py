"""The command line: what people type, and what they read.

Each command is a module of its own that is imported when it is asked for, so that one which needs
no database starts without one.
"""

from __future__ import annotations

from footfall.doors.cli.front import main

__all__ = ["main"]
