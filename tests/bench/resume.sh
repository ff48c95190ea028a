#!/bin/bash
# Runs that are killed or interrupted and go on: the same plan, the same cells, every session once.
#   resume.sh POOLBENCH KILLS
. "$(dirname "$0")/common.sh"
kills=$2

# order DIR: the sessions that count, as they came, with the counts of their calls.
order() {
    grep ',measure,' "$1/samples.csv" | cut -d, -f1,2,4,6,8,17,18 | uniq
}

# planned DIR: the same from plan.json alone.
planned() {
    python3 - "$1/plan.json" <<'EOF'
import json, sys
p = json.load(open(sys.argv[1]))
for launch, row in enumerate(p["order"]):
    for cell in row:
        c = p["cells"][cell]
        s = p["strategies"][c["strategy"]]
        print(p["metrics"][c["metric"]], "time_per_item", s["name"] + (".twin" if s["twin"] else ""),
              p["workloads"][c["workload"]]["name"], c["workers"], c["count"], launch, sep=",")
EOF
}

# Killed at random moments, until it is done.
"$POOLBENCH" bench -s pthread_steal -w nothing,spin --workers 1,2 --profile quick --budget 30s --seed 11 --no-plots \
    -o killed >out 2>err &
pid=$!
RANDOM=$((10#$(date +%N) % 32768))
echo "seed of this test: $RANDOM"
done=0
for _ in $(seq "$kills"); do
    sleep "$((RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))"
    kill -KILL $pid 2>/dev/null || done=1
    wait $pid 2>/dev/null
    [ $done -eq 1 ] && break
    [ -s killed/plan.json ] || { # killed before there was anything
        rm -rf killed
        "$POOLBENCH" bench -s pthread_steal -w nothing,spin --workers 1,2 --profile quick --budget 30s --seed 11 \
            --no-plots -o killed >out 2>err &
        pid=$!
        continue
    }
    [ -s killed/samples.csv ] && head -c -7 killed/samples.csv >torn && cp torn killed/samples.csv # a line cut short
    "$POOLBENCH" bench --resume killed --no-plots >out 2>err &
    pid=$!
done
wait $pid
rc=$?
[ $rc -eq 0 ] || fail "the last of the resumed runs: exit code $rc: $(cat err)"
for file in machine.json plan.json samples.csv summary.csv; do
    [ -s "killed/$file" ] || fail "no $file"
done
[ "$(order killed)" = "$(planned killed)" ] ||
    fail "measured in another order than planned: $(diff <(order killed) <(planned killed))"
awk -F, 'NF != 36 { bad++ } END { exit bad > 0 }' killed/samples.csv || fail "a line of samples.csv is torn"
"$POOLBENCH" bench -s pthread_steal -w nothing,spin --workers 1,2 --profile quick --budget 30s --seed 11 --no-plots \
    -o whole >out 2>err || fail "the undisturbed run: $(cat err)"
strip() {
    grep -v '"count":' "$1/plan.json"
}
[ "$(strip killed)" = "$(strip whole)" ] || fail "the resumed run has another plan than the undisturbed one"
cp -r killed complete
"$POOLBENCH" bench --resume complete --no-plots >out 2>err || fail "a complete run goes on: $(cat err)"
cmp killed/samples.csv complete/samples.csv || fail "a complete run got more samples"

# What does not fit.
expect 2 "plan.json" --resume nowhere
expect 2 "leave out -o" --resume killed -o other
expect 2 "leave one of them out" --resume killed -w nothing
cp -r killed foreign
sed -i 's/"cpu_model": "[^"]*"/"cpu_model": "another"/' foreign/machine.json
expect 2 "begun in another environment .cpu_model." --resume foreign
cp -r killed uncalibrated
sed -i 's/"loops_per_ns": [0-9.e+-]*/"loops_per_ns": 1e300/' uncalibrated/machine.json
expect 2 "no calibration" --resume uncalibrated
cp -r killed edited
sed -i '5s/,ns,/,days,/' edited/samples.csv
expect 2 "samples.csv, line 5" --resume edited
cmp <(sed '5s/,days,/,ns,/' edited/samples.csv) killed/samples.csv || fail "an edited file was changed"
finish
