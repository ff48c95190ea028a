#!/usr/bin/env bash
# Build the fuzzers and run them, one after the other.
set -euo pipefail

usage() {
    cat <<'TXT'
Usage: tests/fuzz/run.sh [--seconds N] [--merge] [TARGET...]

Feeds each target (default: all of tests/fuzz/fuzz_TARGET.c) with mutations of tests/fuzz/corpus/TARGET for N seconds
(default: 60) and prints a line for each: executions, seconds, code that was reached, and what was found. An input that
crashes, hangs for 5 s, leaks, fills 1 GiB or gets a wrong answer lies in build/fuzz/found/ afterwards, the log beside it.
What reaches new code is kept in build/fuzz/grown/TARGET, from where the next run goes on.

  --merge   run nothing; add to the corpus what reaches code that the corpus does not

Exit code: 0 nothing found, 1 something found, 2 usage, 4 there is no clang with libFuzzer.
TXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
seconds=60
merge=no
targets=()

while [ $# -gt 0 ]; do
    case $1 in
    --seconds)
        [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo 'run.sh: --seconds wants a whole number' >&2 && exit 2; }
        seconds=$2
        shift
        ;;
    --merge) merge=yes ;;
    -h | --help) usage && exit 0 ;;
    *)
        [ -e "$root/tests/fuzz/fuzz_$1.c" ] || { echo "run.sh: there is no target '$1'; see --help" >&2 && exit 2; }
        targets+=("$1")
        ;;
    esac
    shift
done
if [ ${#targets[@]} -eq 0 ]; then
    for file in "$root"/tests/fuzz/fuzz_*.c; do
        file=${file##*/fuzz_}
        targets+=("${file%.c}")
    done
fi

build=$root/build/fuzz
log=$root/build/fuzz.log
cd "$root"
mkdir -p build
if ! { cmake --preset fuzz -DPOOLBENCH_TESTS=ON && cmake --build "$build" -j "$(nproc)" --target fuzzers; } >"$log" 2>&1; then
    tail -n 20 "$log"
    exit 4
fi
# Folders are written and emptied thousands of times a second: in memory, where that can be.
[ -w /dev/shm ] && export TMPDIR=/dev/shm
export UBSAN_OPTIONS=print_stacktrace=1
found=$build/found
mkdir -p "$found"

# What one line of libFuzzer's statistics says: stat NAME LOG.
stat() { sed -n "s/^stat::$1: *//p" "$2"; }

any=0
for target in "${targets[@]}"; do
    fuzzer=$build/tests/fuzz/fuzz_$target
    corpus=$root/tests/fuzz/corpus/$target
    grown=$build/grown/$target
    mkdir -p "$grown" "$corpus"
    limits=(-timeout=5 -rss_limit_mb=1024 -max_len=24576)
    if [ $merge = yes ]; then
        "$fuzzer" "${limits[@]}" -merge=1 -use_counters=0 "$corpus" "$grown" >"$found/$target.merge.log" 2>&1
        printf '%-8s %4d inputs, %s\n' "$target" "$(find "$corpus" -type f | wc -l)" "$(du -sh "$corpus" | cut -f1)"
        continue
    fi
    log=$found/$target.log
    began=$SECONDS
    "$fuzzer" "${limits[@]}" -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$found/$target-" \
        "$grown" "$corpus" >"$log" 2>&1 && bad=nothing || { bad="$(grep -o 'Test unit written to .*' "$log" || tail -n 1 "$log")" && any=1; }
    printf '%-8s %10s executions in %4d s, %5s edges reached, found: %s\n' "$target" \
        "$(stat number_of_executed_units "$log")" $((SECONDS - began)) \
        "$(grep -o 'cov: [0-9]*' "$log" | tail -n 1 | tr -dc 0-9)" "$bad"
done
exit $any
