#!/bin/sh
# test_package.sh ROOT CC - the library alone, static and shared, built as the tutorial says and installed: outside projects
# find it with CMake and pkg-config and pass their tests, and it shows no names but the contract's.
set -eu
root=$1 compiler=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

quietly() { # COMMAND...: silent unless it fails
    "$@" >"$scratch/log" 2>&1 || { echo "FAILED: $*"; cat "$scratch/log"; exit 1; }
}

configure() { # FOLDER BUILD OPTION...
    folder=$1 build=$2
    shift 2
    quietly cmake -S "$folder" -B "$build" -DCMAKE_C_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release "$@"
}

install_library() { # NAME OPTION...: into $scratch/NAME, by CMake's default generator
    name=$1
    shift
    configure "$root" "$scratch/build/$name" -DPOOLBENCH_TESTS=OFF "$@"
    quietly cmake --build "$scratch/build/$name" -j 2 --target libpoolbench
    quietly cmake --install "$scratch/build/$name" --prefix "$scratch/$name" --component library
}

check_names() { # LIBRARY NM_OPTION: it shows what the contract declares and nothing else
    nm "$2" --defined-only "$1" | awk 'NF == 3 { print $3 }' | sort -u >"$scratch/names"
    strange=$(grep -v '^pool_' "$scratch/names" || :)
    [ -z "$strange" ] || { echo "FAILED: $1 shows: $strange"; exit 1; }
    for name in pool_create pool_iter_next pool_create_with pool_strategies; do
        grep -qx "$name" "$scratch/names" || { echo "FAILED: $1 has no $name"; exit 1; }
    done
}

check_installed() { # PREFIX: outside projects against what is installed there
    configure "$root/examples" "$1/examples" -DCMAKE_PREFIX_PATH="$1"
    quietly cmake --build "$1/examples" -j 2
    quietly ctest --test-dir "$1/examples" --no-tests=error --output-on-failure
    configure "$root/examples/plugin" "$1/plugin" -DCMAKE_PREFIX_PATH="$1"
    quietly cmake --build "$1/plugin"

    PKG_CONFIG_PATH=$(dirname "$(find "$1" -name poolbench.pc)")
    export PKG_CONFIG_PATH
    flags=$(pkg-config --cflags --libs poolbench)
    # Flags are words of their own, and a prefix made by mktemp has no blanks.
    # shellcheck disable=SC2086
    quietly "$compiler" "$scratch/clash.c" $flags -o "$1/clash"
    LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH") "$root/examples/compare.sh" "$1/clash" "$root/examples/expected/shortest.txt"
}

install_library static
archive=$scratch/build/static/libstrategies.a # the same objects with their inner names shown

# A program with a function of its own for every inner name of the library.
nm -g --defined-only "$archive" | awk 'NF == 3 && $3 !~ /^pool_/ { print $3 }' | sort -u >"$scratch/inner"
[ "$(wc -l <"$scratch/inner")" -gt 50 ] || { echo "FAILED: the library has no inner names to clash with"; exit 1; }
{ sed 's/.*/int &(void);\nint &(void) { return 1; }/' "$scratch/inner"; cat "$root/examples/shortest.c"; } >"$scratch/clash.c"

# First the check itself.
if "$compiler" -I "$root/strategies" "$scratch/clash.c" "$archive" -fopenmp -pthread -o "$scratch/clash" 2>"$scratch/log" ||
    ! grep -q 'multiple definition' "$scratch/log"; then
    echo "FAILED: the program clashes with nothing"
    exit 1
fi

check_names "$(find "$scratch/static" -name libpoolbench.a)" -g
check_installed "$scratch/static"
echo "ok: static"

install_library shared -DBUILD_SHARED_LIBS=ON
check_names "$(find "$scratch/shared" -name libpoolbench.so)" -D
check_installed "$scratch/shared"
echo "ok: shared"
