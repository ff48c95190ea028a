#!/bin/sh
# plant.sh SCRIPT ORIGINAL CHANGED - plant a bug of the front; a script that changes nothing plants none.
set -eu
sed -f "$1" "$2" >"$3"
if cmp -s "$2" "$3"; then
    echo "tests/planted/front/${1##*/} changes nothing in $2: adapt it to the present source" >&2
    exit 1
fi
