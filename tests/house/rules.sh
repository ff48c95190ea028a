#!/bin/sh
# rules.sh ROOT - check the house's rules in the sources under ROOT: which room may include what, what each must not
# call, how long functions and files may be. Prints "FILE:LINE: RULE: what" for each breach; exit code 1 if there is one.
set -eu
cd "$1"
breaches=$(mktemp)
trap 'rm -f "$breaches"' EXIT

sources() { # FOLDER...: its C files, by name
    find "$@" -name '*.[ch]' -type f 2>/dev/null | sort
}

# Print code as FILE:LINE:TEXT, without comments and without what stands in strings, unless the line is an #include.
code() {
    awk '
        FNR == 1 { inside = 0 }
        {
            text = $0
            if (text !~ /^#[ ]*include/) gsub(/"([^"\\]|\\.)*"/, "\"\"", text)
            kept = ""
            while (text != "") {
                if (inside) {
                    end = index(text, "*/")
                    if (!end) { text = ""; break }
                    text = substr(text, end + 2); inside = 0
                } else {
                    start = index(text, "/*"); line = index(text, "//")
                    if (line && (!start || line < start)) { kept = kept substr(text, 1, line - 1); text = ""; break }
                    if (!start) { kept = kept text; text = ""; break }
                    kept = kept substr(text, 1, start - 1); text = substr(text, start + 2); inside = 1
                }
            }
            print FILENAME ":" FNR ":" kept
        }' "$@"
}

# forbid RULE PATTERN FILE...: no line of code may match.
forbid() {
    rule=$1 pattern=$2
    shift 2
    [ $# -gt 0 ] || return 0
    code "$@" | awk -v rule="$rule" -v pattern="$pattern" '
        { place = $0; sub(/^[^:]*:[^:]*:/, ""); split(place, at, ":") }
        $0 ~ pattern { print at[1] ":" at[2] ": " rule ": " $0 }' >>"$breaches"
}

# may_include ROOM HEADER...: what it includes in quotes is its own, or one of these.
may_include() {
    room=$1
    shift
    {
        sources "$room" | sed 's|.*/||; s|^|own |'
        find "$room" -name '*.def' 2>/dev/null | sed 's|.*/||; s|^|own |'
        for header; do echo "own $header"; done
        sources "$room" | xargs grep -n '^#[ ]*include[ ]*"' /dev/null || :
    } | awk -v room="$room" '
        /^own / { own[$2] = 1; next }
        {
            name = $0; sub(/^[^"]*"/, "", name); sub(/".*/, "", name)
            base = name; sub(/.*\//, "", base)
            split($0, at, ":")
            if (!(base in own)) print at[1] ":" at[2] ": arrow: " room "/ must not include " name
        }' >>"$breaches"
}

before='(^|[^a-zA-Z0-9_])'

may_include strategies
may_include workloads pool.h
may_include harness pool.h strategy.h peers.h workload.h mix.h cpus.h futex.h # from mix.h on: arithmetic, and what the system offers
forbid "arrow: workloads know no threads, processes, clocks" \
    'include[ ]*[<](pthread|threads|omp|unistd|sched|spawn|time|sys/.*|linux/.*)[.]h[>]' $(sources workloads)
forbid "arrow: workloads know no threads, processes, clocks" \
    "$before(fork|vfork|clone|syscall|clock|clock_gettime|gettimeofday|time|nanosleep|usleep|sleep)[ ]*[(]" \
    $(sources workloads)
forbid "hwloc: only topology.c knows it" 'include[ ]*[<"]hwloc' \
    $(sources strategies workloads harness | grep -v '^harness/machine/topology\.c$')
forbid "clock: only clock.c reads one" \
    "$before(clock|clock_gettime|gettimeofday|omp_get_wtime|__rdtsc|_rdtsc)[ ]*[(]" \
    $(sources harness | grep -v '^harness/machine/clock\.c$')
forbid "library: strategies and workloads do not print, exit or read the environment" \
    "$before(v?f?printf|v?dprintf|f?puts|f?putc|putchar|perror|psignal|exit|quick_exit|(secure_)?getenv|setenv|putenv|system|popen)[ ]*[(]" \
    $(sources strategies workloads)

# gnuplot reads results: it starts no program and reads no pipe.
for script in $(find scripts -name '*.gp' 2>/dev/null | sort); do
    grep -nE "(^|[^a-zA-Z_])(system|shell)([^a-zA-Z_]|$)|\`|['\"]<|^[ ]*!|/(strategies|workloads|harness)/" "$script" |
        grep -vE '^[0-9]+:[ ]*#' | sed "s|^\([0-9]*\):|$script:\1: scripts: a plot reads results only: |" >>"$breaches" || :
done

# Lengths. A function's body lies between lines that are "{" and "}" alone, as .clang-format has it.
sources strategies workloads harness tests examples | xargs awk '
    function over(file, lines) { if (lines > 300) print file ":" lines ": length: " lines " lines in a file, 300 at most" }
    FNR == 1 { if (file) over(file, lines); file = FILENAME; start = 0 }
    { lines = FNR }
    /^{/ { start = FNR }
    /^}/ && start {
        if (FNR - start - 1 > 70) print FILENAME ":" start ": length: " FNR - start - 1 " lines in a function, 70 at most"
        start = 0
    }
    END { over(file, lines) }' >>"$breaches"

sort -u "$breaches"
[ ! -s "$breaches" ]
