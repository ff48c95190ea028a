#!/usr/bin/env bash
# Build poolbench and pass every test; each leg's output is kept in build/legs/LEG.log.
set -uo pipefail

usage() {
    cat <<'TXT'
Usage: scripts/test.sh [--quick] [LEG...]

Installs what is missing (scripts/setup.sh), then runs these legs, all of them by default:

  release   gcc, optimised: build and every test       format   clang-format agrees with every source
  conform   every strategy against every clause        install  an installed copy runs; a program outside links it
  clang     clang and LLVM's OpenMP                    minimal  without any optional library
  asan      AddressSanitizer, LeakSanitizer, UBSan     tsan     ThreadSanitizer, with clang

  --quick   release without the slow tests, and a quick conform of the main clauses: under 3 minutes

Exit code: 0 every leg passed, 1 a leg failed, 2 usage, 4 something needed is missing.
TXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build/legs
jobs=$(nproc)
quick=no
legs=()

build() { # PRESET [CMAKE_ARGUMENT...]
    local preset=$1
    shift
    cmake --preset "$preset" -DPOOLBENCH_TESTS=ON "$@" && cmake --build "build/$preset" -j "$jobs"
}

check() { # PRESET [CTEST_ARGUMENT...]
    local preset=$1
    shift
    ctest --test-dir "build/$preset" -j 2 --output-on-failure --no-tests=error "$@"
}

# What --quick leaves to the whole run, beside what is slow anyhow.
longest='^(planted_front|test_(faults|storms|lanes_death)|bench_(trouble|resume)|house_options)'

leg_release() {
    build release || return
    if [ "$quick" = yes ]; then check release -LE slow -E "$longest"; else check release; fi
}

# What is planted proves the suite, not the build: once is enough.
leg_clang() { build clang && check clang -LE slow -E '^planted_front'; }
leg_minimal() { build minimal && check minimal -LE slow -E '^planted_front'; }

leg_asan() {
    export ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
    export LSAN_OPTIONS=suppressions=$root/tests/lsan.supp:print_suppressions=0
    build asan && check asan -LE slow
}

# What runs threads in one process; ThreadSanitizer does not follow forked children that start threads of their own.
# LLVM's OpenMP runtime is not instrumented itself, and neither are the libraries of peers.
leg_tsan() {
    export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:ignore_noninstrumented_modules=1:suppressions=$root/tests/tsan.supp
    build tsan && check tsan -LE slow -R '^test_(front|threads|omp|async|lazy|alignment|fiber|cpus|measure|store)|^planted_san' &&
        build/tsan/poolbench conform --quick --clause '[A-J]*' -s pthread_queue,pthread_steal,thread_each,fiber
}

leg_conform() {
    build release || return
    if [ "$quick" = yes ]; then
        build/release/poolbench conform --quick --clause '[A-EHJYZ]*'
    else
        build/release/poolbench conform --quick && build/release/poolbench conform
    fi
}

leg_format() {
    git ls-files -z '*.c' '*.h' | xargs -0 clang-format-14 --dry-run --Werror && echo 'every source is formatted'
}

# A program that knows the installed library and header only.
leg_install() {
    local there
    build release || return
    there=$(mktemp -d) || return
    (
        cd "$there" || exit
        cmake --install "$root/build/release" --prefix "$there/usr" || exit
        cat >outside.c <<'C'
#include <pool.h>
#include <stdio.h>

static int square(const void *const argv[], void *out, const void *context)
{
    const long *x = argv[0];
    (void)context;
    *(long *)out = *x * *x;
    return 0;
}

int main(void)
{
    const struct pool_task task = {
        .name = "square", .call = square, .nargs = 1, .arg_size = {sizeof(long)}, .out_size = sizeof(long)};
    const struct pool_config config = {.workers = 2};
    long in[100], out[100];
    struct pool *pool;

    for (long i = 0; i < 100; i++)
        in[i] = i;
    if (pool_create("pthread_steal", &config, &pool) != POOL_OK)
        return 1;
    enum pool_status status = pool_map(pool, &task, 100, in, out, 0, NULL);
    pool_destroy(pool);
    printf("%s: 99 squared is %ld\n", pool_status_text(status), out[99]);
    return status == POOL_OK && out[99] == 99L * 99 ? 0 : 1;
}
C
        library=$(find usr -name libpoolbench.a) || exit
        # The strategies are found through a table, so the whole archive is wanted; OpenMP is what some of them need.
        cc -Wall -Werror -I usr/include/poolbench outside.c "$library" -fopenmp -pthread -o outside && ./outside || exit
        usr/bin/poolbench --version && usr/bin/poolbench list && echo 'the installed program runs, the library links'
    )
    local code=$?
    rm -rf "$there"
    return "$code"
}

for argument; do
    case $argument in
    --quick) quick=yes ;;
    -h | --help) usage && exit 0 ;;
    *)
        if ! declare -F "leg_$argument" >/dev/null; then
            printf "test: '%s' is neither a leg nor an option; see scripts/test.sh --help\n" "$argument" >&2
            exit 2
        fi
        legs+=("$argument")
        ;;
    esac
done
if [ ${#legs[@]} -eq 0 ]; then
    if [ "$quick" = yes ]; then legs=(release conform); else legs=(release format conform install clang minimal asan tsan); fi
fi

"$root/scripts/setup.sh" test || exit 4
cd "$root" && mkdir -p "$logs" || exit 4

# The line in which a test runner sums up: ctest's, or else the leg's last.
summary_of() { grep -E 'tests passed, .* tests failed' "$1" || tail -n 1 "$1"; }

# What a leg that failed said: of ctest the output of each failed test, else its last lines.
complaint_of() {
    awk '/^ *[0-9]+\/[0-9]+ Test .*\*\*\*/ { on = 1 } /^ +Start |Test .* Passed / { on = 0 } on' "$1" | tail -n 100 | grep . ||
        tail -n 40 "$1"
}

failed=()
table=()
for leg in "${legs[@]}"; do
    began=$SECONDS
    printf 'test: %s ...\n' "$leg" >&2
    if ("leg_$leg") </dev/null >"$logs/$leg.log" 2>&1; then verdict=ok; else verdict=FAILED && failed+=("$leg"); fi
    table+=("$(printf '%-6s %-8s %5d s   %s' "$verdict" "$leg" $((SECONDS - began)) "$(summary_of "$logs/$leg.log")")")
    printf 'test: %s %s\n' "$leg" "$verdict" >&2
done

for leg in "${failed[@]}"; do printf '\n%s:\n' "$leg" && complaint_of "$logs/$leg.log"; done
printf '\n'
printf '%s\n' "${table[@]}"
printf '\n%d legs in %d s, %d failed; logs in %s\n\n' "${#legs[@]}" "$SECONDS" "${#failed[@]}" "$logs"
last=${failed[0]:-${legs[0]}}
summary_of "$logs/$last.log"
[ ${#failed[@]} -eq 0 ]
