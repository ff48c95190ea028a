#!/bin/bash
# truths.sh POOLBENCH PLUGIN VERDICT SESSIONS [FOLDER]: planted truths in real sessions. Each is a run of `poolbench bench` with
# a strategy, its equal, one that is 5 % slower, and one that adds 100 us to each item of 100 us; what the sessions say is
# counted. With FOLDER, lines of earlier calls are kept there in verdicts.txt, and counted too.
#
# Nothing about times is asserted: how often the machine lets the truth be seen is told, not judged.
. "$(dirname "$0")/common.sh"
plugin=$2 verdict=$3 sessions=$4 folder=${5:-$PWD}
session_options=${TRUTHS_OPTIONS:---profile quick --budget 20s --bind compact}
lines=$folder/verdicts.txt

for ((i = 0; i < sessions; i++)); do
    # shellcheck disable=SC2086 # several options
    bench --plugin "$plugin" -s 'planted,planted:same=1,planted:percent=5,planted:ns=100000' -w spin --work 100us --workers 2 \
        --no-plots $session_options -o "session$i"
    "$verdict" "session$i" >said || fail "no verdict of session $i"
    [ "$(wc -l <said)" -eq 3 ] || fail "not three verdicts: $(cat said)"
    cat said >>"$lines"
    rm -rf "session$i"
done

awk '
    { n[$1]++; count[$1, $2]++; ratio[$1, n[$1]] = $3; more[$1, n[$1]] = $4 }
    function median(of, who,   i, k, v, t) {
        for (i = 1; i <= n[who]; i++) v[i] = of[who, i]
        for (i = 2; i <= n[who]; i++) for (k = i; k > 1 && v[k] + 0 < v[k - 1] + 0; k--) { t = v[k]; v[k] = v[k - 1]; v[k - 1] = t }
        return n[who] % 2 ? v[(n[who] + 1) / 2] : (v[n[who] / 2] + v[n[who] / 2 + 1]) / 2
    }
    END {
        for (i = split("same=1 percent=5 ns=100000", names, " "); i > 0; i--) {
            who = names[i]
            for (near = k = 0; ++k <= n[who];) near += more[who, k] > 98000 && more[who, k] < 102000
            printf "%s: %d sessions, slower %d, faster %d, tie %d, inconclusive %d, incomplete %d; ratio %.4f, %.0f ns more (medians)", who,
                n[who], count[who, "slower"], count[who, "faster"], count[who, "tie"], count[who, "inconclusive"],
                count[who, "incomplete"], median(ratio, who), median(more, who)
            printf who == "ns=100000" ? "; within 2 %% of 100000 ns in %d\n" : "\n", near
        }
    }' "$lines"
finish
