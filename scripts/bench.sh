#!/usr/bin/env bash
# Set up, build, and run the main job: prove the strategies, measure them on this machine, plot the comparison.
set -euo pipefail

usage() {
    cat <<'TXT'
Usage: scripts/bench.sh [ARGUMENT...]

Installs what is missing (scripts/setup.sh), builds build/release/poolbench and runs `poolbench bench ARGUMENT...`.
Without arguments: every strategy, a few workloads, at most 3 minutes. The last lines say where tables and plots are.

Examples:
  scripts/bench.sh
  scripts/bench.sh -s fork_shared,pthread_steal -w spin --workers 1,2,4 -o my-results
  scripts/bench.sh --dry-run
TXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release
log=$root/build/bench-build.log

help=no
for argument; do
    case $argument in -h | --help | '-?') help=yes ;; esac
done
if [ "$help" = yes ]; then
    usage
    [ ! -x "$build/poolbench" ] || { echo && "$build/poolbench" bench --help; }
    exit 0
fi

"$root/scripts/setup.sh" bench
mkdir -p "$root/build"
echo 'bench: building' >&2
if ! { cmake -S "$root" --preset release -DPOOLBENCH_TESTS=OFF && cmake --build "$build" --target poolbench; } \
    </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "bench: the build failed; all of its output is in $log" >&2
    exit 4
fi
exec "$build/poolbench" bench "$@"
