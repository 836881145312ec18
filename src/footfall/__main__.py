"""``python -m footfall`` is the command ``footfall``."""

from __future__ import annotations

import sys

from footfall.doors.cli import main

if __name__ == "__main__":
    sys.exit(main())
