#!/usr/bin/env python3
"""second.py PROBE - the statistics once more, by counting everything out, against those of the harness.

The standard library only. Distributions are enumerated, not computed: every pattern of signs, every way to choose
which of the pooled values are b's. Cases are random, from a fixed seed, small enough to enumerate and full of ties.
"""

import itertools
import math
import random
import statistics
import subprocess
import sys

CASES = 150


def sign_rank(n, confidence):
    """The largest k for which at most (1 - confidence)/2 of all sign patterns have fewer than k plus signs."""
    plus = [sum(signs) for signs in itertools.product((0, 1), repeat=n)]
    tail = (1 - confidence) / 2
    return max(k for k in range(n // 2 + 1) if sum(p <= k - 1 for p in plus) / len(plus) <= tail)


def median_line(values, confidence, change=lambda x: x):
    values = sorted(values)
    n, k = len(values), sign_rank(len(values), confidence)
    middle = statistics.median(values)
    return [n, change(middle)] + ([change(values[k - 1]), change(values[n - k])] if k else [])


def paired(comparisons, a, b):
    logs = [math.log(x / y) for x, y in zip(a, b) if x > 0 and y > 0]
    return median_line(logs, 1 - 0.05 / comparisons, math.exp)


def midranks(values):
    """Twice the rank of each value, ties sharing the mean of theirs."""
    return [sum(2 * (v < x) + (v == x) for v in values) + 1 for x in values]


def choose_u(ranks, nb):
    """U of b for each way to choose which nb of the ranks (doubled) are b's."""
    return [(sum(chosen) - nb * (nb + 1)) / 2 for chosen in itertools.combinations(ranks, nb)]


def unpaired(confidence, a, b):
    na, nb = len(a), len(b)
    u = sum((y > x) + (y == x) / 2 for x in a for y in b)
    every = choose_u(midranks(a + b), nb)
    p = sum(abs(v - na * nb / 2) >= abs(u - na * nb / 2) for v in every) / len(every)
    differences = sorted(math.log(y) - math.log(x) for x in a for y in b)
    plain = choose_u([2 * i + 2 for i in range(na + nb)], nb)
    tail = (1 - confidence) / 2
    k = 0
    while sum(v <= k for v in plain) / len(plain) <= tail:
        k += 1
    line = [u, p, min(na, nb), math.exp(statistics.median(differences))]
    return line + ([math.exp(differences[k - 1]), math.exp(differences[-k])] if k else [])


def pearson(x, y):
    mx, my = statistics.fmean(x), statistics.fmean(y)
    top = sum((p - mx) * (q - my) for p, q in zip(x, y))
    return top / math.sqrt(sum((p - mx) ** 2 for p in x) * sum((q - my) ** 2 for q in y))


def halves(values):
    first, second = values[: len(values) // 2], values[len(values) // 2 :]
    if sign_rank(len(first), 0.95) == 0:
        return 0
    _, m1, low1, high1 = median_line(first, 0.95)
    _, m2, low2, high2 = median_line(second, 0.95)
    return 1 if low1 <= m2 <= high1 and low2 <= m1 <= high2 else 2


def series(values):
    middle = statistics.median(values)
    mad = statistics.median(abs(v - middle) for v in values)
    outliers = [i for i, v in enumerate(values) if abs(v - middle) > 14.8 * mad]
    if len(set(values)) < 2 or len(values) < 3:
        return [math.nan, math.nan, halves(values)] + outliers
    mean = statistics.fmean(values)
    square = sum((v - mean) ** 2 for v in values)
    lag = sum((x - mean) * (y - mean) for x, y in zip(values, values[1:])) / square
    return [lag, pearson(midranks(values), list(range(len(values)))), halves(values)] + outliers


def metg(level, work, efficiency):
    curve = sorted(zip(work, efficiency), reverse=True)

    def logit(e):
        e = min(max(e, 0.001), 0.999)
        return math.log(e / (1 - e))

    down, every = None, []
    for (w1, e1), (w2, e2) in zip(curve, curve[1:]):
        if (e1 >= level) == (e2 >= level):
            continue
        slope = (logit(e2) - logit(e1)) / (math.log(w2) - math.log(w1))
        at = w1 if slope == 0 else math.exp(math.log(w1) + (logit(level) - logit(e1)) / slope)
        every.append(at)
        if down is None and e1 >= level:
            down = at
    if down is None:
        down = -math.inf if curve[0][1] >= level else math.inf
    return [down, down / level] + every[:8]


def solve(matrix, right):
    """Gauss with pivots."""
    n = len(right)
    rows = [list(row) + [r] for row, r in zip(matrix, right)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(n):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [x - factor * y for x, y in zip(rows[r], rows[i])]
    return [rows[i][n] / rows[i][i] for i in range(n)]


def scaling(workers, rate):
    """Normal equations over every set of terms; the best in which nothing is negative."""
    if len(set(workers)) < 3:
        return None
    best = None
    for used in ((0, 1, 2), (0, 1), (0, 2), (0,)):
        rows = [[t[k] * x / w for k in used] for w, x in zip(workers, rate) for t in [(1, w - 1, w * (w - 1))]]
        normal = [[sum(r[i] * r[j] for r in rows) for j in range(len(used))] for i in range(len(used))]
        found = solve(normal, [sum(r[i] for r in rows) for i in range(len(used))])
        squares = sum((sum(f * v for f, v in zip(found, r)) - 1) ** 2 for r in rows)
        p = [0.0, 0.0, 0.0]
        for k, f in zip(used, found):
            p[k] = f
        if p[0] > 0 and p[1] >= 0 and p[2] >= 0 and (best is None or squares < best[0]):
            best = squares, p
    squares, (one, b, c) = best
    return [1 / one, b / one, c / one, math.sqrt(squares / len(workers))]


def breakeven(life, call, fresh):
    for k in range(1, 10000):
        if life + k * call <= k * fresh:
            return [k]
    return [math.inf]


def listed(*lists):
    return " ".join(f"{len(l)} " + " ".join(repr(float(x)) for x in l) for l in lists)


def cases(rng):
    """(question, expected answer)"""
    for n in range(0, 15):
        for confidence in (0.95, 0.99, 0.5, 0.999):
            yield f"rank {n} {confidence}", [sign_rank(n, confidence)]
    for _ in range(CASES):
        tied = rng.random() < 0.5
        draw = (lambda: rng.randint(1, 6)) if tied else (lambda: rng.lognormvariate(0, 0.3))
        a, b = [draw() for _ in range(rng.randint(1, 8))], [draw() for _ in range(rng.randint(1, 8))]
        confidence = rng.choice((0.95, 0.99, 0.8))
        yield f"unpaired {confidence} {listed(a, b)}", unpaired(confidence, a, b)
        n, m = rng.randint(1, 13), rng.randint(1, 9)
        a, b = [draw() for _ in range(n)], [draw() for _ in range(n)]
        yield f"paired {m} {listed(a, b)}", paired(m, a, b)
        values = [draw() for _ in range(rng.randint(1, 16))]
        values[rng.randrange(len(values))] *= rng.choice((1, 1000))
        yield f"series {listed(values)}", series(values)
        work = [2.0**k for k in range(4, rng.randint(6, 18))]
        rng.shuffle(work)
        efficiency = [min(1.05, w / (w + 500)) * rng.uniform(0.7, 1.3) for w in work]
        level = rng.choice((0.5, 0.9, 0.95))
        yield f"metg {level} {listed(work, efficiency)}", metg(level, work, efficiency)
        workers = rng.sample(range(1, 33), rng.randint(2, 8))
        s, k, noise = rng.uniform(-0.02, 0.2), rng.uniform(-0.001, 0.01), rng.choice((0, 0.05))
        rate = [7 * w / (1 + s * (w - 1) + k * w * (w - 1)) * (1 + rng.uniform(-noise, noise)) for w in workers]
        yield f"scaling {listed(workers, rate)}", scaling(workers, rate)
        life, call, fresh = rng.randint(0, 500), rng.randint(1, 20), rng.randint(1, 20)
        yield f"breakeven {life} {call} {fresh}", breakeven(life, call, fresh)


def equal(got, want):
    if want is None:
        return got == ["none"]
    # 1e-6: the fit's parameters may be differences of large terms.
    return len(got) == len(want) and all(
        (math.isnan(w) and math.isnan(float(g))) or float(g) == w or math.isclose(float(g), w, rel_tol=1e-6, abs_tol=1e-8)
        for g, w in zip(got, want)
    )


def main():
    questions = list(cases(random.Random(20260131)))
    asked = "".join(question + "\n" for question, _ in questions)
    answers = subprocess.run([sys.argv[1]], input=asked, capture_output=True, text=True, check=True).stdout.splitlines()
    wrong = 0
    if len(answers) != len(questions):
        sys.exit(f"{len(questions)} questions, {len(answers)} answers")
    for (question, want), got in zip(questions, answers):
        if not equal(got.split(), want):
            wrong += 1
            print(f"{question}\n  probe:  {got}\n  second: {want}")
    print(f"{len(questions)} cases, {wrong} wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
