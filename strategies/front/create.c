/* pool_create: find the strategy, check and copy what the caller gives, start the workers. */
#define _GNU_SOURCE
#include "fault.h"
#include "front.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The option that `key` of length `length` names, or -1. */
static int find_option(const struct pool_option *options, const char *key, size_t length)
{
    for (int i = 0; options && options[i].key && i < POOL_OPTIONS_MAX; i++)
        if (strlen(options[i].key) == length && strncmp(options[i].key, key, length) == 0)
            return i;
    return -1;
}

/* One "key=value" of length `length`. */
static enum pool_status parse_option(struct pool *pool, const char *text, size_t length, struct pool_fault *fault)
{
    const struct pool_option *options = pool->ops->options;
    const char *equals = memchr(text, '=', length);
    const int i = equals ? find_option(options, text, (size_t)(equals - text)) : -1;
    char *end;

    if (i < 0)
        return fault_set(fault, POOL_EINVAL, 0, "strategy %s has no option '%.*s'", pool->ops->name, (int)length, text);
    errno = 0;
    const unsigned long long value = strtoull(equals + 1, &end, 10);
    if (errno || !isdigit((unsigned char)equals[1]) || end != text + length || value < options[i].min ||
        value > options[i].max)
        return fault_set(fault, POOL_EINVAL, 0, "option '%.*s' of %s is not a whole number from %llu to %llu",
                         (int)length, text, pool->ops->name, (unsigned long long)options[i].min,
                         (unsigned long long)options[i].max);
    pool->setup.option[i] = value;
    return POOL_OK;
}

static enum pool_status parse_options(struct pool *pool, struct pool_fault *fault)
{
    const struct pool_option *options = pool->ops->options;
    const char *text = pool->config.options;

    for (int i = 0; options && options[i].key && i < POOL_OPTIONS_MAX; i++)
        pool->setup.option[i] = options[i].initial;
    while (text && *text) {
        const size_t length = strcspn(text, ",");
        const enum pool_status status = parse_option(pool, text, length, fault);
        if (status)
            return status;
        text += length + (text[length] == ',');
    }
    return POOL_OK;
}

/* Rules that are the same for every strategy. */
static enum pool_status check_config(const struct pool_ops *ops, const struct pool_config *c, struct pool_fault *fault)
{
    if (ops->abi != POOL_ABI)
        return fault_set(fault, POOL_EABSENT, 0, "the strategy was built for another version of strategy.h");
    if (ops->absent)
        return fault_set(fault, POOL_EABSENT, 0, "%s is not in this build: %s", ops->name, ops->absent);
    if (!ops->create || !ops->chunk || !(ops->run || ops->submit))
        return fault_set(fault, POOL_EINVAL, 0, "the table of strategy %s lacks a required hook", ops->name);
    if (c->workers > ops->workers_max)
        return fault_set(fault, POOL_EINVAL, 0, "%zu workers are more than the %zu that %s takes", c->workers,
                         ops->workers_max, ops->name);
    if (c->max_items_per_worker && !(ops->capabilities & POOL_CAP_RECYCLE))
        return fault_set(fault, POOL_ENOTSUP, 0, "%s does not recycle its workers", ops->name);
    if (c->item_timeout_ns && !(ops->capabilities & POOL_CAP_KILL))
        return fault_set(fault, POOL_ENOTSUP, 0, "%s cannot stop a running item", ops->name);
    if (c->wait > POOL_WAIT_SLEEP)
        return fault_set(fault, POOL_EINVAL, 0, "%d is no wait policy", (int)c->wait);
    if (c->binding && (!c->binding->count || !c->binding->cpus))
        return fault_set(fault, POOL_EINVAL, 0, "the binding has no CPUs");
    return POOL_OK;
}

static size_t workers_wanted(const struct pool_ops *ops, const struct pool_config *c)
{
    size_t workers = c->workers ? c->workers : pool_cpus_usable();

    if (!c->workers && c->workers_cap && workers > c->workers_cap)
        workers = c->workers_cap;
    return workers < ops->workers_max ? workers : ops->workers_max;
}

/* Copy the binding, and as much of its list as the workers use, into one block. */
static struct pool_binding *copy_binding(const struct pool_binding *from, size_t workers)
{
    const size_t count = from->count < workers ? from->count : workers;
    struct pool_binding *to = malloc(sizeof *to + count * sizeof *from->cpus);

