#!/bin/sh
# compare.sh POOLBENCH SYNTHESIZE - `poolbench compare` on runs whose truth is known: exit codes, verdicts, formats.
set -u
poolbench=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
bad=0
"$2" "$place/a" seed=1 works=2 && "$2" "$place/again" seed=2 works=2 && "$2" "$place/slow" seed=3 works=2 slower=1.2 &&
    "$2" "$place/few" seed=4 works=2 launches=3 || exit 1
cp -r "$place/again" "$place/other" && sed 's/Synthetic CPU/Another CPU/' "$place/a/machine.json" >"$place/other/machine.json"
"$2" "$place/apart" seed=5 works=2 usable=2 && cp "$place/a/machine.json" "$place/apart/machine.json" &&
    sed 's/"spin"/"sleep"/' "$place/apart/plan.json" >"$place/x" && mv "$place/x" "$place/apart/plan.json" &&
    sed 's/,spin,/,sleep,/' "$place/apart/samples.csv" >"$place/x" && mv "$place/x" "$place/apart/samples.csv"
cp -r "$place/again" "$place/sleepy" && sed 's/"yield"/"sleep"/' "$place/again/plan.json" >"$place/sleepy/plan.json" &&
    sed 's/,yield,/,sleep,/' "$place/again/samples.csv" >"$place/sleepy/samples.csv"

expect() { # EXIT_CODE PATTERN ARGUMENT...: this exit code, and a line that matches
    want=$1 pattern=$2
    shift 2
    "$poolbench" compare "$@" >"$place/said" 2>&1
    got=$?
    if [ $got -ne "$want" ] || ! grep -q -- "$pattern" "$place/said"; then
        echo "poolbench compare $*: exit code $got, not $want, or it does not say '$pattern':"
        head -5 "$place/said"
        bad=1
    fi
}

cd "$place" || exit 1
"$2" calm seed=1 works=1 twin=1 noise=0.003 && "$2" wild seed=7 works=1 twin=1 noise=0.3 || exit 1
expect 0 '^Unpaired' a again
expect 0 'not told apart' a again
expect 1 'pthread_steal .* worse$' a slow
expect 0 'pthread_steal .* better$' slow a
expect 1 'beyond the gate' a slow --gate 5
expect 0 'worse$' a slow --gate 60%
expect 3 'not within the gate for sure' a slow --gate 23
expect 3 'inconclusive' a few
expect 3 '52 of 52 cells have too few launches for 52 comparisons' few few
expect 2 'different environments (cpu_model); --force' a other
expect 0 'not told apart' calm calm --gate 5
expect 3 'inconclusive all the same: in wild a strategy differs from itself' calm wild --gate 5
expect 0 'Forced although the environments differ: cpu_model' a other --force
expect 2 'different environments (wait policy); --force' a sleepy
expect 0 '^Unpaired.* 52 comparisons' a sleepy --force
expect 2 'have no cell in common' a apart
expect 0 '^Unpaired.* 52 comparisons' a again --metric throughput
expect 2 'have no cell in common' a again --metric latency
expect 2 "no metric 'luck'" a again --metric luck
expect 2 'wants two result folders' a
expect 2 'one too many' a again slow
expect 2 '--gate' a again --gate=-5
expect 2 '--gate' a again --gate nan
expect 2 "'xml' is no format" a again --format xml
expect 2 'none/plan.json: No such file' a none

# No other strategy is found worse, in whichever format.
"$poolbench" compare a slow --format csv 2>/dev/null | grep ',worse,' | grep -v pthread_steal && echo "a false alarm" && bad=1
[ "$("$poolbench" compare a slow --format csv 2>/dev/null | grep -c 'pthread_steal.*,worse,$')" -ge 8 ] ||
    { echo "pthread_steal is 20 % slower in 10 cells, and not found so in 8" && bad=1; }
"$poolbench" compare a slow --format json 2>/dev/null | python3 -c '
import json, sys
page = json.load(sys.stdin)
rows = page["rows"]
assert page["paired"] is False and len(rows) == 52, page
worse = [r for r in rows if r["verdict"] == "worse"]
assert worse and all(r["cell"]["strategy"] == "pthread_steal" for r in worse)
assert all(r["ratio_low"] <= r["ratio"] <= r["ratio_high"] for r in rows)
assert all(1.1 < r["ratio"] < 1.3 for r in worse)' || { echo "the JSON is not right" && bad=1; }
exit $bad
