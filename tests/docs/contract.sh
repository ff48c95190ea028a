#!/bin/sh
# contract.sh [--write] POOLBENCH FILE - the tables at the end of docs/contract.md are what the program knows of clauses and
# cases; with --write, make them so.
set -eu
write=no
if [ "$1" = --write ]; then
    write=yes
    shift
fi
poolbench=$1 file=$2
mark='<!-- From here on made by: poolbench list clauses --markdown -->'
new=$(mktemp)
trap 'rm -f "$new"' EXIT

grep -qxF -e "$mark" "$file" || { echo "$file lacks the line: $mark"; exit 1; }
awk -v mark="$mark" '{ print } $0 == mark { exit }' "$file" >"$new"
"$poolbench" list clauses --markdown >>"$new"
if cmp -s "$file" "$new"; then
    exit 0
elif [ $write = yes ]; then
    cat "$new" >"$file"
else
    diff -u "$file" "$new" | head -n 40 || :
    echo "$file is not up to date: build the target docs-contract and commit it"
    exit 1
fi
