#!/bin/sh
# Every planted bug has its row in the documentation, and no other has: check_table.sh PROJECT
set -u
cd "$1/tests/planted" || exit 1
listed() { sed -n "s/^BUG_IN([a-z_]*, /BUG(/;s/^BUG(\([0-9]*\), \([a-z0-9_]*\),.*/$1_\1_\2/p" "$2" | grep -v '_00_correct$'; }
wanted=$({ listed planted bugs.def; listed front fronts.def; } | sort)
written=$(sed -n 's/^| `\([a-z0-9_]*\)` .*/\1/p' "$1/docs/planted-bugs.md" | sort)
[ "$wanted" = "$written" ] && exit 0
echo "docs/planted-bugs.md has other bugs than tests/planted; run_planted --everywhere --table writes its table:"
printf '%s\n' "$wanted" "$written" | sort | uniq -u
exit 1
