#!/bin/sh
# compare.sh PROGRAM EXPECTED - run the program; it must end with 0 and print what the file holds.
set -eu
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
"$1" >"$printed"
diff -u "$2" "$printed"
