#!/bin/bash
# Other metrics than throughput: chosen by name, with workloads of their own, every quantity in every launch.
. "$(dirname "$0")/common.sh"

expect 2 "did you mean 'latency'" --metric latencies
expect 2 "twice" --metric latency,latency
expect 2 "no metric" --metric ''
"$POOLBENCH" list metrics >listed || fail "list metrics"
for metric in throughput metg chunk payload payload_shared imbalance weak latency lifecycle recycle forkcost death idle memory fairness interference cost; do
    grep -qE "^  $metric " listed || fail "$metric is not listed: $(cat listed)"
done

"$POOLBENCH" bench --metric latency,lifecycle -s pthread_steal,fork_shared -w spin --workers 2 --profile quick --seed 7 \
    --no-plots -o results >out 2>err || fail "exit code $?: $(cat err)"
[ -z "$(grep -E '^(throughput|lifecycle|latency),' results/samples.csv | grep -v ',nothing,')" ] || fail "another workload"

# rows METRIC QUANTITY...: each strategy has a row of each, from all six launches.
rows() {
    local metric=$1
    shift
    for quantity; do
        for strategy in serial pthread_steal fork_shared; do
            grep -qE "^$metric,$quantity,ns,$strategy,.*,[12],6,[0-9]+,[0-9.e+]+,[0-9.e+]+,[0-9.e+]+," results/summary.csv ||
                fail "no interval of $metric, $quantity, $strategy"
        done
    done
}
rows latency back_to_back_p50 back_to_back_p90 back_to_back_p99 back_to_back_max after_idle_p50 after_idle_p90 \
    after_idle_p99 after_idle_max
rows lifecycle first_result create first_call nth_call close_join terminate

# What belongs together is in order: in each sample of a launch p50 <= p90 <= p99 <= max, first_result = create + first_call.
awk -F, '
    $1 == "latency" && $21 == "measure" {
        key = $4 FS $18 FS substr($2, 1, 10)
        if (key == last && $23 + 0 < value + 0) { print "falling: " $0; bad = 1 }
        last = key; value = $23
    }
    $1 == "lifecycle" && $21 == "measure" { sum[$4 FS $18 FS $19] += $2 == "first_result" ? -$23 : $2 == "create" || $2 == "first_call" ? $23 : 0 }
    END { for (k in sum) if (sum[k] != 0) { print "first_result of " k " is off by " sum[k]; bad = 1 }; exit bad }
' results/samples.csv || fail "numbers that do not fit together"

# CPU time of workers counts, be they threads or processes that live on: nobody else works while all wait asleep.
bench -s pthread_steal,fork_shared,process_fork -w spin --work 1ms --workers 2 --wait sleep --profile quick \
    --no-plots -o worked
awk -F, '$21 == "measure" {
        wanted = $22 * $17 * $13
        if ($25 + $26 < wanted / 3) { print "CPU time is missing: " $0; bad = 1 }
        if ($27 == "" || $29 == "" || $32 == "") { print "an empty counter: " $0; bad = 1 }
        n++
    } END { exit bad || n == 0 }' worked/samples.csv || fail "counters"

# A replay measures the same cells of the same metrics.
"$POOLBENCH" bench --plan results/plan.json --no-plots -o replayed >out 2>err || fail "replay: $(cat err)"
cmp results/plan.json replayed/plan.json || fail "a replay writes another plan.json"
measured() {
    grep ',measure,' "$1/samples.csv" | cut -d, -f1-8,17-20
}
[ "$(measured results)" = "$(measured replayed)" ] ||
    fail "a replay measures something else"

# The metrics of one worker count: the largest that is not oversubscribed. A death needs processes.
bench --metric death,idle,memory -s pthread_steal,fork_shared --profile quick --budget 60s --no-plots \
    -o sampled
