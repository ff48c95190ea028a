#!/bin/bash
# test_bench.sh ROOT - scripts/bench.sh with programs that only say how they were called: which runtimes are built and
# measured, in which folders, with the same inputs, and what is compared.
set -u
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
tree=$place/tree
mkdir -p "$tree/scripts" "$tree/build/release" "$tree/build/clang" "$place/bin"
cp "$1/scripts/bench.sh" "$tree/scripts/"
bad=0

program() { # FILE BODY
    printf '#!/bin/bash\n%s\n' "$2" >"$1"
    chmod +x "$1"
}

poolbench() { # PRESET RUNTIME: the program, as if built so; $place/code says how its bench ends
    program "$tree/build/$1/poolbench" "[ \$1 != machine ] || { printf '{\n  \"runtime\": \"%s\",\n}\n' '$2'; exit 0; }
echo $1 \"\$@\" >>$place/called
[ \$1 != compare ] || exit \$(cat $place/compared)
exit \$(cat $place/code)"
}

# expect EXIT_CODE PATTERN ARGUMENT...: what it says, and in $place/called how programs were called.
expect() {
    local want=$1 pattern=$2 got
    shift 2
    : >"$place/called"
    PATH=$place/bin:$PATH "$tree/scripts/bench.sh" "$@" >"$place/said" 2>&1 </dev/null
    got=$?
    if [ $got -ne "$want" ] || ! grep -qE -- "$pattern" "$place/said"; then
        echo "bench.sh $*: exit code $got, not $want, or it does not say '$pattern':"
        cat "$place/said"
        bad=1
    fi
}

# called PATTERN...: one call for each, in this order, and no others.
called() {
    local i=0 line
    while read -r line; do
        i=$((i + 1))
        [ $# -ge $i ] && grep -qE -- "^${!i}\$" <<<"$line" || { echo "unexpected call: $line" && bad=1; }
    done <"$place/called"
    [ $i -eq $# ] || { echo "$i calls, not $#: $(cat "$place/called")" && bad=1; }
}

program "$tree/scripts/setup.sh" "echo setup \"\$@\" >>$place/called"
program "$place/bin/cmake" 'exit 0'
poolbench release 'GNU libgomp'
poolbench clang "LLVM or Intel libomp"
echo 0 >"$place/code"
echo 1 >"$place/compared" # the second is slower somewhere, which is an answer like any other

expect 0 'openmp gomp' --help
called 'release bench --help'
expect 2 "^bench: --openmp takes gomp, llvm or both, not 'icc'\$" --openmp icc
expect 2 '^bench: --openmp takes gomp, llvm or both$' --openmp
expect 2 'say --openmp gomp or --openmp llvm' --openmp both --resume results/x
called

expect 0 'building release' -s serial
called 'setup bench' 'release bench -s serial'
expect 0 'building clang' --openmp=llvm -s serial
called 'setup bench --llvm' 'clang bench -s serial'

expect 0 'gomp \(A\) against llvm \(B\)' --openmp both -s omp_static -o "$place/out"
called 'setup bench --llvm' "release bench --seed [0-9]+ -s omp_static -o $place/out/gomp" \
    "clang bench --seed [0-9]+ -s omp_static -o $place/out/llvm" "release compare --force $place/out/gomp $place/out/llvm"
[ "$(grep -oE 'seed [0-9]+' "$place/called" | sort -u | wc -l)" -eq 1 ] || { echo "two seeds" && bad=1; }
expect 0 '' --openmp both --output="$place/out" --plan plan.json
called 'setup.*' "release bench --plan plan.json -o $place/out/gomp" "clang bench --plan plan.json -o $place/out/llvm" \
    'release compare.*'
expect 0 '' --openmp both --dry-run
called 'setup.*' 'release bench --seed [0-9]+ --dry-run' 'clang bench --seed [0-9]+ --dry-run'
expect 0 '' --openmp both
called 'setup.*' "release bench .* -o $tree/results/.*-openmp/gomp" "clang bench .* -o $tree/results/.*-openmp/llvm" \
    'release compare.*'

# Runs without intervals are compared, and the answer is still "inconclusive"; what failed is not.
echo 3 >"$place/code"
expect 3 '' --openmp both -o "$place/out"
called 'setup.*' 'release bench.*' 'clang bench.*' 'release compare.*'
echo 1 >"$place/code"
expect 1 '' --openmp both -o "$place/out"
called 'setup.*' 'release bench.*'

echo 0 >"$place/code"
echo 2 >"$place/compared"
expect 2 '' --openmp both -o "$place/out"

# What was loaded is not what was asked for.
poolbench clang 'GNU libgomp'
expect 4 'another OpenMP runtime than libomp.*GNU libgomp' --openmp llvm
called 'setup.*'

# No clang, and none to be had; a build that fails.
program "$place/bin/cmake" 'echo broken; exit 1'
expect 4 'the build failed' --openmp llvm
program "$tree/scripts/setup.sh" "echo 'setup: could not install: clang libomp-dev' >&2; exit 4"
expect 4 'could not install: clang libomp-dev' --openmp llvm
called
exit $bad
