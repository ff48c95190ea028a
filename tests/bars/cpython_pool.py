"""What CPython's own pool takes: `cpython_pool.py map|life COUNT WORKERS` prints {"ns": NANOSECONDS} as JSON.

map   per empty task, chunksize=1, on a pool that is warm
life  of create + map + close + join
"""
import json
import multiprocessing
import statistics
import sys
import time

REPEATS = 5


def identity(value):
    return value


def time_map(pool, count):
    start = time.perf_counter_ns()
    results = pool.map(identity, range(count), chunksize=1)
    taken = time.perf_counter_ns() - start
    if results != list(range(count)):
        sys.exit("a result is wrong")
    return taken / count


def time_life(context, workers, count):
    start = time.perf_counter_ns()
    pool = context.Pool(workers)
    pool.map(identity, range(count))
    pool.close()
    pool.join()
    return time.perf_counter_ns() - start


def main():
    what, count, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    context = multiprocessing.get_context("fork")
    if what == "map":
        with context.Pool(workers) as pool:
            time_map(pool, count)
            taken = [time_map(pool, count) for _ in range(REPEATS)]
    else:
        taken = [time_life(context, workers, count) for _ in range(REPEATS)]
    print(json.dumps({"ns": statistics.median(taken)}))


if __name__ == "__main__":
    main()
