#!/usr/bin/env python3
"""Make the result folders that the plot tests draw: small/ (2 cores) and wide/ (64 cores, 128 threads).

The curves come from a model - Amdahl with a cost per item - so they look like a machine, but measure nothing.
"""
import csv
import json
import pathlib
import random

COLUMNS = (
    "metric,quantity,unit,strategy,options,workload,workload_options,workers,oversubscribed,bind,wait,chunk,work_ns,"
    "in_bytes,out_bytes,resident_bytes,count,launches,samples,median,low,high,min,mean,p90,p99,mad").split(",")
UNITS = {"time_per_item": "ns", "speedup": "1", "efficiency": "1", "rate": "1/s"}

# name, cost in ns per item that workers share, cost that they take turns for
STRATEGIES = [
    ("fork_shared", 3, 0.02), ("fork_pipe", 90, 4), ("process_fork", 110000, 9000), ("pthread_queue", 60, 40),
    ("pthread_steal", 2, 0.01), ("thread_each", 12000, 1500), ("omp_static", 1.5, 0.005), ("omp_dynamic", 40, 20),
    ("omp_guided", 2, 0.1), ("omp_task", 400, 60), ("process_spawn", 560000, 20000), ("process_forkserver", 130000, 9000),
    ("glib_pool", 500, 300), ("libuv", 130, 110),
]
WORKLOADS = [("nothing", "", 0, 1.6), ("spin", "", 100000, 100000), ("skew", "dist=pareto", 100000, 100000),
             ("mandelbrot", "", 0, 240000)]


def rows(strategy, workload, workers, usable, ns, base_ns, launches):
    name, options, work, _ = workload
    spread = 0 if launches < 6 else random.uniform(0.003, 0.05)
    values = {"time_per_item": ns, "speedup": base_ns / ns, "efficiency": base_ns / ns / min(workers, usable),
              "rate": 1e9 / ns}
    for quantity, median in values.items():
        cells = dict.fromkeys(COLUMNS, "")
        cells.update(metric="throughput", quantity=quantity, unit=UNITS[quantity], strategy=strategy, workload=name,
                     workload_options=options, workers=workers, oversubscribed=int(workers > usable), bind="none",
                     wait="yield", chunk=0, work_ns=work, in_bytes=8, out_bytes=8, count=1000, launches=launches,
                     samples=3 * launches if quantity == "time_per_item" else 0, median="%.9g" % median)
        if spread:
            cells.update(low="%.9g" % (median * (1 - spread)), high="%.9g" % (median * (1 + spread * 0.7)))
        yield cells


def folder(path, seed, strategies, workloads, points, cores, usable, cpu, launches):
    random.seed(seed)
    path.mkdir(exist_ok=True)
    with open(path / "summary.csv", "w", newline="") as out:
        table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        table.writeheader()
        for workload in workloads:
            base = workload[3]
            table.writerows(rows("serial", workload, 1, usable, base, base, launches))
            for strategy, shared, turns in strategies:
                for workers in points:
                    real = min(workers, cores) + 0.25 * max(0, min(workers, usable) - cores)
                    busy = 1 + 0.03 * max(0, workers - usable) / usable
                    ns = (base * (1 + (0.4 / real if workload[0] == "skew" else 0)) + shared) / real * busy + turns
                    table.writerows(rows(strategy, workload, workers, usable, ns * random.uniform(0.97, 1.03), base,
                                         launches))
    (path / "machine.json").write_text(json.dumps({
        "topology": {"packages": 1, "numa_nodes": 1, "l3_caches": 1, "cores": cores, "pus": usable, "usable": usable},
        "cpu_model": cpu, "kernel": "Linux 6.1.0", "time": 1700000000}, indent=1) + "\n")


here = pathlib.Path(__file__).parent
folder(here / "small", 1, STRATEGIES[:8], WORKLOADS, [1, 2, 4], 2, 2, "A small machine", 9)
folder(here / "wide", 2, STRATEGIES, WORKLOADS[:3], [1, 2, 4, 8, 16, 32, 48, 64, 128, 256], 64, 128, "A wide machine", 15)
