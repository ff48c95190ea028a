#!/bin/sh
# python.sh TUTORIAL - the blocks of Python in it are at least Python.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

awk -v folder="$scratch" '
    /^```python$/ { inside = 1; file = sprintf("%s/line_%d.py", folder, FNR); next }
    /^```$/ { inside = 0; next }
    inside { print >file }' "$1"
PYTHONPYCACHEPREFIX=$scratch python3 -m py_compile "$scratch"/line_*.py
echo "ok: $(find "$scratch" -name 'line_*.py' | wc -l) blocks"
