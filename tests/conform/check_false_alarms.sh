#!/bin/sh
# The count of false alarms counts: check_false_alarms.sh POOLBENCH PLUGIN
set -u
poolbench=$1 plugin=$2 failed=0
count="$(dirname "$0")/false_alarms.sh"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

expect() { # EXIT_CODE PATTERN ARGUMENT...
    wanted=$1 pattern=$2
    shift 2
    output=$("$count" "$@" 2>&1)
    code=$?
    if [ "$code" -ne "$wanted" ] || ! printf '%s\n' "$output" | grep -Eq -e "$pattern"; then
        printf '%s: exit code %s, expected %s and "%s" in:\n%s\n' "$*" "$code" "$wanted" "$pattern" "$output"
        failed=1
    fi
}

expect 0 '^pinned +1 runs, +[1-9][0-9]* cases passed, +0 runs with an alarm' \
    --runs 1 --first 7 --setting pinned --log "$log" "$poolbench" serial
expect 1 '^FAIL J1_' --runs 1 --setting plain --plugin "$plugin" --log "$log" "$poolbench" planted_85_code_of_eight_bits
expect 1 '^all +2 runs, .* 1 runs with an alarm' --sum --log "$log"
expect 2 'no setting' --setting fast "$poolbench"
expect 2 'is no program' /nowhere/poolbench
exit $failed
