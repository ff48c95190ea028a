#!/bin/bash
# options.sh POOLBENCH - every option that takes a value, of every command, with values that it cannot mean: exit code 2,
# one line of plain text, nothing on stdout, nothing left behind. Which options there are, the program says itself.
set -u
poolbench=$1
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1
bad=0 asked=0
long=$(head -c 5000 /dev/zero | tr '\0' 9)
values=('' ' ' 0 -1 -0 +1 1,,2 0x10 1e3 1e999 nan inf 99999999999999999999999 '1 2' '%n%s' '../..' $'\xff\xfe\x80' $'a\n\033[2J' "$long")

# What an option may be after all: any file's name, a seed of 0, no bytes.
may_be() { # COMMAND OPTION VALUE
    case $1$2=$3 in
    *--output=?*) true ;;
    *--seed=0 | advise--arg=0) true ;;
    *) false ;;
    esac
}

# In front of the option: what keeps a command from doing anything long, if it takes the value.
before() { # COMMAND
    case $1 in
    bench) echo --dry-run ;;
    conform) echo --clause=A8 ;;
    advise) echo nowhere --task=1us --count=1 ;;
    compare) echo nowhere nowhere ;;
    plot | report) echo nowhere ;;
    esac
}

refused() { # COMMAND OPTION VALUE
    # shellcheck disable=SC2046
    HWLOC_SYNTHETIC='core:2 pu:1' timeout 60 "$poolbench" "$1" $(before "$1") "$2=$3" >"$place/out" 2>"$place/err" </dev/null
    code=$?
    asked=$((asked + 1))
    if [ $code -ne 2 ] || [ -s out ] || [ "$(wc -l <err)" -ne 1 ] || [ "$(wc -c <err)" -gt 700 ] ||
        ! grep -qa '^poolbench: ' err || grep -qa 'nowhere' err || tr -d '\n' <err | LC_ALL=C grep -qa '[[:cntrl:]]'; then
        printf '%s %s=%.60q: exit code %s, says: ' "$1" "$2" "$3" $code
        head -c 300 err
        bad=1
    fi
    rm -f out err
    [ -z "$(ls -A)" ] || { echo "$1 $2=$3 leaves $(ls -A)" && rm -rf ./* && bad=1; }
}

for command in $("$poolbench" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
    for option in $("$poolbench" "$command" --help | sed -nE 's/^ +(-., )?(--[a-z-]+)=.*/\2/p'); do
        for value in "${values[@]}"; do
            may_be "$command" "$option" "$value" || refused "$command" "$option" "$value"
        done
    done
done
echo "$asked values"
[ $asked -gt 300 ] && [ $bad -eq 0 ]
