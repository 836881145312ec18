"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A slow or busy machine is no reason for a test to fail.
settings.register_profile("footfall", deadline=None, print_blob=True)
settings.load_profile("footfall")
