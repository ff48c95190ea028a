# Sourced by the tests beside it: POOLBENCH is the program, the working folder a fresh one that goes at the end.
set -u
POOLBENCH=$1
cd "$(mktemp -d)" || exit 1
trap 'rm -rf "$PWD"' EXIT
failures=0

fail() {
    echo "FAILED: $*"
    failures=$((failures + 1))
}

# expect CODE PATTERN ARGUMENT...: `poolbench bench ARGUMENT...` ends with CODE and says one sentence with PATTERN.
expect() {
    local code=$1 pattern=$2
    shift 2
    "$POOLBENCH" bench "$@" >out 2>err
    local rc=$?
    [ $rc -eq "$code" ] || fail "bench $*: exit code $rc, not $code: $(cat err)"
    grep -qE -- "^poolbench: .*$pattern" err || fail "bench $*: no '$pattern' in: $(cat err)"
}

# bench ARGUMENT...: a run that ends well. A slow machine may be out of time before there are intervals (3): the rows,
# which are what is looked at then, are there all the same.
bench() {
    "$POOLBENCH" bench "$@" >out 2>err
    local rc=$?
    [ $rc -eq 0 ] || [ $rc -eq 3 ] || fail "bench $*: exit code $rc: $(cat err)"
}

finish() {
    [ $failures -eq 0 ] && echo "all good"
    exit $((failures > 0))
}
