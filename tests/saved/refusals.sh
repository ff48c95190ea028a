#!/bin/sh
# refusals.sh POOLBENCH SYNTHESIZE - what every command that reads a result folder says of one that is cut, foreign, newer,
# unreadable or no folder at all: one sentence, exit code 2, and nothing there is touched.
set -u
poolbench=$1
place=$(mktemp -d)
trap 'chmod -R u+rwX "$place"; rm -rf "$place"' EXIT
cd "$place" || exit 1
bad=0
"$2" good seed=1 works=1 usable=2 || exit 1
head -1 good/samples.csv >few && sed -n '2,60p' good/samples.csv >>few && mv few good/samples.csv
{
    echo metric,quantity,unit,strategy,options,workload,workload_options,workers,oversubscribed,bind,wait,chunk,work_ns,in_bytes,out_bytes,resident_bytes,count,launches,samples,median,low,high,min,mean,p90,p99,mad,reached
    echo throughput,rate,1/s,pthread_steal,,spin,,1,0,none,yield,0,1000,,,,100,6,6,1000,900,1100,,,,,,yes
} >good/summary.csv

# Every file and folder with its kind, rights, size, times; links are not followed.
state() { find run -printf '%p %y %m %s %T@ %l\n' 2>/dev/null | sort; }

# say CODE PATTERN ARGUMENT...: this exit code, one line with the pattern, and nothing on stdout.
say() {
    code=$1 pattern=$2
    shift 2
    timeout 60 "$poolbench" "$@" >out 2>err
    got=$?
    if [ $got -ne "$code" ] || [ "$(wc -l <err)" -ne 1 ] || ! grep -q -- "^poolbench: .*$pattern" err || [ -s out ]; then
        echo "$what: poolbench $*: exit code $got, not $code, or it does not say '$pattern' in one line:"
        head -c 600 err
        bad=1
    fi
}

# refused WHAT [PATTERN [PATTERN_OF_PLOT]]: by all of them; run/ is as it was.
refused() {
    what=$1 pattern=${2-} of_plot=${3-${2-}}
    state >before
    say 2 "$pattern" report run
    say 2 "$pattern" compare good run
    say 2 "$pattern" compare run good
    say 2 "$pattern" advise run --task 50us --count 10
    say 2 "$pattern" bench --resume run
    say 2 "$pattern" bench --plan run/plan.json --dry-run
    say 2 "$of_plot" plot run
    state >after
    cmp -s before after || { echo "$what: what was there is not the same" && bad=1; }
}

fresh() { chmod -R u+rwX run 2>/dev/null; rm -rf run && cp -r good run; }
each() { # COMMAND: for every file, as $file
    for file in plan.json machine.json samples.csv summary.csv; do eval "$1"; done
}

rm -rf run && refused 'no folder' 'No such file'
mkdir run && echo dear diary >run/diary.txt && refused 'a folder of others' 'No such file'
rm -rf run && echo text >run && refused 'a file for a folder' 'Not a directory'
rm -f run && ln -s run run && refused 'a folder that is a loop of links' 'symbolic links'
rm -f run && fresh && each 'rm run/$file && ln -s $file run/$file' && refused 'files that are loops of links' 'symbolic links'
fresh && each 'rm run/$file && ln -s /nowhere/$file run/$file' && refused 'links to nothing' 'No such file'
fresh && each 'rm run/$file && mkdir run/$file' && refused 'folders for files' 'Is a directory'
fresh && each 'rm run/$file && mkfifo run/$file' && refused 'pipes for files' 'Invalid argument'
fresh && each 'rm run/$file && ln -s /dev/zero run/$file' && refused 'a device' 'Invalid argument'
fresh && each ': >run/$file' && refused 'empty files' 'line 1'
fresh && each 'head -c 90 good/$file >run/$file' && refused 'files cut short' 'cut short'
fresh && each 'printf "a\0b\n" >run/$file' && refused 'NUL bytes' 'no JSON' 'NUL byte'
fresh && each 'head -c 5000 /dev/urandom >run/$file' && refused 'random bytes'
fresh && each 'printf "\033[2J\r\n\"" >run/$file' && refused 'what moves a cursor'
fresh && each 'rm run/$file && truncate -s 1G run/$file' && refused '1 GiB' 'too large'
fresh && sed -i 's/"format": 3/"format": 4/' run/plan.json && sed -i '1s/median/middle/' run/summary.csv &&
    refused 'a newer version' 'format 4, this poolbench reads format 3' 'no column median'
fresh && head -c 9000000 /dev/zero | tr '\0' '{' | sed 's/{/{},/g; s/^/[/' | head -c 16000000 >run/plan.json &&
    sed -i '2s/,1000,900,/,\x1b[2J,900,/' run/summary.csv && refused 'more parts than memory holds' 'too large' 'line 2'
fresh && each 'chmod 0 run/$file'
if [ ! -r run/plan.json ]; then # to root nothing is unreadable
    refused 'files that nobody may read' 'Permission denied'
fi

# One file alone. What a command does not read, it does not judge.
samples() { # WHAT PATTERN: refused by all that read samples.csv
    what=$1
    state >before
    say 2 "$2" report run
    say 2 "$2" compare run good
    say 2 "$2" advise run --task 50us --count 10
    say 2 "$2" bench --resume run
    state >after
    cmp -s before after || { echo "$what: what was there is not the same" && bad=1; }
}
fresh && : >run/machine.json && samples 'machine.json empty' 'machine.json'
fresh && head -1 good/samples.csv >run/samples.csv && truncate -s 1G run/samples.csv && samples 'a line of 1 GiB' 'line 2: holds a NUL byte or is longer'
fresh && sed -i '9s/,measure,/,measured,/' run/samples.csv && samples 'an edited sample' 'line 9'
fresh && sed -i 's/"pthread_steal"/"pthread_gone"/' run/plan.json && samples 'samples of another plan' 'no cell of plan.json\|pthread_gone'
what='a strategy that is gone'
say 2 "no strategy 'pthread_gone'; did you mean" bench --plan run/plan.json --dry-run
say 2 "no strategy 'pthread_gone'; did you mean" bench --resume run
exit $bad
