/* One map beside the plain loop: arrays that end at a guard page, read-only inputs, a tally of runs. */
#define _GNU_SOURCE
#include "probe.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 1 << 17, POISON = 0xa5 };

struct array {
    unsigned char *map, *bytes; /* bytes end where the guard page begins */
    size_t mapped, size;
};

static struct array array_new(size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct array a = {.size = size, .mapped = (size / page + 2) * page};

    a.map = mmap(NULL, a.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (a.map == MAP_FAILED || mprotect(a.map + a.mapped - page, page, PROT_NONE))
        abort();
    a.bytes = a.map + a.mapped - page - size;
    memset(a.bytes, POISON, size);
    return a;
}

static void array_free(const struct array *a)
{
    munmap(a->map, a->mapped);
}

/* Wait for the other guests; who has waited long enough ends the meeting for all. */
static bool meet(const struct probe *p)
{
    const struct timespec pause = {.tv_nsec = 1000000};

    __atomic_fetch_add(p->meeting, 1, __ATOMIC_SEQ_CST);
    for (int i = 0; i < 2000; i++) {
        if (__atomic_load_n(p->meeting, __ATOMIC_SEQ_CST) >= p->guests)
            return true;
        nanosleep(&pause, NULL);
    }
    __atomic_store_n(p->meeting, UINT32_MAX / 2, __ATOMIC_SEQ_CST);
    return false;
}

/* The index that an argument carries; its low byte where it is too short for more. */
static size_t index_of(const struct probe *p, const void *const argv[])
{
    uint32_t index = 0;

    memcpy(&index, argv[0], p->arg_size[0] < sizeof index ? p->arg_size[0] : sizeof index);
    return index;
}

int probe_call(const void *const argv[], void *out, const void *context)
{
    const struct probe *p = context;
    const size_t index = index_of(p, argv);
    unsigned sum = p->salt;

    for (size_t k = 0; k < p->nargs; k++)
        for (size_t b = 0; b < p->arg_size[k]; b++)
            sum = sum * 31 + ((const unsigned char *)argv[k])[b] + (unsigned)k;
    for (size_t b = 0; b < p->out_size; b++)
        ((unsigned char *)out)[b] = p->salt == 255 ? 255 : (unsigned char)(sum >> (b % 3 * 8));
    if (p->runs && index < RUNS)
        __atomic_fetch_add(&p->runs[index], 1, __ATOMIC_RELAXED);
    if ((p->meeting && !meet(p)) || p->caller == gettid())
        return 1;
    return p->fail_each && index % p->fail_each == p->fail_at ? (int)(1000 + index) : 0;
}

/* Column 0 begins with the index; the others are unlike it and each other. */
static void fill(const struct array *column, size_t k, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++)
        for (size_t b = 0; b < size; b++)
            column->bytes[i * size + b] = (unsigned char)(b < 4 && !k ? i >> (8 * b) : b * 7 + i * 13 + k);
    mprotect(column->map, column->mapped, PROT_READ);
}

/* The plain loop: results, the lowest failing index and the number of failures. */
static struct pool_fault run_loop(const struct probe *probe, size_t count, const void *const columns[],
                                  unsigned char *out)
{
    struct pool_fault fault = {.index = POOL_NO_ITEM};
    struct probe quiet = *probe;
    const void *argv[POOL_ARGS_MAX];

    quiet.runs = quiet.meeting = NULL;
    quiet.caller = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < probe->nargs; k++)
            argv[k] = (const unsigned char *)columns[k] + i * probe->arg_size[k];
        const int code = probe_call(argv, out + i * probe->out_size, &quiet);
        if (code && fault.failed++ == 0)
            fault = (struct pool_fault){.status = POOL_ETASK, .index = i, .code = code, .failed = 1};
    }
    return fault;
}

static bool each_ran_once(const struct probe *p, size_t count)
{
    for (size_t i = 0; p->runs && p->arg_size[0] >= 4 && i < count; i++)
        if (p->runs[i] != 1)
            return false;
    return true;
}

bool probe_agrees(struct pool *pool, struct probe probe, size_t count, size_t chunk)
{
    static uint32_t runs[RUNS];
    static unsigned salt;
    struct pool_task task = {.name = "probe", .call = probe_call, .nargs = probe.nargs, .out_size = probe.out_size};
    const struct array got = array_new(count * probe.out_size), want = array_new(count * probe.out_size);
    struct array column[POOL_ARGS_MAX];
    const void *columns[POOL_ARGS_MAX];
    const struct timespec pause = {.tv_nsec = (long)probe.linger_ms * 1000000};
    struct pool_fault fault;

    memset(runs, 0, sizeof runs);
    memcpy(task.arg_size, probe.arg_size, sizeof task.arg_size);
    task.context = &probe;
    task.context_size = sizeof probe;
    probe.runs = runs;
    probe.salt = probe.salt ? probe.salt : ++salt % 255;
    for (size_t k = 0; k < probe.nargs; k++) {
        column[k] = array_new(count * probe.arg_size[k]);
        fill(&column[k], k, count, probe.arg_size[k]);
        columns[k] = column[k].bytes;
    }
    const struct pool_fault right = run_loop(&probe, count, columns, want.bytes);
    pool_starmap(pool, &task, count, columns, probe.out_size ? got.bytes : NULL, chunk, &fault);
    bool good = memcmp(got.bytes, want.bytes, got.size) == 0 && each_ran_once(&probe, count) &&
                fault.status == right.status && fault.index == right.index && fault.failed == right.failed &&
                fault.code == right.code;
    memset(got.bytes, POISON, got.size);
    nanosleep(&pause, NULL);
    for (size_t b = 0; b < got.size; b++)
        good = good && got.bytes[b] == POISON;
    for (size_t k = 0; k < probe.nargs; k++)
        array_free(&column[k]);
    array_free(&got);
    array_free(&want);
    return good;
}
