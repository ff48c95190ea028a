#!/bin/sh
# test_main.sh POOLBENCH - what the program does with wrong arguments and with an output that takes nothing.
set -u
poolbench=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# expect CODE PATTERN: the last run ended with CODE; its stderr is one line that matches PATTERN, or empty with ''.
expect() {
    if [ "$code" -ne "$1" ] || [ "$(wc -l <"$scratch/err")" -ne "$([ -n "$2" ] && echo 1 || echo 0)" ] ||
        ! { [ -z "$2" ] || grep -q "^poolbench: .*$2" "$scratch/err"; }; then
        echo "FAILED: $what: exit code $code, not $1; or not one line with '$2':"
        cat "$scratch/err"
        failed=1
    else
        echo "ok: $what"
    fi
}

run() {
    what="poolbench $*"
    code=0
    "$poolbench" "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
}

run; expect 2 'which command'
run lsit; expect 2 "did you mean 'list'"
run xyzzy; expect 2 'help lists them'
run "$(printf 'a\n\033[2Jb')"; expect 2 "'a??\[2Jb'"
run --help; expect 0 ''
run --version; expect 0 ''
grep -q '^poolbench [0-9]*\.[0-9]*\.[0-9]*$' "$scratch/out" || { echo "FAILED: version"; failed=1; }
run list; expect 0 ''
run list strategies; expect 0 ''
run list strategis; expect 2 "did you mean 'strategies'"
run list strategies workloads; expect 2 'one too many'
run list --plgin x; expect 2 'did you mean --plugin'
run list --plugin; expect 2 'needs a value'
run list --plugin=; expect 2 'cannot load the plugin'
run list -P; expect 2 'needs a value'
run list --markdown; expect 2 "say 'poolbench list clauses --markdown'"
run list strategies --markdown; expect 2 "say 'poolbench list clauses --markdown'"
run list clauses --markdown; expect 0 ''
run list -x; expect 2 'no option'
run list --help=3; expect 2 'no option --help'
run list --help; expect 0 ''
grep -q '^Example: ' "$scratch/out" || { echo "FAILED: list --help has no example"; failed=1; }
for command in $("$poolbench" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    run "$command" --help; expect 0 ''
    run "$command" --no-such-option; expect 2 'no-such-option'
done

what='closed stdout' code=0
"$poolbench" list 2>"$scratch/err" >&- || code=$?
expect 4 'standard output is closed'
what='full disk' code=0
"$poolbench" list 2>"$scratch/err" >/dev/full || code=$?
expect 4 'cannot write to standard output: No space'
what='full disk, --help' code=0
"$poolbench" list --help 2>"$scratch/err" >/dev/full || code=$?
expect 4 'cannot write to standard output: No space'
what='closed stdin and stderr' code=0
"$poolbench" list >"$scratch/out" 2>&- <&- || code=$?
: >"$scratch/err"
expect 0 ''

# A reader that has gone: the pipe's only reading end is closed before the program starts.
what='reader gone'
mkfifo "$scratch/pipe"
( exec 3<"$scratch/pipe"; : ) &
exec 4>"$scratch/pipe"
wait $!
code=0
"$poolbench" list 2>"$scratch/err" >&4 || code=$?
expect 4 'cannot write to standard output: Broken pipe'
exit $failed
