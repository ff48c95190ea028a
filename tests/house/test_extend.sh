#!/bin/sh
# test_extend.sh ROOT CC POOLBENCH - a strategy and a workload are one file and one line each, and the same two files
# are a plugin, built against the installed package. POOLBENCH is a program that has neither.
set -eu
root=$1 compiler=$2 poolbench=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

build() { # FOLDER BUILD OPTION...: configure and build, silently unless it fails
    folder=$1 build=$2
    shift 2
    { cmake -G Ninja -S "$folder" -B "$build" -DCMAKE_C_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release "$@" &&
        cmake --build "$build" -j 2; } >"$scratch/log" 2>&1 || { cat "$scratch/log"; return 1; }
}

expect() { # TEXT FILE: a line of FILE starts with TEXT
    grep -q "^ *$1" "$2" || { echo "'$1' is not in:"; cat "$2"; return 1; }
    echo "ok: $1"
}

copy=$scratch/copy
mkdir "$copy"
for part in CMakeLists.txt cmake docs examples README.md LICENSE strategies workloads harness scripts; do
    cp -R "$root/$part" "$copy"
done
cp "$root/examples/plugin/stepwise.c" "$copy/strategies"
echo 'STRATEGY(stepwise)' >>"$copy/strategies/list.def"
cp "$root/examples/plugin/collatz.c" "$copy/workloads"
echo 'WORKLOAD(collatz)' >>"$copy/workloads/list.def"
build "$copy" "$scratch/build" -DPOOLBENCH_TESTS=OFF

"$scratch/build/poolbench" list >"$scratch/list"
expect stepwise "$scratch/list"
expect collatz "$scratch/list"
"$compiler" -std=gnu17 -I "$copy/strategies" "$root/tests/house/probe.c" -o "$scratch/probe" \
    -L "$scratch/build" -lpoolbench -fopenmp -lpthread
"$scratch/probe" stepwise
"$scratch/probe" serial

cmake --install "$scratch/build" --prefix "$scratch/installed" >/dev/null
build "$root/examples/plugin" "$scratch/plugin" -DCMAKE_PREFIX_PATH="$scratch/installed"
"$poolbench" list --plugin "$scratch/plugin/plugin.so" >"$scratch/list"
expect stepwise "$scratch/list"
expect collatz "$scratch/list"
"$poolbench" conform --quick --plugin "$scratch/plugin/plugin.so" -s stepwise >"$scratch/verdicts" 2>&1 ||
    { cat "$scratch/verdicts"; exit 1; }
echo "ok: $(tail -n 1 "$scratch/verdicts")"
if "$scratch/build/poolbench" list --plugin "$scratch/plugin/plugin.so" 2>"$scratch/refusal"; then
    echo "a name that is taken was accepted from a plugin"
    exit 1
fi
expect "poolbench: .*the name stepwise is taken already" "$scratch/refusal"
