#!/bin/sh
# trouble.sh POOLBENCH SYNTHESIZE COMMAND... - result folders that are damaged, foreign or hostile. Each COMMAND (with its
# options; the folder goes behind it) says one sentence, ends with exit code 2, and changes nothing in the folder.
set -u
poolbench=$1 synthesize=$2
shift 2
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place" || exit 1
bad=0
"$synthesize" good seed=1 works=1 usable=2 || exit 1

state() { (cd bad && find . -type f -exec cksum {} + | sort); }

refused() { # WHAT PATTERN, the folder being bad/
    state >before
    for command in $commands; do
        case $command in compare) set -- "$1" "$2" compare good bad ;; *) set -- "$1" "$2" "$command" bad ;; esac
        what=$1 pattern=$2
        shift 2
        # shellcheck disable=SC2086
        timeout 20 "$poolbench" "$@" $(options "$command") >said 2>&1
        got=$?
        if [ $got -ne 2 ] || [ "$(wc -l <said)" -ne 1 ] || ! grep -q -- "$pattern" said || [ "$(wc -c <said)" -gt 600 ]; then
            echo "$what: poolbench $*: exit code $got, not 2, or it does not say '$pattern' in one line:"
            head -c 1000 said
            bad=1
        fi
        set -- "$what" "$pattern"
    done
    state >after
    cmp -s before after || { echo "$1: the folder was changed" && bad=1; }
}

options() { # COMMAND
    case $1 in advise) echo "--task 50us --count 1000" ;; esac
}

spoilt() { # WHAT PATTERN FILE SED-SCRIPT
    rm -rf bad && cp -r good bad && sed "$4" "good/$3" >"bad/$3" && refused "$1" "$2"
}

commands=$*
rm -rf bad
mkdir bad && refused "an empty folder" 'plan.json: No such file'
for file in plan.json machine.json samples.csv; do
    rm -rf bad && cp -r good bad && rm "bad/$file" && refused "no $file" "$file: No such file"
    : >"bad/$file" && refused "an empty $file" "$file"
    head -c 300 /dev/zero >"bad/$file" && refused "zeros as $file" "$file"
    head -c 3000 /dev/urandom >"bad/$file" && refused "random bytes as $file" "$file"
    rm "bad/$file" && mkdir "bad/$file" && refused "a folder as $file" 'directory'
    rmdir "bad/$file" && mkfifo "bad/$file" && refused "a pipe as $file" "$file"
    rm -rf bad && cp -r good bad && head -c 200 "good/$file" >"bad/$file"
    [ $file = samples.csv ] || refused "a cut $file" "$file"
done
spoilt "a newer plan" 'format 99' plan.json 's/"format": [0-9]*/"format": 99/'
spoilt "a plan of a metric unknown" 'has no metric' plan.json 's/"throughput"/"wisdom"/'
spoilt "a plan with a number that is none" 'launches' plan.json 's/"launches": [0-9]*/"launches": "many"/'
spoilt "a plan with too many launches" 'launches' plan.json 's/"launches": [0-9]*/"launches": 4000000000/'
spoilt "a cell of no strategy" 'strategy' plan.json 's/"strategy": 3/"strategy": 77/'
spoilt "facts that are none" 'no facts' machine.json 's/"cpu_model"/"colour"/'
spoilt "columns of another version" 'not those of this version' samples.csv '1s/wall_ns/wall_ms/'
spoilt "a column more" 'line 7 has more cells' samples.csv '7s/$/,1/'
spoilt "a column less" 'line 7 has fewer cells' samples.csv '7s/,[^,]*$//'
spoilt "a strategy that is not in the plan" 'line 7: belongs to no cell' samples.csv '7s/serial\|fork_[a-z]*\|omp_[a-z]*\|pthread_[a-z]*\|process_[a-z]*/tachyon/'
spoilt "a value that is none" "value is 'nan'" samples.csv '7s/\(measure,[0-9]*,\)[^,]*/\1nan/'
spoilt "a launch of no plan" 'line 7: launch is' samples.csv '7s/,1000,0,/,1000,500,/'
spoilt "an open quote" 'opens a quote' samples.csv '7s/^/"/'
spoilt "markup" 'line 7' samples.csv '7s/,spin,/,<script>alert(1)<\/script>,/'
spoilt "no sample" 'no sample yet' samples.csv '2,$d'
rm -rf bad && cp -r good bad && { head -5 good/samples.csv && head -c 100000 /dev/zero | tr '\0' 'x'; } >bad/samples.csv
echo >>bad/samples.csv && refused "an endless line" 'longer than any'
rm -rf bad && cp -r good bad && head -c 100000 /dev/zero | tr '\0' '[' >bad/plan.json && refused "JSON without end" 'plan.json'
rm -rf bad && cp -r good bad && truncate -s 17M bad/plan.json && refused "a huge plan" 'too large'

# A run that died in the middle of a line: that line is left out, the rest counts.
rm -rf bad && cp -r good bad && head -c -20 good/samples.csv >bad/samples.csv
for command in $commands; do
    case $command in compare) set -- compare good bad ;; *) set -- "$command" bad ;; esac
    # shellcheck disable=SC2046
    "$poolbench" "$@" $(options "$command") >said 2>&1 || { echo "a cut line stops $command:" && head -3 said && bad=1; }
done
exit $bad
