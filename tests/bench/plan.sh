#!/bin/bash
# The plan: the machine's worker points, another machine's, the same seed twice, a replay.
. "$(dirname "$0")/common.sh"

HWLOC_SYNTHETIC="pack:2 numa:2 l3:2 core:8 pu:2" "$POOLBENCH" bench --dry-run --seed 1 >big || fail "dry run"
for point in "8  .*one L3 cache" "16  .*one NUMA node" "32  .*one package" "64  .*all cores" "128  .*all threads" \
    "256  oversubscribed"; do
    grep -qE "^ +$point" big || fail "no '$point' in the plan of two packages: $(cat big)"
done
HWLOC_SYNTHETIC="pack:2 numa:2 l3:2 core:8 pu:2" "$POOLBENCH" bench --dry-run --seed 1 >again
cmp big again || fail "the same seed gives another plan"
"$POOLBENCH" bench --dry-run --workers 7,3,7 >asked
grep -qE "^ +3  .*asked for" asked && grep -qE "^ +7  .*asked for" asked || fail "--workers is not in the plan"
[ "$(grep -cE '^ +[0-9]+  ' asked)" -eq 2 ] || fail "--workers 7,3,7 gives other points: $(cat asked)"

# A plan of thousands of cells: HWLOC_SYNTHETIC gives the worker counts, the lists the rest.
HWLOC_SYNTHETIC="pack:2 numa:2 l3:2 core:8 pu:2" "$POOLBENCH" bench --dry-run --metric all --seed 1 -w spin \
    -s fork_shared,fork_pipe,process_fork,pthread_queue,pthread_steal,thread_each \
    --work 1us,2us,4us,8us,16us,32us,64us,128us --chunk 1,2,4 >many || fail "a plan of many cells"
grep -qE '^metrics +throughput: [0-9]{4} cells' many || fail "not thousands of cells: $(cat many)"
grep -qE '^ +latency: [0-9]+ cells' many && grep -qE '^ +lifecycle: [0-9]+ cells' many || fail "no other metric: $(cat many)"

HWLOC_SYNTHETIC="core:4 pu:1" expect 4 "only described" -s serial -w nothing
HWLOC_SYNTHETIC="core:4 pu:1" expect 4 "HWLOC_SYNTHETIC" -s serial -w nothing --bind compact
HWLOC_SYNTHETIC="garbage" "$POOLBENCH" bench --dry-run >out 2>err
rc=$?
[ $rc -eq 4 ] || [ $rc -eq 2 ] || fail "garbage in HWLOC_SYNTHETIC: exit code $rc"

small="-s pthread_steal -w nothing --workers 1,2 --profile quick --budget 30s --no-plots"
"$POOLBENCH" bench $small --seed 42 -o one >out 2>err || fail "first run: $(cat err)"
"$POOLBENCH" bench $small --seed 42 -o two >out 2>err || fail "second run: $(cat err)"
"$POOLBENCH" bench $small --seed 43 -o three >out 2>err || fail "third run: $(cat err)"
planned() { # what the seed gives: all but the counts, which each run finds anew
    grep -v '"count":' "$1/plan.json"
}
[ "$(planned one)" = "$(planned two)" ] || fail "the same seed gives another plan.json"
[ "$(planned one)" = "$(planned three)" ] && fail "another seed gives the same plan.json"
grep -q '"count": 0' one/plan.json && fail "plan.json does not hold the counts of what was measured"
"$POOLBENCH" bench --plan one/plan.json --no-plots -o replayed >out 2>err || fail "replay: $(cat err)"
cmp one/plan.json replayed/plan.json || fail "a replay writes another plan.json"
order() {
    grep ',measure,' "$1/samples.csv" | cut -d, -f1,4,8,17-21
}
[ "$(order one)" = "$(order replayed)" ] || fail "a replay measures in another order"
finish
