#!/bin/bash
# test_setup.sh ROOT - scripts/setup.sh on machines that lack something: a sentence that names it, or apt-get told of it.
set -u
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/tree/scripts" "$place/bin"
cp "$1/scripts/setup.sh" "$place/tree/scripts/"
for tool in bash env id dirname cat mkdir rm touch; do ln -s "$(command -v $tool)" "$place/bin/$tool"; done
bad=0

fake() { # NAME BODY: a program
    printf '#!%s\n%s\n' "$place/bin/bash" "$2" >"$place/bin/$1"
    chmod +x "$place/bin/$1"
}

expect() { # EXIT_CODE PATTERN ARGUMENT...
    local want=$1 pattern=$2 got
    shift 2
    PATH=$place/bin "$place/bin/bash" "$place/tree/scripts/setup.sh" "$@" >"$place/said" 2>&1 </dev/null
    got=$?
    if [ $got -ne "$want" ] || ! { cat "$place/said" && echo; } | grep -qE -- "$pattern"; then
        echo "setup.sh $*: exit code $got, not $want, or it does not say '$pattern':"
        cat "$place/said"
        bad=1
    fi
}

bench='gcc libc6-dev cmake ninja-build pkg-config libhwloc-dev libjansson-dev libgsl-dev libssl-dev gnuplot-nox'
peers='g++ libtbb-dev libglib2.0-dev libuv1-dev libpthreadpool-dev libpython3-dev'
test="$bench libcmocka-dev clang libomp-dev libclang-rt-dev clang-format-14 python3 git spin"

expect 0 'Usage' --help
expect 2 "'wrong' is not known" wrong
expect 4 "no apt-get here.*: $bench\$" bench
expect 4 "no apt-get here.*: $test\$" test
[ "$(wc -l <"$place/said")" -eq 1 ] || { echo "more than one sentence" && bad=1; }
expect 4 "no apt-get here.*: $bench clang libomp-dev\$" bench --llvm

# Not root, and nobody to ask.
fake apt-get 'exit 0'
fake id 'echo 1000'
expect 4 "no sudo.*: $bench\$" bench
fake sudo 'exit 1'
expect 4 "sudo does not let you.*: $bench\$" bench

# Root; apt-get without a network.
fake id 'echo 0'
fake apt-get '[[ " $* " == *" update "* ]]'
expect 4 "could not install.*: $bench\$" bench

# apt-get that brings what it is asked for: everything is there afterwards, and the next run asks for nothing.
fake apt-get "echo \"\$*\" >>$place/asked
for package; do
    case \$package in
    gcc) names='gcc cc' ;; cmake) names=cmake ;; ninja-build) names=ninja ;; gnuplot-nox) names=gnuplot ;;
    pkg-config) names=pkg-config ;; g++) [ ! -e $place/refuse ] || exit 1; names=c++ ;; *) names= ;;
    esac
    for name in \$names; do printf '#!$place/bin/bash\\nexit 0\\n' >$place/bin/\$name; $(command -v chmod) +x $place/bin/\$name; done
done"
expect 0 "setup: installing $bench ${peers//+/\\+}\$" bench
grep -q -- '--no-install-recommends' "$place/asked" || { echo "recommended packages were not declined" && bad=1; }
rm "$place/asked"
expect 0 '' bench
[ ! -e "$place/asked" ] || { echo "asked apt-get for what is there" && bad=1; }

# What is there in part is not installed again.
rm "$place/bin/gnuplot"
expect 0 'setup: installing gnuplot-nox$' bench
grep -q ' gnuplot-nox$' "$place/asked" && ! grep -q cmake "$place/asked" || { echo "asked for more: $(cat "$place/asked")" && bad=1; }

# What is merely wanted stops nothing, and is not tried again and again.
rm "$place/bin/c++" "$place/asked"
touch "$place/refuse"
expect 0 'setup: without some peers: apt-get could not install.*: g\+\+$' bench
rm "$place/asked"
expect 0 '^$' bench
[ ! -e "$place/asked" ] || { echo "asked again for what could not be had" && bad=1; }
exit $bad
