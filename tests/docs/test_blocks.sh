#!/bin/sh
# test_blocks.sh ROOT - blocks.sh accepts the tutorial, and notices each way in which it could drift from the programs.
set -eu
root=$1
here=$(dirname "$0")
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
failed=0

cp -R "$root/examples" "$copy"
"$here/blocks.sh" "$copy" "$root/docs/tutorial.md"

noticed() { # WHAT TEXT: the last change is noticed, with this text; then it is undone
    if "$here/blocks.sh" "$copy" "$copy/tutorial.md" >"$copy/said" || ! grep -q "$2" "$copy/said"; then
        echo "NOT NOTICED: $1"
        cat "$copy/said"
        failed=1
    else
        echo "ok: $1"
    fi
    rm -r "$copy/examples"
    cp -R "$root/examples" "$copy"
    cp "$root/docs/tutorial.md" "$copy"
}

cp "$root/docs/tutorial.md" "$copy"
sed -i 's/int squares\[10\];/int squares[11];/' "$copy/tutorial.md"
noticed 'a changed line of C' 'these lines are not in examples/shortest.c'
sed -i 's/return 0;/return 1;/' "$copy/examples/shortest.c"
noticed 'a changed example' 'these lines are not in examples/shortest.c'
sed -i 's/78498/78499/' "$copy/examples/expected/simple.txt"
noticed 'changed output' 'not what examples/expected/simple.txt holds'
echo more >>"$copy/examples/expected/simple.txt"
noticed 'more output' 'not what examples/expected/simple.txt holds'
cp "$copy/examples/simple.c" "$copy/examples/other.c"
noticed 'an example that is not shown' 'examples/other.c is not shown'
rm "$copy/examples/simple.c"
noticed 'an example that has gone' 'there is no examples/simple.c'
printf '```c examples/simple.c\n' >>"$copy/tutorial.md"
noticed 'a block without an end' 'this block does not end'
exit $failed
