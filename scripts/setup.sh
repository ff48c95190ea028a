#!/usr/bin/env bash
# Install what is missing to build poolbench and to run it (bench), and to run every leg of its tests (test).
set -euo pipefail

usage() {
    cat <<'TXT'
Usage: scripts/setup.sh [bench|test] [--llvm] [--list]

Installs the Debian or Ubuntu packages that are missing, through apt-get, with sudo where you are not root.
What is there already, from a package or not, is left as it is.

  bench    what scripts/bench.sh needs (default), and the libraries of peers, if they can be had
  test     that, and what scripts/test.sh needs
  --llvm   clang and LLVM's OpenMP too, as scripts/bench.sh --openmp wants them; part of test
  --list   print the missing packages and install nothing

Exit code: 0 all is there, 4 something is missing and could not be installed.
TXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
log=$root/build/setup.log
declined=$root/build/without-peers

have_command() { command -v "$1" >/dev/null 2>&1; }
have_library() { have_command pkg-config && pkg-config --exists "$1"; }
builds() { # COMPILER FLAG HEADER: can it make a program of this?
    have_command "$1" &&
        "$1" "$2" -x c - -o /dev/null <<<"#include <$3>
int main(void) { return 0; }" >/dev/null 2>&1
}

# need PACKAGE PROBE...: PACKAGE is missing unless the probe succeeds. The names are the same in Debian 12 and Ubuntu 24.04.
missing=()
need() {
    local package=$1
    shift
    "$@" || missing+=("$package")
}

# The same for what the build does without: the peers of docs/peers.md.
wanted=()
want() {
    local package=$1
    shift
    "$@" || wanted+=("$package")
}

want_peers() {
    want g++ have_command c++
    want libtbb-dev have_library tbb
    want libglib2.0-dev have_library glib-2.0
    want libuv1-dev have_library libuv
    want libpthreadpool-dev builds cc -lpthreadpool pthreadpool.h
    want libpython3-dev have_library python3-embed
}

need_for_bench() {
    need gcc have_command gcc
    need libc6-dev builds cc -pipe stdio.h
    need cmake have_command cmake
    need ninja-build have_command ninja
    need pkg-config have_command pkg-config
    need libhwloc-dev have_library hwloc
    need libjansson-dev have_library jansson
    need libgsl-dev have_library gsl
    need libssl-dev have_library libcrypto
    need gnuplot-nox have_command gnuplot
}

need_for_llvm() {
    need clang have_command clang
    need libomp-dev builds clang -fopenmp omp.h
}

need_for_test() {
    need libcmocka-dev have_library cmocka
    need_for_llvm
    need libclang-rt-dev builds clang -fsanitize=thread stdio.h
    need clang-format-14 have_command clang-format-14 # one version, for versions format differently
    need python3 have_command python3
    need git have_command git
    need spin have_command spin
}

look() {
    missing=() wanted=()
    need_for_bench
    [ -e "$declined" ] || want_peers
    if [ "$what" = test ]; then need_for_test; elif [ $llvm = yes ]; then need_for_llvm; fi
}

# Without what is merely wanted, the build goes on.
give_up() {
    if [ ${#missing[@]} -eq 0 ]; then
        printf 'setup: without some peers: %s: %s\n' "$1" "${wanted[*]}" >&2
        exit 0
    fi
    printf 'setup: %s: %s\n' "$1" "${missing[*]}" >&2
    exit 4
}

what=bench
list=no
llvm=no
for argument; do
    case $argument in
    bench | test) what=$argument ;;
    --llvm) llvm=yes ;;
    --list) list=yes ;;
    -h | --help) usage && exit 0 ;;
    *) printf "setup: '%s' is not known here; see scripts/setup.sh --help\n" "$argument" >&2 && exit 2 ;;
    esac
done

look
if [ "$list" = yes ]; then
    for package in "${missing[@]}" "${wanted[@]}"; do printf '%s\n' "$package"; done
    exit 0
fi
[ ${#missing[@]} -gt 0 ] || [ ${#wanted[@]} -gt 0 ] || exit 0

have_command apt-get || give_up 'there is no apt-get here; install these with your own package manager'
as_root=(env DEBIAN_FRONTEND=noninteractive)
if [ "$(id -u)" -ne 0 ]; then
    have_command sudo || give_up 'you are not root and there is no sudo; ask somebody who is to install'
    if [ -t 0 ]; then as_root=(sudo "${as_root[@]}"); else as_root=(sudo -n "${as_root[@]}"); fi
    "${as_root[@]}" true 2>/dev/null || give_up 'sudo does not let you install; ask somebody who may to install'
fi

mkdir -p "$root/build"
printf 'setup: installing %s\n' "$(echo "${missing[@]}" "${wanted[@]}")" >&2
apt=("${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2)
install() { "${apt[@]}" install -y --no-install-recommends "$@" </dev/null >>"$log" 2>&1; }
"${apt[@]}" update </dev/null >"$log" 2>&1 || true # stale lists may still do: installing is what decides
if [ ${#missing[@]} -gt 0 ] && ! install "${missing[@]}"; then
    give_up "apt-get could not install (no network? see $log)"
fi
for package in "${wanted[@]}"; do install "$package" || true; done
look
[ ${#missing[@]} -eq 0 ] || give_up "installed, but not usable (see $log)"
if [ ${#wanted[@]} -gt 0 ]; then
    touch "$declined"
    give_up "apt-get could not install (see $log); they are not tried again while $declined is there"
fi
