#define _DEFAULT_SOURCE
#include "verify.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { POISON = 0xA5, STEP = 4096 };

/* Where an item is all that a worker gets, its place in the caller's cache is a part of what is measured. */
static bool may_move(const struct workload *w, const struct workload_run *run, size_t workers)
{
    return !w->code && run->spec.count > workers && run->spec.count > 1;
}

struct verify_right *verify_right_new(size_t bytes, bool shared)
{
    const int kind = shared ? MAP_SHARED : MAP_PRIVATE;
    struct verify_right *r =
        mmap(NULL, sizeof *r + bytes, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (r == MAP_FAILED)
        return NULL;
    r->bytes = bytes;
    return r;
}

void verify_right_free(struct verify_right *r)
{
    if (r)
        (void)munmap(r, sizeof *r + r->bytes); /* cannot fail on a whole mapping */
}

bool verify_open(struct verify *v, const struct workload *workload, const struct workload_run *run, size_t workers,
                 struct verify_right *right, void *const *columns, void *out, char why[WHY_SIZE])
{
    *v = (struct verify){.workload = workload,
                         .run = run,
                         .columns = columns,
                         .out = out,
                         .bytes = out ? run->spec.count * run->task.out_size : 0,
                         .moves = may_move(workload, run, workers)};
    if (v->bytes == 0)
        return true;
    if (!right || right->bytes != v->bytes)
        right = v->own = verify_right_new(v->bytes, false);
    if (!right) {
        snprintf(why, WHY_SIZE, "no memory to keep the results of %zu items", run->spec.count);
        return false;
    }
    v->right = right;
    /* Or a fresh process per item would cost more for it; where that fails, it does. */
    (void)madvise(right, sizeof *right + right->bytes, MADV_DONTFORK);
    return true;
}

void verify_free(struct verify *v)
{
    verify_right_free(v->own);
    *v = (struct verify){0};
}

static void exchange(unsigned char *a, unsigned char *b, size_t bytes)
{
    unsigned char kept[STEP];

    for (size_t n; bytes > 0; a += n, b += n, bytes -= n) {
        n = bytes < STEP ? bytes : STEP;
        memcpy(kept, a, n);
        memcpy(a, b, n);
        memcpy(b, kept, n);
    }
}

/* A record and the one behind it. */
static void exchange_records(void *column, size_t index, size_t record)
{
    unsigned char *first = (unsigned char *)column + index * record;

    if (record > 0)
        exchange(first, first + record, record);
}

static void exchange_items(const struct verify *v)
{
    const struct pool_task *task = &v->run->task;

    for (size_t k = 0; v->moves && k < task->nargs; k++)
        exchange_records(v->columns[k], v->moved, task->arg_size[k]);
}

void verify_begin(struct verify *v)
{
    if (v->out)
        memset(v->out, POISON, v->bytes);
    if (v->moves) /* steps of the golden ratio come everywhere */
        v->moved = (size_t)((v->calls * UINT64_C(0x9e3779b97f4a7c15) >> 32) % (v->run->spec.count - 1));
    v->calls++;
    exchange_items(v);
}

/* Every result. Pointers walk along the columns: nothing is looked up or multiplied for each item. */
static bool check_each(const struct verify *v, char why[WHY_SIZE])
{
    const struct pool_task *task = &v->run->task;
    const size_t count = v->run->spec.count, nargs = task->nargs;
    const void *argv[POOL_ARGS_MAX] = {NULL};
    const char *out = v->out;

    for (size_t k = 0; k < nargs; k++)
        argv[k] = v->columns[k];
    for (size_t i = 0; i < count; i++) {
        if (!v->workload->check(v->run, i, argv, out)) {
            snprintf(why, WHY_SIZE, "the result of item %zu of %zu is wrong", i, count);
            return false;
        }
        for (size_t k = 0; k < nargs; k++)
            argv[k] = argv[k] ? (const char *)argv[k] + task->arg_size[k] : NULL;
        out = out ? out + task->out_size : NULL;
    }
    return true;
}

bool verify_end(struct verify *v, char why[WHY_SIZE])
{
    exchange_items(v);
    if (v->moves && v->out)
        exchange_records(v->out, v->moved, v->run->task.out_size);
    if (v->right && v->right->checked && memcmp(v->out, v->right->results, v->bytes) == 0)
        return true;
    if (!check_each(v, why))
        return false;
    if (v->right && !v->right->checked) {
        memcpy(v->right->results, v->out, v->bytes);
        v->right->checked = true;
    }
    return true;
}
