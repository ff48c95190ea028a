#!/bin/bash
# A whole small run: every file is there, every line has its fields, numbers agree with each other.
. "$(dirname "$0")/common.sh"

"$POOLBENCH" bench -s pthread_steal,omp_dynamic:chunk=2 -w nothing,fail_at:at=3 --workers 1,2 --profile quick \
    --budget 60s --seed 7 -o results >out 2>err || fail "exit code $?: $(cat err)"
for file in machine.json plan.json samples.csv summary.csv; do
    [ -s "results/$file" ] || fail "no $file"
done
[ -z "$(find results -name '*.tmp')" ] || fail "temporary files stay: $(find results)"

fields() {
    awk -F, -v n="$2" 'NF != n { bad++ } END { exit bad > 0 || NR < 2 }' "$1" || fail "$1: lines without $2 fields"
}
fields results/samples.csv 36
fields results/summary.csv 28
[ "$(grep -c ',measure,' results/samples.csv)" -gt 0 ] || fail "no sample"
grep -E ',(measure|warmup),' results/samples.csv | grep -vq ',1$' && fail "a sample is not verified"
sessions=$(grep -c ',session,' results/samples.csv)
[ "$(grep -c '^(canary),' results/samples.csv)" -ge $((sessions + 6)) ] || fail "not a canary beside every session"
[ "$(grep -c '^(empty),' results/samples.csv)" -eq 6 ] || fail "not one empty region per launch"
[ "$(grep -v '^(' results/summary.csv | tail -n +2 | wc -l)" -eq 64 ] || fail "summary.csv has not (5 + 2 x 2 x 6) x 2 + 6 rows"
for row in '(empty),wall,ns' '(canary),wall,ns' '(harness),per_sample,ns' '(harness),share,%' '(aa),ratio,1'; do
    grep -qF "$row," results/summary.csv || fail "summary.csv has no $row"
done
[ "$(grep -c '\.twin,' results/summary.csv)" -eq 6 ] || fail "not one cell of a strategy against itself"
cut -d, -f4,5 results/summary.csv | grep -q '^omp_dynamic,chunk=2$' || fail "options are lost"

# The median over launches of medians over rounds, once more, in awk, for one cell.
recomputed=$(grep '^throughput,time_per_item,ns,pthread_steal,,nothing,,2,.*,measure,' results/samples.csv | awk -F, '
    { at[$18] = at[$18] " " sprintf("%.12g", $24 / $22 / $17) }
    function median(text,   v, n, i, j, x) {
        n = split(text, v, " ")
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) {
                x = v[j]
                v[j] = v[j - 1]
                v[j - 1] = x
            }
        return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    END { for (l in at) all = all " " sprintf("%.12g", median(at[l])); printf "%.4g", median(all) }')
stated=$(grep '^throughput,time_per_item,ns,pthread_steal,,nothing,,2,' results/summary.csv | awk -F, '{ printf "%.4g", $20 }')
[ -n "$stated" ] && [ "$stated" = "$recomputed" ] || fail "the median is $recomputed, not $stated"
tail -1 out | grep -qx 'Results: results' || fail "the last line does not say where: $(tail -1 out)"
grep -q 'every result of every call was verified' out || fail "nothing about verification"
finish
