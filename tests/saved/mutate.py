#!/usr/bin/env python3
"""mutate.py POOLBENCH SYNTHESIZE [COUNT [SEED]] - result folders with random damage: any answer but a crash or a hang.

Each case damages one file of a good folder, at bytes, lines, numbers or words, and asks compare, report and advise. They
must end in time with one of their exit codes; where they refuse (2), with one sentence.
"""

import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

INTERESTING = [b"", b"-1", b"0", b"1e308", b"nan", b"18446744073709551616", b"9223372036854775807", b'"', b"\x00", b"\xff\xfe",
               b"{", b"[]", b"null", b",", b"\n", b"../../etc/passwd", b"'\"><svg onload=x>", b"%n%s", b"1e-400", b"999999"]
COMMANDS = [["compare", "good", "bad", "--force"], ["report", "bad"],
            ["advise", "bad", "--task", "50us", "--count", "10", "--isolate"]]


def damage(text, rng):
    for _ in range(rng.choice((1, 1, 1, 3, 10))):
        kind = rng.randrange(6)
        at = rng.randrange(len(text) + 1)
        if kind == 0:
            text = text[:at] + rng.choice(INTERESTING) + text[at + rng.randrange(4):]
        elif kind == 1:
            text = text[:at] + bytes([rng.randrange(256)]) + text[at + 1:]
        elif kind == 2:
            text = text[:at]
        else:
            pattern = (rb"\d+", rb"[a-z_]+", rb"[^\n]*\n")[kind - 3]
            found = [m.span() for m in re.finditer(pattern, text)]
            if found:
                start, end = rng.choice(found)
                other = rng.choice(found)
                text = text[:start] + rng.choice(INTERESTING + [text[slice(*other)]]) + text[end:]
    return text


def main():
    poolbench, synthesize = (str(pathlib.Path(p).resolve()) for p in sys.argv[1:3])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 120
    rng = random.Random(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
    wrong = answers = 0
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([synthesize, "good", "works=3", "usable=2", "launches=6"], cwd=place, check=True)
        for case in range(count):
            bad = pathlib.Path(place, "bad")
            shutil.rmtree(bad, ignore_errors=True)
            shutil.copytree(pathlib.Path(place, "good"), bad)
            name = rng.choice(("plan.json", "plan.json", "machine.json", "samples.csv"))
            (bad / name).write_bytes(damage((bad / name).read_bytes(), rng))
            for command in COMMANDS:
                # No gnuplot on this path: pictures are another matter, and slow.
                done = subprocess.run([poolbench, *command], cwd=place, capture_output=True, timeout=60, env={"PATH": place})
                sentences = done.stderr.count(b"\n")
                if done.returncode not in (0, 1, 2, 3) or (done.returncode == 2 and sentences != 1):
                    wrong += 1
                    print(f"case {case}, {name}, {command[0]}: exit code {done.returncode}\n{done.stderr[:2000].decode('latin-1')}")
                answers += done.returncode == 2
    print(f"{count} damaged folders, {len(COMMANDS) * count} answers, {answers} refusals, {wrong} wrong")
    sys.exit(wrong > 0 or answers == 0)


if __name__ == "__main__":
    main()