awk -F, '
    NR > 1 { median[$1, $2, $4] = $20 }
    $1 == "death" && $4 !~ /^fork_shared/ { print "a death in " $4; bad = 1 }
    END {
        if (!(median["death", "report_max", "fork_shared"] >= median["death", "report_p50", "fork_shared"])) {
            print "the longest report of a death is no longer than the median"; bad = 1
        }
        if (!(median["memory", "workers", "fork_shared"] > 0 && median["memory", "workers", "pthread_steal"] == 0)) {
            print "the memory of worker processes is not told"; bad = 1
        }
        if (!(("idle", "use", "fork_shared") in median)) { print "no use of an idle pool"; bad = 1 }
        exit bad
    }' sampled/summary.csv || fail "numbers that cannot be: $(cat sampled/summary.csv)"

# A new worker for each item, of strategies that can: it costs more than none.
bench --metric recycle -s pthread_steal,fork_shared --workers 2 --profile quick --no-plots -o recycled
awk -F, '
    NR > 1 { median[$2, $4] = $20; if ($4 ~ /pthread/) { print "recycling in " $4; bad = 1 } }
    END {
        kept = median["item_kept", "fork_shared"]; new = median["item_recycled", "fork_shared"]
        if (!(kept > 0 && new > kept)) { print "an item of a new worker takes " new " ns, of an old one " kept; bad = 1 }
        exit bad
    }' recycled/summary.csv || fail "numbers that cannot be: $(cat recycled/summary.csv)"

# Traced items, pools that share the machine, the price in CPU time: every quantity that the strategy has, and sane.
bench --metric fairness,interference,cost -s pthread_steal,process_fork -w spin --workers 2 --profile quick \
    --budget 60s --no-plots -o shared
awk -F, '
    NR > 1 { median[$1, $2, $4] = $20 }
    function wants(metric, quantity, strategy, least) {
        if (!((metric, quantity, strategy) in median) || median[metric, quantity, strategy] < least) {
            print metric, quantity, strategy, "is", median[metric, quantity, strategy]; bad = 1
        }
    }
    END {
        for (i = split("pthread_steal process_fork", names, " "); i > 0; i--) {
            wants("fairness", "share_max", names[i], 1)
            wants("fairness", "start_lag", names[i], 1)
            wants("fairness", "straggler", names[i], 0)
            wants("interference", "beside_another", names[i], 0.01)
            for (k = 2; k <= 8; k *= 2) wants("interference", "workers_" k "x", names[i], 0.01)
            wants("cost", "cpu_per_item", names[i], 1000)
        }
        wants("interference", "nested", "pthread_steal", 0.01)
        if (("interference", "nested", "process_fork") in median) { print "processes that nest"; bad = 1 }
        wants("cost", "cpu_per_useful", "process_fork", 0.5)
        exit bad
    }' shared/summary.csv || fail "numbers that cannot be: $(cat shared/summary.csv)"

# Every pool that is measured warm has warmed up: in each session at least three calls, kept and flagged.
for folder in results shared; do
    awk -F, '
        $2 == "(warmup)" { if ($21 != "warmup" && $21 != "invalid") { print "not flagged: " $0; bad = 1 }; n[$1, $4, $18]++ }
        $2 == "(session)" && $1 ~ /^(latency|cost|fairness|interference)$/ && $21 == "session" { sessions[$1, $4, $18] = 1 }
        END {
            for (s in sessions) { all++; if (n[s] < 3) { print s " has " n[s] " calls of warm-up"; bad = 1 } }
            exit bad || all == 0
        }' $folder/samples.csv || fail "warm-up in $folder"
done

# The roofs run what strategies run, failing items too, where each worker has a CPU; losses are told against them.
bench -s roof_threads,roof_processes,pthread_steal -w spin,fail_at --workers 1,2 --work 10us --profile quick \
    --budget 60s --no-plots -o roofs
awk -F, 'NR > 1 && $4 ~ /^roof_/ { n[$4, $6, $8]++ }
    $2 == "lost_to_pool" && $4 == "pthread_steal" { lost++; if ($20 > 100) { print "more than all is lost"; bad = 1 } }
    END {
        for (k in n) cells++
        if (cells < 4 || lost < 2) { print cells " cells of roofs, " lost " losses"; bad = 1 }
        exit bad
    }' roofs/summary.csv || fail "roofs: $(cat roofs/summary.csv)"
