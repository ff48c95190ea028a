#!/bin/sh
# The build fails where a clause has no case, a case no clause, a planted bug no killer: check_traceability.sh PROJECT CMAKE CC
set -u
project=$1 cmake=$2 cc=$3 failed=0
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT

lists() { # fresh copies
    mkdir -p "$there/conform"
    cp "$project"/harness/conform/clauses.* "$project/harness/conform/cases.def" "$there/conform"
    cp "$project/tests/planted/bugs.def" "$project/tests/planted/fronts.def" "$there"
}

# clauses.h is found beside the changed lists, everything else in the project.
compiles() { "$cc" -std=gnu17 -fsyntax-only -I "$project/strategies" "$there/conform/clauses.c" >"$there/why" 2>&1; }
traces() {
    "$cmake" -DBUGS="$there/bugs.def" -DFRONTS="$there/fronts.def" -DCASES="$there/conform/cases.def" \
        -P "$project/tests/planted/traceability.cmake" >"$there/why" 2>&1
}

expect() { # WHAT pass|fail COMMAND [PATTERN]
    if "$3"; then outcome=pass; else outcome=fail; fi
    if [ "$outcome" != "$2" ] || { [ $# -gt 3 ] && ! grep -q "$4" "$there/why"; }; then
        printf '%s: %s, expected %s %s\n' "$1" "$outcome" "$2" "${4-}"
        cat "$there/why"
        failed=1
    fi
}

lists
expect 'the lists as they are' pass compiles
expect 'the lists as they are' pass traces
echo 'CLAUSE(X99, R, 0, "a promise that nobody proves")' >>"$there/conform/clauses.def"
expect 'a clause without a case' fail compiles X99_has_a_case
lists
echo 'CASE(X99, proves_what_nobody_promised)' >>"$there/conform/cases.def"
expect 'a case without a clause' fail compiles CLAUSE_X99
lists
echo 'BUG(999, of_no_interest, "X99_*", D, FAIL, "", "what nobody looks for")' >>"$there/bugs.def"
expect 'a bug without a killer' fail traces 'has no killer'
lists
sed -i '/^CASE(U7, /d' "$there/conform/cases.def"
expect 'a bug whose killer is gone' fail traces 'has no killer'
lists
sed -i '/^BUG(23, /d' "$there/bugs.def"
expect 'a bug of the list that is gone' fail traces '23 of the contract'
lists
echo 'BUG(05, once_more, "E1_*", D, FAIL, "", "a number that is taken")' >>"$there/fronts.def"
expect 'two bugs of one number' fail traces 'have the number 5'
exit $failed
