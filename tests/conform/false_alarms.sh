#!/usr/bin/env bash
# Count the false alarms of the conformance suite: correct strategies, judged again and again.
set -uo pipefail

usage() {
    cat <<'TXT'
Usage: tests/conform/false_alarms.sh [--runs N] [--first K] [--setting NAME] [--plugin FILE] [--log FILE]
                                     [POOLBENCH [STRATEGY...]]

A run is every clause, in the quick form, on one strategy. Run K takes the K-th of the strategies (all of this build, in
turns), K as its seed, and one of these settings, in turns:

  plain    as the machine is         pinned   on one CPU         crowded  beside four busy processes for each CPU

  --runs N        how many (10 by default)
  --first K       number of the first (1), so that a long count can be cut into pieces
  --setting NAME  this setting only
  --plugin FILE   for strategies of a plugin
  --log FILE      add a line for each run: number, setting, strategy, seconds, exit code, verdicts
  --sum           count the runs of the log instead of running any

POOLBENCH is build/release/poolbench by default. An alarm is printed whole, with the line that repeats its run.

Exit code: 0 no alarm, 1 an alarm, 2 usage.
TXT
}

die() {
    printf 'false_alarms: %s; see --help\n' "$1" >&2
    exit 2
}

settings=(plain pinned crowded)
runs=10
first=1
plugin=()
log=/dev/null
sum=no
while [ $# -gt 0 ]; do
    case $1 in
    --runs | --first | --setting | --plugin | --log)
        [ $# -gt 1 ] || die "$1 needs a value"
        case $1 in
        --runs) runs=$2 ;;
        --first) first=$2 ;;
        --setting) settings=("$2") ;;
        --plugin) plugin=(--plugin "$2") ;;
        --log) log=$2 ;;
        esac
        shift 2
        ;;
    --sum) sum=yes && shift ;;
    -h | --help) usage && exit 0 ;;
    -*) die "there is no option $1" ;;
    *) break ;;
    esac
done
[[ $runs =~ ^[1-9][0-9]*$ && $first =~ ^[1-9][0-9]*$ ]] || die "runs and the first are numbers from 1 on"
[[ ${settings[0]} =~ ^(plain|pinned|crowded)$ ]] || die "'${settings[0]}' is no setting"

summarise() { # of lines of a log: what was run, in all and by setting
    awk '
        { runs[$2]++; runs["all"]++; seconds["all"] += $4; seconds[$2] += $4; pass["all"] += $6; pass[$2] += $6 }
        $5 { alarms["all"]++; alarms[$2]++ }
        END {
            n = split("plain pinned crowded all", name)
            for (i = 1; i <= n; i++)
                printf "%-8s %5d runs, %7d cases passed, %3d runs with an alarm, %6d s\n", name[i], runs[name[i]],
                    pass[name[i]], alarms[name[i]], seconds[name[i]]
            exit alarms["all"] > 0
        }'
}

if [ "$sum" = yes ]; then
    summarise <"$log"
    exit
fi

poolbench=${1:-build/release/poolbench}
[ -x "$poolbench" ] || die "$poolbench is no program"
shift
strategies=("$@")
[ ${#strategies[@]} -gt 0 ] || mapfile -t strategies < <("$poolbench" conform --quick --clause E1 --format tap 2>/dev/null |
    sed -n 's/^ok [0-9]* - \([a-z0-9_]*\) .*/\1/p' | uniq)

busy=()
results=$(mktemp)
end_busy() {
    [ ${#busy[@]} -eq 0 ] || kill "${busy[@]}" 2>/dev/null
    wait 2>/dev/null
    busy=()
}
trap 'end_busy; rm -f "$results" "$results".*' EXIT

start_busy() {
    for ((i = 0; i < 4 * $(nproc); i++)); do
        while :; do :; done &
        busy+=($!)
    done
}

# The first CPU that this shell may use.
one_cpu=$(taskset -cp $$ | sed 's/.*: \([0-9]*\).*/\1/')

for ((run = first; run < first + runs; run++)); do
    strategy=${strategies[run % ${#strategies[@]}]}
    setting=${settings[run / ${#strategies[@]} % ${#settings[@]}]}
    command=("$poolbench" conform --quick --seed "$run" "${plugin[@]}" -s "$strategy")
    [ "$setting" != pinned ] || command=(taskset -c "$one_cpu" "${command[@]}")
    [ "$setting" != crowded ] || start_busy
    began=$SECONDS
    "${command[@]}" >"$results.text" 2>"$results.errors"
    code=$?
    end_busy
    verdicts=$(sed -n 's/^all: //p' "$results.text")
    printf '%d %s %s %d %d %s\n' "$run" "$setting" "$strategy" $((SECONDS - began)) "$code" "$verdicts" |
        tee -a "$log" >>"$results"
    if [ "$code" -ne 0 ]; then
        printf 'run %d, %s: %s\n' "$run" "$setting" "${command[*]}"
        grep -vE '^(UNSUPPORTED|$)' "$results.text"
        [ "$code" -eq 1 ] || tail -n 5 "$results.errors"
    fi
done
summarise <"$results"
