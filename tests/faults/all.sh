#!/bin/bash
# Every fault tool with its big numbers; what this machine cannot do is said, and counts as failed.
set -u
python="$1"
failed=0
run() {
  echo "== $*"
  "$python" "$@" || { echo "FAILED: $*"; failed=1; }
}
run tests/faults/disk.py --cuts 1000
run tests/faults/disk.py --every-call
run tests/faults/kill.py --kills "${KILLS:-500}"
run tests/faults/kill.py --places --rounds 20
run tests/faults/space.py --what journal
run tests/faults/space.py --what journal --read-only
run tests/faults/space.py --what data --size 64m
run tests/faults/space.py --what data --size 64m --read-only
run tests/faults/slow.py --lines 500
run tests/faults/burst.py --seconds 60
exit $failed
