#!/bin/sh
# test_rules.sh ROOT - each rule of rules.sh catches a breach planted in a copy of the sources, and names it.
set -eu
root=$1
here=$(dirname "$0")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
failed=0

for room in strategies workloads harness scripts tests; do
    cp -R "$root/$room" "$copy"
done
"$here/rules.sh" "$copy" >"$copy/before" || :

# Append TEXT to FILE, list the breaches in $copy/after, and take it back.
breaches_with() {
    file=$copy/$1 existed=no
    if [ -e "$file" ]; then
        existed=yes
        cp "$file" "$copy/saved"
    fi
    printf '%s\n' "$2" >>"$file"
    "$here/rules.sh" "$copy" >"$copy/after" || :
    if [ $existed = yes ]; then mv "$copy/saved" "$file"; else rm "$file"; fi
}

# plant RULE FILE TEXT: expect a breach of RULE there that was not there before.
plant() {
    breaches_with "$2" "$3"
    if grep -vxFf "$copy/before" "$copy/after" | grep -F "$2:" | grep -qF ": $1: "; then
        echo "ok: $2: $1"
    else
        echo "NOT CAUGHT: $1, planted in $2: $3"
        failed=1
    fi
}

# allow FILE TEXT: the same for what is no breach.
allow() {
    breaches_with "$1" "$2"
    if cmp -s "$copy/before" "$copy/after"; then
        echo "ok: $1: nothing wrong with: $(echo "$2" | head -n 1)"
    else
        echo "WRONGLY REFUSED, in $1: $2"
        failed=1
    fi
}

long_function=$(printf 'int f(void)\n{\n'; yes '    g();' | head -n 71; printf '}\n')
longest_function=$(printf 'int f(void)\n{\n'; yes '    g();' | head -n 70; printf '}\n')
long_file=$(yes '/* a line */' | head -n 301)

plant "arrow" strategies/serial.c '#include "command/units.h"'
plant "arrow" strategies/serial.c '#include "workload.h"'
plant "arrow" strategies/core/worker.c '#include "../../workloads/mix.h"'
plant "arrow" workloads/nothing.c '#include "clock.h"'
plant "arrow" workloads/nothing.c '#include "strategy.h"'
plant "arrow" workloads/parts/spin.c '#  include "futex.h"'
plant "arrow" harness/main.c '#include "core/worker.h"'
plant "arrow: workloads know no threads, processes, clocks" workloads/nothing.c '#include <pthread.h>'
plant "arrow: workloads know no threads, processes, clocks" workloads/parts/spin.c '#include <omp.h>'
plant "arrow: workloads know no threads, processes, clocks" workloads/nothing.c '#include <sys/wait.h>'
plant "arrow: workloads know no threads, processes, clocks" workloads/nothing.c 'int f(void) { return fork(); }'
plant "hwloc: only topology.c knows it" harness/main.c '#include <hwloc.h>'
plant "hwloc: only topology.c knows it" strategies/front/cpus.c '#include <hwloc/helper.h>'
plant "clock: only clock.c reads one" harness/main.c 'void f(void) { clock_gettime(0, 0); }'
library="library: strategies and workloads do not print, exit or read the environment"
plant "$library" strategies/serial.c 'void f(void) { printf("x"); }'
plant "$library" strategies/core/new.c 'void f(void) { if (1) exit (1); }'
plant "$library" strategies/pool.h 'static inline void f(void) { getenv("HOME"); }'
plant "$library" workloads/nothing.c 'void f(void) { fprintf(stderr, "x"); }'
plant "$library" strategies/serial.c 'int x; /* here */ void f(void) { perror("x"); }'
plant "scripts: a plot reads results only" scripts/new.gp 'x = system("date")'
plant "scripts: a plot reads results only" scripts/new.gp 'plot "< sort file" using 1:2'
plant "length" strategies/new.c "$long_function"
plant "length" harness/new.c "$long_file"

allow strategies/serial.c '/* printf("x"); exit(1); getenv("HOME") */'
allow strategies/serial.c 'int f(char *a) { return snprintf(a, 3, "exit(1)"); } // exit(1)'
allow strategies/serial.c 'void f(void) { _exit(1); my_exit(2); }'
allow workloads/nothing.c '#include <math.h>'
allow strategies/serial.c "$longest_function"
exit $failed
