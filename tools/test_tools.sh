#!/usr/bin/env bash
# What tests use besides Python: a browser, and node with npm for the analytics clients that shops
# have. Installs what is missing where it may; else says what is missing, and those tests are skipped.
set -euo pipefail

say() { printf 'setup: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }
may_install() { [ "$(id -u)" = 0 ] && has apt-get; }
is_debian() { [ "$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}")" = debian ]; }

get() {
  say "installing $*"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } >&2 ||
    say "could not install $*"
}

has_browser() {
  has chromium || has chromium-browser || has google-chrome || has google-chrome-stable
}

# Ubuntu's package of that name is a snap, which does not run everywhere.
if ! has_browser && may_install && is_debian; then get chromium fonts-dejavu-core; fi
if ! has_browser; then
  say "no browser: tests in one are skipped (apt-get install chromium, or Google Chrome)"
fi
if ! { has node && has npm; } && may_install; then get nodejs npm; fi
if ! { has node && has npm; }; then
  say "no node and npm: tests of npm's analytics clients are skipped (apt-get install nodejs npm)"
fi
