#define _GNU_SOURCE
#include "course.h"

#include "machine/isolate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS_MAX = 1024, LAZY_ITEMS = 11 };
#define PATIENCE_NS INT64_C(60000000000)

struct record {
    uint64_t in[ITEMS_MAX], out[ITEMS_MAX];
};

static int square_call(const void *const argv[], void *out, const void *context)
{
    uint64_t value;

    (void)context;
    memcpy(&value, argv[0], sizeof value);
    value = value * value + 1;
    memcpy(out, &value, sizeof value);
    return 0;
}

static const struct pool_task square = {
    .name = "square", .call = square_call, .nargs = 1, .arg_size = {8}, .out_size = 8};

/* True if it is well: then everything has to be there. */
static bool judge_status(const struct course *c, const char *verb, enum pool_status status, const char *text)
{
    if (!status)
        return true;
    const bool known = status == POOL_ENOMEM || status == POOL_EOS || status == POOL_EBROKEN || status == POOL_ELOST;
    if (!c->disturbed || !known)
        conform_fail("%s returned '%s' (%s)", verb, pool_status_text(status), text);
    if (c->failures)
        ++*c->failures;
    return false;
}

static void judge_results(const struct record *r, size_t count, const char *verb)
{
    for (size_t i = 0; i < count; i++)
        if (r->out[i] != r->in[i] * r->in[i] + 1)
            conform_fail("%s: the result of item %zu of %zu is wrong", verb, i, count);
}

static void fill(struct record *r, size_t count, uint64_t first)
{
    for (size_t i = 0; i < count; i++) {
        r->in[i] = first + i;
        r->out[i] = 0;
    }
}

static void map_now(const struct course *c, struct pool *pool, struct record *r, uint64_t first)
{
    struct pool_fault fault;

    fill(r, c->count, first);
    const enum pool_status status = pool_map(pool, &square, c->count, r->in, r->out, 1, &fault);
    if (status != fault.status)
        conform_fail("map returned '%s', its fault says '%s'", pool_status_text(status),
                     pool_status_text(fault.status));
    if (judge_status(c, "map", status, fault.text))
        judge_results(r, c->count, "map");
}

static void map_later(const struct course *c, struct pool *pool, struct record *r, uint64_t first)
{
    struct pool_handle *handle;
    struct pool_fault fault;

    fill(r, c->count, first);
    enum pool_status status = pool_map_async(pool, &square, c->count, r->in, r->out, 3, NULL, &handle);
    if (!judge_status(c, "map_async", status, ""))
        return;
    status = pool_handle_get(handle, POOL_FOREVER, &fault);
    if (judge_status(c, "get", status, fault.text))
        judge_results(r, c->count, "get");
    pool_handle_free(handle);
}

static int draw(void *arg, size_t index, void *const record[])
{
    const struct record *r = arg;

    if (index == LAZY_ITEMS)
        return 0;
    memcpy(record[0], &r->in[index], sizeof r->in[index]);
    return 1;
}

static void map_lazily(const struct course *c, struct pool *pool, struct record *r, uint64_t first)
{
    struct pool_fault fault;
    struct pool_iter *iter;
    enum pool_status status;
    size_t index, well = 0;
    uint64_t value;

    fill(r, LAZY_ITEMS, first);
    if (!judge_status(c, "imap", pool_imap(pool, &square, draw, r, NULL, &iter), ""))
        return;
    for (size_t i = 0; i < 3 * LAZY_ITEMS; i++) {
        status = pool_iter_next(iter, &value, &index, POOL_FOREVER, &fault);
        if (status == POOL_END)
            break;
        if (!judge_status(c, "next", status, fault.text))
            continue;
        r->out[index] = value;
        well++;
    }
    if (status != POOL_END)
        conform_fail("next gave '%s' instead of an end", pool_status_text(status));
    if (well == LAZY_ITEMS)
        judge_results(r, LAZY_ITEMS, "imap");
    else if (!c->disturbed)
        conform_fail("imap gave %zu of %d items", well, LAZY_ITEMS);
    pool_iter_free(iter);
}

void course_run(const struct course *c)
{
    const size_t workers = COURSE_WORKERS < c->ops->workers_max ? COURSE_WORKERS : c->ops->workers_max;
    struct pool_fault fault;
    const struct pool_config config = {
        .workers = workers, .initializer = c->initializer, .initarg = c->initarg, .options = "", .fault = &fault};
    static struct record record; /* the heap may be what fails */
    struct record *r = &record;
    struct pool *pool;

    const enum pool_status status = pool_create_with(c->ops, &config, &pool);
    if (status != fault.status)
        conform_fail("create returned '%s', its fault says '%s'", pool_status_text(status),
                     pool_status_text(fault.status));
    for (size_t round = 0; !status && round < c->rounds; round++) {
        map_now(c, pool, r, round);
        map_later(c, pool, r, round + 1);
        map_lazily(c, pool, r, round + 2);
    }
    if (judge_status(c, "create", status, fault.text) && (pool_close(pool) || pool_join(pool, POOL_FOREVER)))
        conform_fail("close or join failed");
    pool_destroy(pool);
}

static void keep(void *arg, const char *bytes, size_t count)
{
    char *line = arg;
    const size_t used = strlen(line);

    if (used + count < 512)
        memcpy(line + used, bytes, count);
}

void course_isolate(const char *what, int (*body)(void *arg, int report), void *arg)
{
    struct isolate_result end;
    char why[WHY_SIZE], line[512] = "";

    if (!isolate_run(body, arg, PATIENCE_NS, keep, line, &end, why))
        fail_msg("%s: %s", what, why);
    if (end.end != ISOLATE_EXITED || end.code || end.survivors || strcmp(line, "P\n") != 0)
        fail_msg("%s: end %d, code %d, %zu left behind: %s\n%s%s", what, (int)end.end, end.code, end.survivors, line,
                 end.output, end.stacks ? end.stacks : "");
    isolate_result_free(&end);
}
