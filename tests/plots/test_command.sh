#!/bin/sh
# test_command.sh POOLBENCH FIXTURES - `poolbench plot`: its exit codes, and one sentence for each mistake.
set -u
poolbench=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp -r "$2/small" "$place/results"
bad=0
path=$PATH

expect() { # EXIT_CODE PATTERN ARGUMENT...: one line that matches, and this exit code
    want=$1 pattern=$2
    shift 2
    PATH=$path "$poolbench" plot "$@" >"$place/said" 2>&1
    got=$?
    if [ $got -ne "$want" ] || [ "$(wc -l <"$place/said")" -ne 1 ] || ! grep -q -- "$pattern" "$place/said"; then
        echo "poolbench plot $*: exit code $got, not $want, or it does not say '$pattern' in one line:"
        cat "$place/said"
        bad=1
    fi
}

expect 2 'wants a result folder'
expect 2 'one too many' "$place/results" "$place/results"
expect 2 "'gif' is no format" "$place/results" --format gif
expect 2 "$place/none/summary.csv: No such file" "$place/none"
expect 0 "plots: $place/results/plots" "$place/results" --format svg
[ -s "$place/results/plots/overview.svg" ] || { echo "no overview" && bad=1; }
path=$place
expect 4 'gnuplot is not installed: sudo apt-get install gnuplot-nox' "$place/results"
exit $bad
