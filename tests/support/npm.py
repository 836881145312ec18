"""Clients from npm, installed once into a cache outside of the repository: a tool of the tests."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

CLIENTS = {
    "@segment/analytics-node": "3.1.0",
    "@segment/analytics-next": "1.84.3",
    "@rudderstack/analytics-js": "3.34.1",
    "@plausible-analytics/tracker": "0.4.6",
    "matomo-tracker": "2.2.4",
}
INSTALL_SECONDS, RUN_SECONDS = 300, 60


def installed() -> Path:
    """The folder with `node_modules`; skips the test where node or the registry are not there."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed here; clients from npm are not tried")
    wanted = json.dumps({"private": True, "dependencies": CLIENTS}, sort_keys=True)
    folder = _cache() / hashlib.sha256(wanted.encode()).hexdigest()[:16]
    if not (folder / "done").exists():
        _install(npm, folder, wanted)
    return folder


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "footfall" / "test-clients"


def _install(npm: str, folder: Path, wanted: str) -> None:
    making = folder.with_name(f"{folder.name}.{os.getpid()}")
    making.mkdir(parents=True)
    (making / "package.json").write_text(wanted, "utf-8")
    words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
    ran = subprocess.run(
        [npm, *words],
        cwd=making,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        check=False,
    )
    if ran.returncode != 0:
        shutil.rmtree(making)
        pytest.skip(f"npm could not fetch the clients: {ran.stderr.strip()[-300:]}")
    (making / "done").touch()
    try:
        making.rename(folder)
    except OSError:  # another run was quicker
        shutil.rmtree(making)


def run(script: str, folder: Path, *words: str) -> None:
    """Runs a script of a client's in node, from where its packages are found; it must succeed."""
    path = folder / f"{hashlib.sha256(script.encode()).hexdigest()[:16]}.cjs"
    path.write_text(script, "utf-8")
    ran = subprocess.run(
        ["node", str(path), *words],
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
