#!/bin/sh
# advise.sh POOLBENCH SYNTHESIZE - `poolbench advise` on runs whose truth is known: whom it takes, its figures, its grounds.
set -u
poolbench=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
bad=0
cd "$place" || exit 1
"$2" run seed=1 && "$2" lives seed=1 metrics=3 works=2 && "$2" one seed=1 works=1 launches=3 || exit 1
cp -r run sleeps && sed 's/"work_ns": [0-9]*/"work_ns": 0/' run/plan.json >sleeps/plan.json &&
    awk -F, -v OFS=, 'NR > 1 { $13 = "" } { print }' run/samples.csv >sleeps/samples.csv

expect() { # EXIT_CODE PATTERN ARGUMENT...: this exit code, and a line that matches
    want=$1 pattern=$2
    shift 2
    "$poolbench" advise "$@" >said 2>&1
    got=$?
    if [ $got -ne "$want" ] || ! grep -q -- "$pattern" said; then
        echo "poolbench advise $*: exit code $got, not $want, or it does not say '$pattern':"
        cat said
        bad=1
    fi
}

# near NAME MS: the last answer's figure for NAME is within 4 % of the truth.
near() {
    awk -v name="$1" -v truth="$2" '
        { for (i = 1; i < NF; i++) if ($i == name) for (k = i; k < NF; k++) if ($k == "a" && $(k + 1) == "call") {
            unit["ns"] = 1e-6; unit["us"] = 1e-3; unit["ms"] = 1; unit["s"] = 1e3
            value = $(k - 2) * unit[$(k - 1)]; found = 1
        } }
        END { if (!found || value < 0.96 * truth || value > 1.04 * truth) { print name ": " value " ms, not " truth; exit 1 } }' said ||
        { cat said && bad=1; }
}

# 8 workers: (50 us + 45 ns) / 8 * (1 + 0.07 + 0.0004 * 56) an item.
expect 0 'Interpolated between spin at 16.0 us and 64.0 us' run --task 50us --count 10000
near omp_dynamic 68.34 && near fork_pipe 96.95 && near process_fork 273.1 && near serial 500.02
grep -Eq '^  take  (omp_dynamic|pthread_steal|fork_shared)  ' said || { echo "takes a slow one" && cat said && bad=1; }
grep -Eq '^  or .*(omp_dynamic|pthread_steal|fork_shared)  ' said || { echo "no tie is named" && cat said && bad=1; }
grep -Eq '^  or .*(fork_pipe|process_fork|serial)  ' said && echo "a false tie" && cat said && bad=1
expect 0 '^  take  fork_shared .* survives a crash' run --task 50us --count 10000 --isolate
grep -Eq 'omp_dynamic|serial ' said && echo "isolates with threads" && bad=1
expect 0 'Measured there: spin at 16.0 us' run --task 16us --count 10000
expect 0 'Outside the measured works: the nearest one of spin is 64.0 us' run --task 10ms --count 800 --workers 4
near pthread_steal 2000.5
expect 0 'Outside the measured works: the nearest one of spin is 1.00 us' run --task 100ns --count 100000
expect 0 'Left out: what arguments of that size cost' run --task 16us --count 100 --arg 1KiB
expect 0 'what a call costs in itself' run --task 16us --count 100
expect 0 'A pool that lives for one call only costs' lives --task 4us --count 1000
grep -q 'Left out' said && echo "leaves out what was measured" && bad=1
# One task of 1 us: no pool's start pays.
expect 0 '^  take  serial ' lives --task 1us --count 1
# 3 tasks on 2 CPUs take two turns; with 4 CPUs they take one.
expect 0 'take' run --task 1ms --count 3 --workers 2
near omp_dynamic 2.02
expect 0 'take' one --task 50us --count 10000
expect 3 'no throughput of a workload whose work can be set' sleeps --task 50us --count 10
expect 3 'nothing with so many workers' run --task 50us --count 10 --workers 3 --isolate
expect 2 'wants a result folder'
expect 2 'wants to know the tasks' run --count 5
expect 2 'wants to know the tasks' run --task 5us
expect 2 'a task takes time' run --task 0 --count 5
expect 2 '--task 5' run --task 5 --count 5
expect 2 '--count' run --task 5us --count 0
expect 2 '--arg' run --task 5us --count 1 --arg 1
expect 2 'one too many' run run --task 5us --count 1
exit $bad
