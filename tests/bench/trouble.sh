#!/bin/bash
# Trouble on the way: interrupts, full disks, folders that cannot be written, no right to bind.
. "$(dirname "$0")/common.sh"

run="-s pthread_steal,thread_each -w nothing,spin --workers 1,2 --no-plots"

# Ctrl-C once samples arrive: what is complete is summarised, and nothing is left running.
"$POOLBENCH" bench $run --budget 60s -o "$PWD/stopped" >out 2>err &
pid=$!
for _ in $(seq 600); do
    [ -s stopped/samples.csv ] && [ "$(wc -l <stopped/samples.csv)" -gt 30 ] && break
    sleep 0.1
done
kill -INT $pid
wait $pid
rc=$?
[ $rc -eq 3 ] || fail "interrupted: exit code $rc: $(cat err)"
grep -q "what is complete lies in $PWD/stopped; go on with: poolbench bench --resume $PWD/stopped --no-plots$" err || fail "interrupted: no word of where: $(cat err)"
[ -s stopped/summary.csv ] || fail "interrupted: no summary"
[ "$(tail -c 1 stopped/samples.csv)" = "" ] || fail "interrupted: the last sample is cut"
for process in /proc/[0-9]*/cmdline; do
    [[ $(tr '\0' ' ' <"$process") == *"$PWD/stopped"* ]] && fail "interrupted: $process still runs"
done 2>/dev/null

# A full disk.
(ulimit -f 8 && "$POOLBENCH" bench $run --budget 10s -o full >out 2>err)
rc=$?
[ $rc -eq 4 ] || fail "full disk: exit code $rc: $(cat err)"
grep -qE '^poolbench: cannot write' err || fail "full disk: $(cat err)"
[ -z "$(find full -name '*.tmp')" ] || fail "full disk: half a file stays"
[ ! -s full/samples.csv ] || [ "$(tail -c 1 full/samples.csv)" = "" ] || fail "full disk: the last sample is cut"

# The disk fills up once samples are written; with room again the run goes on.
"$POOLBENCH" bench -s pthread_steal -w nothing --workers 1,2 --profile quick --budget 30s --no-plots --seed 3 -o filling \
    >out 2>err &
pid=$!
for _ in $(seq 600); do
    [ "$(wc -l <filling/samples.csv)" -gt 30 ] && break
    sleep 0.05
done 2>/dev/null
prlimit --pid $pid --fsize="$(stat -c %s filling/samples.csv)" 2>/dev/null
wait $pid
rc=$?
[ $rc -eq 4 ] || fail "a disk that fills up: exit code $rc: $(cat err)"
grep -qE '^poolbench: cannot write samples.csv: .*; go on with: poolbench bench --resume filling' err ||
    fail "a disk that fills up: $(cat err)"
"$POOLBENCH" bench --resume filling --no-plots >out 2>err || fail "room again: $(cat err)"
[ "$(grep -c ',session,' filling/samples.csv)" -ge 24 ] || fail "room again: sessions are missing"

# The same on a file system of its own that has no blocks left. (Where none can be made, there is nothing to see.)
kib() {
    stat -c %s "$@" | awk '{ pages += int(($1 + 4095) / 4096) } END { print 4 * pages }'
}
mkdir small
cat >on_small.sh <<EOF
mount -t tmpfs -o size=$(($(kib filling/plan.json filling/plan.json filling/machine.json) + 16))k none small || exit 77
"$POOLBENCH" bench -s pthread_steal -w nothing --workers 1,2 --profile quick --budget 30s --no-plots --seed 3 -o small/run
echo \$? >code
mount -o remount,size=64m small && "$POOLBENCH" bench --resume small/run --no-plots && cp -r small/run roomy
EOF
unshare --mount --map-root-user bash on_small.sh >out 2>err
rc=$?
if [ -s code ]; then
    [ "$(cat code)" -eq 4 ] || fail "no blocks left: exit code $(cat code): $(cat err)"
    grep -qE '^poolbench: cannot write samples.csv: .*; go on with: poolbench bench --resume small/run' err ||
        fail "no blocks left: $(cat err)"
    [ $rc -eq 0 ] || fail "blocks again: exit code $rc: $(cat err)"
    [ "$(grep -c ',session,' roomy/samples.csv)" -ge 24 ] || fail "blocks again: sessions are missing"
