"""Which Footfall this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def installed_version() -> str:
    """The version that is installed; a checkout that is not installed has none."""
    try:
        return version("footfall")
    except PackageNotFoundError:
        return "(not installed)"
