#!/bin/sh
# blocks.sh ROOT TUTORIAL - the tutorial shows the programs as they are. A block that opens with ```c FILE holds lines of
# that file, one after another; with ```text FILE the whole file. Each example and what it prints is shown.
set -eu
root=$1 tutorial=$2

awk -v root="$root" '
    function complain(line, text) { print FILENAME ":" line ": " text; failed = 1 }
    function read_file(name,    path, text, line) {
        path = root "/" name
        while ((getline line <path) > 0) text = text line "\n"
        close(path)
        return text
    }
    !inside && /^```(c|text) [^ ]/ { inside = 1; kind = substr($1, 4); name = $2; start = FNR; block = ""; next }
    !inside && /^```/ { inside = 1; name = ""; next }
    inside && /^```$/ {
        inside = 0
        if (name == "") next
        shown[name]++
        text = read_file(name)
        if (text == "") complain(start, "there is no " name)
        else if (kind == "text" && block != text) complain(start, "this is not what " name " holds")
        else if (kind == "c" && index("\n" text, "\n" block) == 0) complain(start, "these lines are not in " name)
        next
    }
    inside { block = block $0 "\n" }
    END {
        if (inside) complain(start, "this block does not end")
        command = "cd " root " && ls examples/*.c examples/expected/*.txt"
        while ((command | getline name) > 0)
            if (!(name in shown)) complain(FNR, name " is not shown")
        exit failed
    }' "$tutorial"