[ -z "$(cut -d, -f36 roofs/samples.csv | grep 0)" ] || fail "a wrong result under a roof"

# Ladders of throughput, each along its own axis, and drawn although there is no throughput.
bench --metric metg,chunk,payload,payload_shared,imbalance,weak -s pthread_steal,fork_shared --workers 1,2 --work 1us --payload 64B,4KiB \
    --profile quick --budget 100s --no-plots -o ladders
awk -F, '
    NR > 1 { median[$1, $2, $4, $8] = $20 }
    NR > 1 && $2 == "time_per_item" && $4 == "pthread_steal" {
        rungs[$1]++
        if ($1 == "weak") items[$8] = $17
        if ($1 != "weak" && $8 != 2) { print "a ladder at " $8 " workers"; bad = 1 }
    }
    END {
        if (!(median["payload", "rate", "fork_shared", 2] > 0 && median["payload_shared", "rate", "fork_shared", 2] > 0 &&
              !(("payload_shared", "rate", "pthread_steal", 2) in median))) {
            print "arrays of its own and of pool_alloc are not told apart"; bad = 1
        }
        if (rungs["metg"] != 1 || rungs["chunk"] != 24 || rungs["payload"] != 2 || rungs["imbalance"] != 4 || rungs["weak"] != 2) {
            for (m in rungs) print m " has " rungs[m] " rungs"
            bad = 1
        }
        if (items[1] == 0 || items[2] != 2 * items[1]) { print items[1] " items alone, " items[2] " by two"; bad = 1 }
        if (median["weak", "weak_efficiency", "pthread_steal", 1] != 1) { print "one worker is not itself"; bad = 1 }
        best = median["chunk", "best_chunk", "pthread_steal", 2]
        if (!(best >= 1 && best <= 1024 && median["chunk", "automatic_by_best", "pthread_steal", 2] > 0)) {
            print "the best chunk is " best; bad = 1
        }
        exit bad
    }' ladders/summary.csv || fail "numbers that cannot be: $(cat ladders/summary.csv)"
"$POOLBENCH" plot ladders >out 2>err || fail "exit code $?: $(cat err)"
grep -q '(metg, chunk, payload, imbalance, weak)' out || fail "what is drawn is not told: $(cat out)"
for picture in metg-spin chunk-spin chunk-skew payload-bytes imbalance-skew weak-spin; do
    grep -q pthread_steal "ladders/plots/$picture.svg" || fail "no $picture"
done
grep -q 'fork_shared, pool_alloc' ladders/plots/payload-bytes.svg || fail "no curve of shared arrays"

# What is derived is told with the rest, and so is what cannot be counted here.
"$POOLBENCH" report shared >out 2>err || fail "exit code $?: $(cat err)"
for what in "CPU time by the serial loop" "share of the work"; do
    grep -q "$what" out || fail "the report does not tell of: $what"
done
for counter in cycles energy; do
    grep -q "^$counter: not counted: " out || grep -qE "^cost,$counter," shared/summary.csv || fail "nothing of $counter"
done
"$POOLBENCH" report ladders >out 2>err || fail "exit code $?: $(cat err)"
grep -q "^efficiency, speed-up by" out && grep -q "best chunk of the ladder" out || fail "derived quantities are missing"

# No more memory is filled than there is. (A sanitized program does not start with so little.)
if (ulimit -v 400000 && "$POOLBENCH" --version) >out 2>err; then
    (ulimit -v 400000 && bench --metric forkcost -s fork_shared --profile quick --budget 10s \
        --no-plots -o filled && exit $failures) || fail "little memory: $(cat err)"
    [ "$(grep -c '^forkcost,create,ns,fork_shared,' filled/summary.csv)" = 2 ] || fail "other sizes: $(cat filled/summary.csv)"
fi
finish
