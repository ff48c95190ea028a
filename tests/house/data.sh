#!/bin/sh
# data.sh LIBRARY CC - no mutable data at file scope in the strategies, which pools would share. What each thread has of
# its own is allowed, and so are constants that only the loader writes to.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mutable() { # OBJECTS: names of the objects in them that can be written to
    objdump -t "$1" | awk '$3 == "O" && $4 ~ /^\.(data|bss)/ && $4 !~ /^\.data\.rel\.ro/ { print $NF }'
}

# First the check itself.
echo 'static int seen; int set = 1; static __thread int mine; int f(void) { static int calls; return ++calls + seen++ + mine++; }
      static const char *const names[] = {"a", "b"}; const char *g(int i) { return names[i]; }' >"$scratch/planted.c"
"$2" -c -fPIC "$scratch/planted.c" -o "$scratch/planted.o"
found=$(mutable "$scratch/planted.o" | wc -l)
[ "$found" -eq 3 ] || { echo "the check finds $found of 3 planted: $(mutable "$scratch/planted.o" | xargs)"; exit 1; }

found=$(mutable "$1" | xargs)
[ -z "$found" ] || { echo "mutable data at file scope in the strategies: $found"; exit 1; }
