"""Which Footfall this is."""

from __future__ import annotations


def installed_version() -> str:
    """The version that is installed; a checkout that is not installed has none."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

    try:
        return version("footfall")
    except PackageNotFoundError:
        return "(not installed)"
