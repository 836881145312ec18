#!/usr/bin/env bash
# Makes .venv with everything in requirements.lock and this package in it, ready to run.
# Does nothing where that is done already; asks nothing. PYTHON names the interpreter to use.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=.venv
stamp=$venv/.ready

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$@"; exit 2; }
is_root() { [ "$(id -u)" = 0 ]; }

# What the environment is made from. The folder counts too: scripts in .venv hold its name.
wanted() { { pwd; cat requirements.lock pyproject.toml tools/setup.sh; } | sha256sum; }

is_python() {
  command -v "$1" >/dev/null 2>&1 &&
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null
}

find_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if is_python "$name"; then printf '%s' "$name"; return 0; fi
  done
  return 1
}

# Debian and Ubuntu leave out the module that makes environments.
apt_install() {
  if ! is_root || ! command -v apt-get >/dev/null 2>&1; then return 1; fi
  say "installing $*"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >&2
}

venv_package() { "$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'; }

make_venv() {
  rm -rf "$venv"
  "$1" -m venv "$venv" >/dev/null 2>&1 && "$venv/bin/python" -m pip --version >/dev/null 2>&1
}

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(wanted)" ] && "$venv/bin/python" -c '' 2>/dev/null
then
  exit 0
fi

if [ -n "${PYTHON:-}" ]; then
  is_python "$PYTHON" || stop "PYTHON=$PYTHON is not a Python of 3.11 or newer"
  python=$PYTHON
else
  python=$(find_python) || {
    apt_install python3 python3-venv || true
    python=$(find_python) || stop "Python 3.11 or newer is needed; on Debian or Ubuntu:" \
      "apt-get install python3 python3-venv (or name another by PYTHON=/path/to/python3)"
  }
fi
if ! make_venv "$python"; then
  package=$(venv_package "$python")
  apt_install "$package" || true
  make_venv "$python" || stop "$python cannot make a virtual environment; as root:" \
    "apt-get install $package (or name another by PYTHON=/path/to/python3)"
fi

say "installing what requirements.lock names into $venv, which takes a minute"
pip=("$venv/bin/python" -m pip -qq --disable-pip-version-check)
"${pip[@]}" install --require-hashes --only-binary :all: --requirement requirements.lock
"${pip[@]}" install --no-deps --no-build-isolation --editable .
wanted > "$stamp"
