#!/bin/sh
# report.sh POOLBENCH SYNTHESIZE - `poolbench report`: a page that is whole, true, safe, and needs nothing from elsewhere.
set -u
poolbench=$1
place=$(mktemp -d)
trap 'chmod -R u+w "$place"; rm -rf "$place"' EXIT
cd "$place" || exit 1
bad=0
complain() { echo "$1" && bad=1; }
"$2" run seed=1 metrics=3 works=4 usable=4 || exit 1
sed -i 's|"warnings": \[\]|"warnings": [{"code": "x", "text": "<script>alert(1)</script>", "advice": "\&"}]|; s|Synthetic CPU|<b onload=1>CPU|' \
    run/machine.json
(cd run && find . -type f -exec cksum {} + | sort) >before
"$poolbench" report run >said 2>&1 || complain "report fails: $(head -3 said)"
grep -q '^time per item of spin, 1.00 us per item' said && grep -q '^Report: run/report.html' said || complain "no tables"
(cd run && find . -type f ! -name report.html -exec cksum {} + | sort) | cmp -s - before || complain "the folder was changed"

python3 - run/report.html <<'PY' || bad=1
import re, sys
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "link"}

class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.links, self.text, self.rows = [], [], [], [], []
        self.wrong = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag in ("script", "iframe", "link", "object") or any(a.startswith("on") for a in attributes):
            self.wrong.append(f"<{tag} {attributes}>")
        for name in ("src", "href"):
            value = attributes.get(name, "#")
            if not value.startswith(("#", "data:image/svg+xml;base64,")):
                self.wrong.append(f"{name} {value[:60]}")
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"][1:])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.text.append(data)
        if self.rows and self.rows[-1] and self.open and "tr" in self.open:
            self.rows[-1][-1] += data

source = open(sys.argv[1], encoding="utf-8").read()
page = Page()
page.feed(source)
text = " ".join(page.text)
wrong = page.wrong
wrong += [f"not closed: {page.open}"] if page.open else []
wrong += [f"no place #{l}" for l in page.links if l not in page.ids]
wrong += [f"twice #{i}" for i in set(page.ids) if page.ids.count(i) > 1]
wrong += [f"refers to {u}" for u in re.findall(r"(?:https?:)?//[a-z][^\s\"'<]*|@import|url\(", source.split("base64")[0])]
for part in ("What these numbers are worth", "No A/A pair", "<script>alert(1)</script>", "<b onload=1>CPU", "place 1",
             "METG(50 %)", "Scaling laws", "contention", "lag-1", "Outliers", "in timed regions"):
    if part not in text:
        wrong.append(f"does not say {part}")
if source.index('id="worth"') > source.index('id="metric-throughput"'):
    wrong.append("what the numbers are worth does not come first")

# The truth: a task costs its work and 45 ns on omp_dynamic, so half is lost at 45 ns, far below the least work of 1 us;
# fork_pipe loses 21 us, so w50 is 21 us at one worker.
metg = [r for r in page.rows if len(r) == 9 and r[1].strip() == "spin" and r[2] == "1"]
w50 = {r[0]: r[3] for r in metg}
if not w50.get("omp_dynamic", "").startswith("\u2264 1.00 us"):
    wrong.append(f"omp_dynamic's w50 is {w50.get('omp_dynamic')}")
if not re.match(r"2[012]\.\d us \u00b1", w50.get("fork_pipe", "")):
    wrong.append(f"fork_pipe's w50 is {w50.get('fork_pipe')}")
metg50 = {r[0]: r[4] for r in metg}
if not re.match(r"4[0-4]\.\d us \u00b1", metg50.get("fork_pipe", "")):
    wrong.append(f"fork_pipe's METG(50 %) is {metg50.get('fork_pipe')}")

# A life of pthread_steal costs 2 * 90 us more than one of process_fork, 2 * 3 us, and a call 5 us, not 80: 3 calls.
lives = {(r[0], r[1]): r[-1] for r in page.rows if len(r) in (4, 5) and r[0] == "pthread_steal" and r[1].isdigit()}
if not all(v.startswith("3 ") for v in lives.values()) or len(lives) != 4:
    wrong.append(f"pthread_steal beats process_fork after {lives}")
for w in wrong:
    print("report.html:", w)
sys.exit(bool(wrong))
PY

# A against A.
"$2" calm seed=1 works=1 twin=1 noise=0.003 && "$2" wild seed=2 works=1 twin=1 noise=0.3 || exit 1
"$poolbench" report calm >said 2>&1
grep -q 'note good"><p><b>A/A holds.</b> omp_dynamic against itself' calm/report.html || complain "a sound A/A pair is not seen"
"$poolbench" report wild >said 2>&1
grep -q 'note bad"><p><b>A/A fails: nothing here is conclusive' wild/report.html || complain "a wild A/A pair is not seen"
grep -q 'place 1<' wild/report.html && complain "a session whose A/A pair fails has a winner"

# Whole or not at all: what was there stays when the new one cannot be written.
cp run/report.html old.html
mkdir run/.report.html.tmp
"$poolbench" report run >said 2>&1
[ $? -eq 4 ] || complain "a report that cannot be written ends with another exit code than 4"
cmp -s run/report.html old.html || complain "a report that could not be written damaged the one that was there"
rmdir run/.report.html.tmp
ln -s "$place/victim" run/.report.html.tmp
"$poolbench" report run >said 2>&1
[ -e victim ] && complain "a link was followed out of the folder"
rm run/.report.html.tmp
PATH=/nowhere "$poolbench" report run >said 2>&1 || complain "without gnuplot there is no report"
grep -q 'no pictures in the report: gnuplot is not installed' said || complain "a report without pictures does not say so"
grep -q 'METG' run/report.html || complain "without pictures the report is not complete"
exit $bad
