#!/bin/sh
# The command line's way to the same verdicts: check_cli.sh POOLBENCH PLUGIN
set -u
poolbench=$1 plugin=$2 failed=0

expect() { # EXIT_CODE PATTERN STRATEGY CLAUSE
    output=$("$poolbench" conform --plugin "$plugin" -s "$3" --clause "$4" --format tap 2>&1)
    code=$?
    if [ "$code" -ne "$1" ] || ! printf '%s\n' "$output" | grep -Eq -e "$2"; then
        printf '%s, clause %s: exit code %s, expected %s and "%s" in:\n%s\n' "$3" "$4" "$code" "$1" "$2" "$output"
        failed=1
    fi
}

expect 0 '^ok 1 - planted_00_correct B2_' planted_00_correct B2
expect 1 '^not ok 1 - planted_02_last_item_never_run B2_' planted_02_last_item_never_run B2
expect 1 '^not ok 1 - planted_46_null_runs_in_caller H1_' planted_46_null_runs_in_caller H1
expect 0 '^ok 1 - planted_46_null_runs_in_caller D2_' planted_46_null_runs_in_caller D2
expect 2 'planted_00_correct' planted_00_corect B2
exit $failed