    if (!to)
        return NULL;
    unsigned *cpus = (unsigned *)(to + 1);
    memcpy(cpus, from->cpus, count * sizeof *cpus);
    *to = (struct pool_binding){.cpus = cpus, .count = count};
    return to;
}

static enum pool_status copy_config(struct pool *pool, const struct pool_config *from)
{
    pool->config = *from;
    pool->config.fault = NULL;
    pool->config.options = from->options ? strdup(from->options) : NULL;
    pool->config.binding = from->binding ? copy_binding(from->binding, pool->setup.workers) : NULL;
    if ((from->options && !pool->config.options) || (from->binding && !pool->config.binding))
        return POOL_ENOMEM;
    return POOL_OK;
}

void front_free(struct pool *pool)
{
    pthread_cond_destroy(&pool->turn_over);
    pthread_mutex_destroy(&pool->ending);
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    errands_end(&pool->runners);
    errands_end(&pool->callbacks);
    free((void *)pool->config.options);
    free((void *)pool->config.binding);
    (void)munmap((void *)pool->owned, sizeof *pool->owned); /* cannot fail on a whole mapping */
    free(pool);
}

/* A word that is 1 in this process and 0 in its forked children. NULL: the system will not have it. */
static const int *owned_new(void)
{
    int *owned = mmap(NULL, sizeof *owned, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (owned == MAP_FAILED)
        return NULL;
    if (madvise(owned, (size_t)sysconf(_SC_PAGESIZE), MADV_WIPEONFORK)) {
        (void)munmap(owned, sizeof *owned);
        return NULL;
    }
    *owned = 1;
    return owned;
}

static struct pool *pool_new(const struct pool_ops *ops)
{
    struct pool *pool = calloc(1, sizeof *pool);
    pthread_condattr_t monotonic;

    if (!pool)
        return NULL;
    pool->owned = owned_new();
    if (!pool->owned) {
        free(pool);
        return NULL;
    }
    pool->ops = ops;
    pool->owner = getpid();
    pthread_mutex_init(&pool->lock, NULL);
    pthread_mutex_init(&pool->ending, NULL);
    pthread_cond_init(&pool->turn_over, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return pool;
}

/* Fill in the setup, then let the strategy start its workers. */
static enum pool_status start(struct pool *pool, const struct pool_config *config, struct pool_fault *fault)
{
    pool->setup.workers = workers_wanted(pool->ops, config);
    enum pool_status status = copy_config(pool, config);
    if (status)
        return fault_set(fault, status, 0, "no memory for the pool's settings");
    const size_t runners = pool->ops->capabilities & POOL_CAP_OVERLAP ? pool->setup.workers : 1;
    if (errands_init(&pool->runners, runners) || errands_init(&pool->callbacks, 1))
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for the pool's threads");
    pool->setup.config = &pool->config;
    pool->setup.host = &front_host;
    pool->setup.pool = pool;
    status = parse_options(pool, fault);
    if (status)
        return status;
    status = pool->ops->create(&pool->setup, &pool->self, fault);
    if (status && fault->status != status)
        fault_set(fault, status, 0, "%s could not start its workers", pool->ops->name);
    return status;
}

enum pool_status pool_create_with(const struct pool_ops *ops, const struct pool_config *config, struct pool **out)
{
    static const struct pool_config defaults = {0};
    struct pool_fault unwanted;

    if (!config)
        config = &defaults;
    struct pool_fault *fault = config->fault ? config->fault : &unwanted;
    if (!out)
        return fault_set(fault, POOL_EINVAL, 0, "there is nowhere to put the pool");
    *out = NULL;
    fault_set(fault, POOL_OK, 0, "%s", "");
    if (!ops)
        return fault_set(fault, POOL_EINVAL, 0, "there is no strategy");
    enum pool_status status = check_config(ops, config, fault);
    if (status)
        return status;
    struct pool *pool = pool_new(ops);
    if (!pool)
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for a pool");
    status = start(pool, config, fault);
    if (status)
        front_free(pool);
    else
        *out = pool;
    return status;
}

enum pool_status pool_create(const char *strategy, const struct pool_config *config, struct pool **out)
{
    struct pool_fault *fault = config ? config->fault : NULL;

    for (size_t i = 0; strategy && pool_strategies[i]; i++)
        if (strcmp(pool_strategies[i]->name, strategy) == 0)
            return pool_create_with(pool_strategies[i], config, out);
    if (out)
        *out = NULL;
    return fault_set(fault, POOL_EINVAL, 0, "there is no strategy '%s'", strategy ? strategy : "(none)");
}
