#!/usr/bin/env bash
# Set up, build, and run the main job: prove the strategies, measure them on this machine, plot the comparison.
set -euo pipefail

usage() {
    cat <<'TXT'
Usage: scripts/bench.sh [--openmp gomp|llvm|both] [ARGUMENT...]

Installs what is missing (scripts/setup.sh), builds poolbench and runs `poolbench bench ARGUMENT...`.
Without arguments: every strategy, a few workloads, at most 3 minutes. The last lines say where tables and plots are.

  --openmp gomp    built with gcc in build/release, and so with GNU's OpenMP runtime (default)
  --openmp llvm    built with clang in build/clang, and so with LLVM's
  --openmp both    one after the other, then what differs: `poolbench compare`; with -o DIR the results lie in DIR/gomp
                   and DIR/llvm. Compilers differ too, so compare serial, which has no OpenMP, first.

Examples:
  scripts/bench.sh
  scripts/bench.sh -s fork_shared,pthread_steal -w spin --workers 1,2,4 -o my-results
  scripts/bench.sh --openmp both -s omp_static,omp_dynamic,omp_guided,omp_task
  scripts/bench.sh --dry-run
TXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

preset_of() { case $1 in gomp) echo release ;; llvm) echo clang ;; esac; }
program_of() { echo "$root/build/$(preset_of "$1")/poolbench"; }

fail() { # EXIT_CODE SENTENCE
    echo "bench: $2" >&2
    exit "$1"
}

build() { # RUNTIME
    local preset log=$root/build/bench-build.log
    preset=$(preset_of "$1")
    mkdir -p "$root/build"
    echo "bench: building $preset" >&2
    if ! { cmake -S "$root" --preset "$preset" -DPOOLBENCH_TESTS=OFF &&
        cmake --build "$root/build/$preset" --target poolbench; } </dev/null >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail 4 "the build failed; all of its output is in $log"
    fi
}

# The runtime that a program loads is what its own record says, not what it was built for.
check_runtime() { # RUNTIME NAME
    local runtime
    runtime=$("$(program_of "$1")" machine --json | sed -n 's/.*"runtime": "\(.*\)".*/\1/p')
    [[ $runtime == *"$2"* ]] ||
        fail 4 "$(program_of "$1") has loaded another OpenMP runtime than $2: ${runtime:-none}; is LD_PRELOAD set?"
}

openmp=gomp
folder=
dry=no
help=no
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
    --openmp) [ $# -gt 1 ] || fail 2 "--openmp takes gomp, llvm or both"; openmp=$2; shift 2; continue ;;
    --openmp=*) openmp=${1#*=}; shift; continue ;;
    -h | --help | '-?') help=yes ;;
    --dry-run) dry=yes ;;
    esac
    arguments+=("$1")
    shift
done
case $openmp in
gomp) runtimes=(gomp) ;;
llvm) runtimes=(llvm) ;;
both) runtimes=(gomp llvm) ;;
*) fail 2 "--openmp takes gomp, llvm or both, not '$openmp'" ;;
esac

if [ "$help" = yes ]; then
    usage
    program=$(program_of "${runtimes[0]}")
    [ ! -x "$program" ] || { echo && "$program" bench --help; }
    exit 0
fi

# Results of both runtimes side by side need a folder of their own, and the same inputs.
if [ "$openmp" = both ]; then
    rest=()
    planned=no
    for ((i = 0; i < ${#arguments[@]}; i++)); do
        case ${arguments[i]} in
        -o | --output) i=$((i + 1)) && folder=${arguments[i]-} ;;
        -o*) folder=${arguments[i]#-o} ;;
        --output=*) folder=${arguments[i]#*=} ;;
        --resume | --resume=*) fail 2 "--resume goes on with one run: say --openmp gomp or --openmp llvm beside it" ;;
        --plan | --plan=*) planned=yes rest+=("${arguments[i]}") ;;
        *) rest+=("${arguments[i]}") ;;
        esac
    done
    folder=${folder:-$root/results/$(uname -n)-$(date +%Y%m%d-%H%M%S)-openmp}
    arguments=()
    [ $planned = yes ] || arguments=(--seed $((SRANDOM))) # one of the caller's comes behind it and wins
    arguments+=(${rest[@]+"${rest[@]}"})
fi

needs=(bench)
[ "$openmp" = gomp ] || needs+=(--llvm)
"$root/scripts/setup.sh" "${needs[@]}"
for runtime in "${runtimes[@]}"; do build "$runtime"; done
for runtime in "${runtimes[@]}"; do
    case $runtime in gomp) check_runtime gomp libgomp ;; llvm) check_runtime llvm libomp ;; esac
done
if [ "$openmp" != both ]; then
    exec "$(program_of "$openmp")" bench ${arguments[@]+"${arguments[@]}"}
fi

# A run that was too short for intervals (3) can be compared all the same, and says what is inconclusive.
worst=0
for runtime in gomp llvm; do
    [ $dry = yes ] && output=() || output=(-o "$folder/$runtime")
    echo "bench: with $runtime" >&2
    code=0
    "$(program_of "$runtime")" bench "${arguments[@]}" ${output[@]+"${output[@]}"} || code=$?
    [ $code -eq 0 ] || [ $code -eq 3 ] || exit $code
    [ $worst -ne 0 ] || worst=$code
done
[ $dry = no ] || exit $worst
echo "bench: gomp (A) against llvm (B)" >&2
code=0
"$(program_of gomp)" compare --force "$folder/gomp" "$folder/llvm" || code=$?
[ $code -ne 2 ] && [ $code -ne 4 ] || exit $code # that one of them is slower is no failure
exit $worst
