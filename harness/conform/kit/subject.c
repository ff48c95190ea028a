#define _GNU_SOURCE
#include "subject.h"

void subject_open(struct subject *s)
{
    s->cpus = pool_cpus_usable();
    s->ledger = ledger_map();
    if (!s->ledger)
        conform_unsupported("no memory for the ledger");
}

struct pool *subject_create_with(const struct subject *s, struct pool_config config)
{
    struct pool_fault fault;
    struct pool *pool;

    config.options = s->options;
    config.fault = &fault;
    const enum pool_status status = pool_create_with(s->ops, &config, &pool);
    if (status)
        conform_fail("a pool of %zu workers could not be created: %s (%s)", config.workers, fault.text,
                     pool_status_text(status));
    return pool;
}

struct pool *subject_create(const struct subject *s, size_t workers)
{
    return subject_create_with(s, (struct pool_config){.workers = workers});
}

void subject_end(struct pool *pool)
{
    enum pool_status status = pool_close(pool);

    if (status)
        conform_fail("close returned %s", pool_status_text(status));
    status = pool_join(pool, POOL_FOREVER);
    if (status)
        conform_fail("join returned %s", pool_status_text(status));
    pool_destroy(pool);
}

size_t subject_workers(const struct subject *s, size_t wanted)
{
    return wanted < s->ops->workers_max ? wanted : s->ops->workers_max;
}

void subject_need_workers(const struct subject *s, size_t workers)
{
    struct pool_fault fault = {0};
    const struct pool_config config = {.workers = workers, .options = s->options, .fault = &fault};
    struct pool *pool;

    if (workers <= s->ops->workers_max)
        return;
    const enum pool_status status = pool_create_with(s->ops, &config, &pool);
    if (!status)
        conform_fail("it declares at most %zu workers but takes %zu", s->ops->workers_max, workers);
    conform_unsupported("a pool of %zu workers is refused: %s", workers, fault.text);
}

bool subject_is_costly(const struct subject *s)
{
    return (s->ops->capabilities & POOL_CAP_FRESH) && !(s->ops->capabilities & POOL_CAP_INLINE);
}

size_t subject_items(const struct subject *s, size_t count)
{
    return subject_is_costly(s) && count > 200 ? 199 : count;
}

int64_t subject_patience_ns(const struct subject *s, int64_t patience_ns)
{
    return (int64_t)((double)patience_ns * s->factor);
}
