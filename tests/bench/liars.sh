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

# Who does not wait as all others do is labelled wherever it stands beside them.
label='yield (not comparable)'
grep -qF ",liar_fickle,,nothing,,1,0,none,$label," results/samples.csv || fail "no label in samples.csv"
grep -qF ",liar_fickle,,nothing,,1,0,none,$label," results/summary.csv || fail "no label in summary.csv"
grep -v ',liar_fickle,' results/samples.csv | grep -qF "$label" && fail "others are labelled in samples.csv"
grep -q '^liar_fickle (not comparable) ' out || fail "no label in the table: $(cat out)"
"$POOLBENCH" report results >out 2>err || fail "report: $(cat err)"
grep -q 'Not comparable:.*liar_fickle' results/report.html || fail "no note in report.html"
grep -q '<th>liar_fickle (not comparable)' results/report.html || fail "no label in report.html"
"$POOLBENCH" plot results >out 2>err || fail "plot: $(cat err)"
grep -rqF 'liar_fickle (not comparable)' results/plots || fail "no label in the plots"
"$POOLBENCH" bench --plugin "$2" -s liar_fickle -w nothing --wait sleep --dry-run >out 2>err || fail "dry-run: $(cat err)"
grep -qF '(not comparable)' out && fail "labelled although it sleeps: $(cat out)"
"$POOLBENCH" bench --plugin "$2" -s liar_fickle -w nothing --wait spin --dry-run >out 2>err || fail "dry-run: $(cat err)"
grep -qF 'liar_fickle (not comparable)' out || fail "not labelled where it should spin: $(cat out)"
"$POOLBENCH" list strategies --plugin "$2" >out 2>err || fail "list: $(cat err)"
grep -q 'waiting  sleeps; not comparable with --wait yield, spin$' out || fail "list does not say it: $(grep waiting out)"
finish
