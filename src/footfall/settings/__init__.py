"""What a store decides about its own numbers: `footfall.toml`, read, checked and written."""

from __future__ import annotations

from footfall.settings.faults import Fault, SettingsError
from footfall.settings.mail import InvalidRecipientError, Mail, recipient
from footfall.settings.read import parse_settings, read_settings, site_from_mapping
from footfall.settings.site import MicroConversion, PageType, Settings, Site, matches
from footfall.settings.write import add_site, init_text

__all__ = [
    "Fault",
    "InvalidRecipientError",
    "Mail",
    "MicroConversion",
    "PageType",
    "Settings",
    "SettingsError",
    "Site",
    "add_site",
    "init_text",
    "matches",
    "parse_settings",
    "read_settings",
    "recipient",
    "site_from_mapping",
]