fi

# CPUs are taken away while it runs. (With one CPU there is none to take.)
if [ "$(nproc)" -gt 1 ]; then
    "$POOLBENCH" bench -s pthread_steal -w nothing --workers 1,2 --profile quick --budget 30s --no-plots -o fewer >out 2>err &
    pid=$!
    for _ in $(seq 600); do
        [ "$(wc -l <fewer/samples.csv)" -gt 30 ] && break
        sleep 0.05
    done 2>/dev/null
    while kill -0 $pid 2>/dev/null; do # again and again: the canary gives back a mask that it has read before
        taskset -p -c "$(taskset -p -c $pid | grep -oE '[0-9]+' | tail -1)" $pid >taskset 2>&1
        sleep 0.05
    done
    wait $pid
    rc=$?
    [ $rc -eq 4 ] || fail "fewer CPUs: exit code $rc: $(cat err)"
    grep -qE 'of the [0-9]+ CPUs that this run began with only 1 are left.*--resume fewer' err || fail "fewer CPUs: $(cat err)"
    "$POOLBENCH" bench --resume fewer --no-plots >out 2>err || fail "CPUs again: $(cat err)"
fi

# The quota of its control group shrinks while it runs. (Where there is no group to be made, there is nothing to see.)
group=/sys/fs/cgroup/poolbench.$$ quota=cpu.max none=max one="100000 100000"
[ -e /sys/fs/cgroup/cpu/cpu.cfs_period_us ] &&
    group=/sys/fs/cgroup/cpu/poolbench.$$ quota=cpu.cfs_quota_us none=-1 one=100000
mkdir $group 2>mkdir
if [ "$(nproc)" -gt 1 ] && [ -w $group/$quota ]; then
    (
        echo "$BASHPID" >$group/cgroup.procs
        exec "$POOLBENCH" bench -s pthread_steal -w nothing --workers 1,2 --profile quick --budget 30s --no-plots -o less \
            >out 2>err
    ) &
    pid=$!
    for _ in $(seq 600); do
        [ "$(wc -l <less/samples.csv)" -gt 30 ] && break
        sleep 0.05
    done 2>/dev/null
    echo "$one" >$group/$quota
    wait $pid
    rc=$?
    [ $rc -eq 4 ] || fail "a smaller quota: exit code $rc: $(cat err)"
    grep -qE 'of the [0-9]+ CPUs that this run began with only 1 are left.*--resume less' err || fail "a smaller quota: $(cat err)"
    echo "$none" >$group/$quota
    "$POOLBENCH" bench --resume less --no-plots >out 2>err || fail "the quota again: $(cat err)"
fi
rmdir $group 2>rmdir

# No right to bind. Where filters are not allowed either, there is nothing to see.
"$2" "$POOLBENCH" bench $run --bind compact --budget 10s -o unbound >out 2>err
rc=$?
if [ $rc -ne 77 ]; then
    [ $rc -eq 4 ] || fail "no right to bind: exit code $rc: $(cat err)"
    grep -qE '^poolbench: cannot bind to CPU [0-9]+: .*; use --bind none' err || fail "no right to bind: $(cat err)"
    [ ! -e unbound ] || fail "no right to bind: a folder stays"
fi

# No gnuplot: everything but the plots.
PATH=/nowhere "$POOLBENCH" bench -s serial -w nothing --profile quick --budget 10s -o plain >out 2>err
rc=$?
[ $rc -eq 0 ] || fail "no gnuplot: exit code $rc: $(cat err)"
grep -qE '^poolbench: no plots: .*gnuplot' err || fail "no gnuplot: $(cat err)"
[ -s plain/summary.csv ] || fail "no gnuplot: no summary"

expect 4 "cannot create the folder /proc/none" -s serial -w nothing -o /proc/none/results
finish
