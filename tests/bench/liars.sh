#!/bin/bash
# Who does not keep the contract is refused, who is wrong later is left out; the others go on, and the exit code says it.
. "$(dirname "$0")/common.sh"

"$POOLBENCH" bench --plugin "$2" -s liar_idle,liar_fickle,liar_stale,liar_memo,pthread_steal -w nothing,spin --work 10us --workers 1 \
    --profile quick --budget 30s --no-plots -o results >out 2>err
rc=$?
[ $rc -eq 1 ] || fail "exit code $rc: $(cat err)"
grep -qE '^poolbench: liar_idle is refused, for it does not keep the contract: ' err || fail "not refused: $(cat err)"
for liar in liar_fickle liar_stale liar_memo; do
    grep -qE "^poolbench: throughput, $liar, spin, 1 worker: the result of item [0-9]+ of [0-9]+ is wrong; left out$" err ||
        fail "$liar is not left out: $(cat err)"
    grep -q ",$liar,,spin," results/summary.csv && fail "wrong results of $liar are in the summary"
    grep -q ",$liar,,nothing," results/summary.csv || fail "what was right of $liar is not in the summary"
done
grep -q ',liar_idle,' results/samples.csv && fail "a refused strategy was measured"
grep -q ',pthread_steal,,spin,' results/summary.csv || fail "the others did not go on"
finish
