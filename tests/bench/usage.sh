#!/bin/bash
# What is wrong on the command line is one sentence and exit code 2, and leaves nothing behind.
. "$(dirname "$0")/common.sh"

expect 2 "did you mean 'pthread_queue'" -s pthread_queu
expect 2 "did you mean 'mandelbrot'" -w mandelbrod
expect 2 "workers" --workers 0
expect 2 "workers" --workers 1000000000
expect 2 "workers" --workers 99999999999999999999999
expect 2 "workers" --workers 1,,2
expect 2 "workers" --workers two
expect 2 "workers" --workers -1
expect 2 "chunk" --chunk 0
expect 2 "chunk" --chunk 1.5
expect 2 "work" --work 100
expect 2 "work" --work 0
expect 2 "work" --work 11s
expect 2 "work" --work 10us,
expect 2 "payload" --payload 10
expect 2 "payload" --payload 1GiB
expect 2 "payload" --payload ''
expect 2 "budget" --budget 5
expect 2 "budget" --budget 1ms
expect 2 "profile" --profile fast
expect 2 "bind" --bind tight
expect 2 "wait" --wait never
expect 2 "seed" --seed -3
expect 2 "seed" --seed 99999999999999999999
expect 2 "leave one of them out" --plan plan.json --seed 3
expect 2 "plan.json" --plan plan.json
expect 2 "did you mean --workers" --workres 3
expect 2 "nonsense" nonsense
echo '{"format": 1}' >plan.json
expect 2 "has format 1, this poolbench reads format 3" --plan plan.json
echo '{"format": 3}' >plan.json
expect 2 "no plan of poolbench" --plan plan.json
head -c 100000 /dev/zero >plan.json
expect 2 "plan.json" --plan plan.json
mkdir full && touch full/file
expect 2 "not empty" -s serial -w nothing -o full
expect 2 "full/file" -s serial -w nothing -o full/file
expect 2 "nothing.so" --plugin ./nothing.so
expect 2 "needs about" -s serial -w spin --work 10s --budget 1s -o long
"$POOLBENCH" bench --help | grep -q -- --dry-run || fail "--help does not show --dry-run"

rm -rf out err plan.json full
[ -z "$(ls -A)" ] || fail "left behind: $(ls -A)"
finish
