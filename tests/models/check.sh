#!/bin/sh
# check.sh ROOT SPIN CC [MODEL...] - check the models of models.def, all or these, and print a table. Exit code: 0 every
# line is as demanded, 1 one is not, 77 spin is not installed. LONG=1: only the long lines, with 8 GB.
set -u
root=$(cd "$1" && pwd) spin=$2 cc=$3
shift 3
here=$root/tests/models
command -v "$spin" >/dev/null || {
    echo "models: not checked, for spin is not installed; install the package spin"
    exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0 memory_mb=2000
[ -z "${LONG:-}" ] || memory_mb=8000

# search MODEL SWITCH...: every state, in at most memory_mb and 10 minutes. Leaves what the checker printed in `out`.
search() {
    model=$(find "$root/strategies" -name "$1.pml")
    shift
    (
        cd "$scratch" && rm -f pan.* ./*.trail out && "$spin" "$@" -a "$model" >out 2>&1 &&
            "$cc" -O2 -w -DSAFETY -DCOLLAPSE -DMEMLIM=$memory_mb -o pan pan.c >>out 2>&1 &&
            timeout 600 ./pan -m1000000 >>out 2>&1
    )
    states=$(awk '/states, stored/ { print $1; exit }' "$scratch/out")
    seconds=$(awk '/elapsed time/ { print $4; exit }' "$scratch/out")
}

# What the search says: "holds", "race in N steps: the broken property", or "not complete".
verdict() {
    if grep -q '^pan:1:' "$scratch/out"; then
        sed -n 's/^pan:1: \(.*\) (at depth \([0-9]*\))$/race in \2 steps: \1/p' "$scratch/out" | tr -s ' ' | cut -c1-70
    elif grep -q 'errors: 0' "$scratch/out" && ! grep -qE 'not completed|too small|out of memory' "$scratch/out"; then
        echo holds
    else
        echo "not complete: $(tail -1 "$scratch/out")"
    fi
}

printf '%-11s %-52s %9s %8s  %s\n' model switches states seconds verdict
while read -r demand name switches; do
    case $demand in
    holds | race) [ -z "${LONG:-}" ] || continue ;;
    long) [ -n "${LONG:-}" ] || continue ;;
    *) continue ;;
    esac
    [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
    # shellcheck disable=SC2086 # switches are several words
    search "$name" $switches
    found=$(verdict) wanted=$demand
    [ "$demand" != long ] || wanted=holds
    case $found in "$wanted"*) mark= ;; *) mark=" - DEMANDED: $demand" failed=1 ;; esac
    printf '%-11s %-52s %9s %8s  %s%s\n' "$name" "$(echo "$switches" | sed 's/-D//g')" "${states:--}" "${seconds:--}" "$found" "$mark"
done <"$here/models.def"
exit $failed
