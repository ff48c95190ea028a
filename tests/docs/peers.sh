#!/bin/sh
# peers.sh ROOT POOLBENCH - docs/peers.md has every peer of the list, and names only cases and peers that there are.
set -eu
page=$1/docs/peers.md bad=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$2" list clauses >"$scratch/clauses"

say() { echo "$1"; bad=1; }

peers=$(sed -n 's/^PEER(\([a-z0-9_]*\)).*/\1/p' "$1/strategies/peers/list.def")
[ -n "$peers" ] || say "there are no peers in the list"
for peer in $peers; do
    grep -q "^| \`$peer\` |.* |.* |.* |$" "$page" || say "$page has no row for $peer"
    grep -q "^\*\*.*$peer\*\*" "$page" || say "$page does not say how $peer is driven"
done
# The table of findings: peer, cases or clauses, verdict, why.
awk -F ' *[|] *' '/^## Conformance/ { on = 1 } on && /^[|] `/ { gsub(/`/, "", $2); print $2 > "/dev/stderr"; n = split($3, c, /[ ,]+/)
    for (i = 1; i <= n; i++) if (c[i] !~ /^\(/) print c[i] }' "$page" 2>"$scratch/peers" | sort -u |
    while read -r case; do
        grep -qE "(^|[^A-Za-z0-9_])$case([^A-Za-z0-9_]|$)" "$scratch/clauses" || echo "$page: there is no case $case"
    done >"$scratch/bad"
for peer in $(sort -u "$scratch/peers"); do
    echo "$peers" | grep -qx "$peer" || say "$page: there is no peer $peer"
done
[ ! -s "$scratch/bad" ] || say "$(cat "$scratch/bad")"
exit $bad
