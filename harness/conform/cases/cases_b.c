/* B: map. */
#define _GNU_SOURCE
#include "../kit/meet.h"
#include "../kit/trial.h"
#include "cases.h"
#include "mix.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

void B1_results_equal_serial(struct subject *s)
{
    static const size_t counts[] = {1, 2, 7, 64, 1009};

    for (size_t w = 1; w <= subject_workers(s, 4); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t i = 0; i < COUNT(counts); i++)
            for (int memory = ARRAY_ZONED; memory <= ARRAY_POOL; memory += ARRAY_POOL - ARRAY_ZONED) {
                struct trial_shape shape = trial_plain(subject_items(s, counts[i]));
                shape.memory = (enum array_kind)memory;
                trial_once(s, pool, &shape, 0);
                trial_once(s, pool, &shape, 1);
            }
        subject_end(pool);
    }
}

void B2_every_item_runs_exactly_once(struct subject *s)
{
    const size_t rounds = s->quick ? 5 : subject_items(s, 400) / 10;
    struct pool *pool = subject_create(s, subject_workers(s, 4));
    struct trial_shape shape = trial_plain(subject_items(s, 100000));

    trial_once(s, pool, &shape, 0);
    trial_once(s, pool, &shape, 3);
    shape = trial_plain(subject_items(s, 257));
    for (size_t i = 0; i < rounds; i++)
        trial_once(s, pool, &shape, i % 9);
    subject_end(pool);
}

/* The arrays of a finished map, filled with a byte of our own: nobody else may change it. */
static void watch_arrays(const struct subject *s, struct pool *pool, struct trial *t)
{
    const size_t workers = pool_workers(pool);
    const struct timespec while_ = {.tv_nsec = 2000000}; /* a chance for a late writer, not a condition */

    memset(t->out.bytes, 0x3c, t->out.size);
    meet_run(s, pool, workers, 1, workers, false, NULL);
    nanosleep(&while_, NULL);
    for (size_t i = 0; i < t->out.size; i++)
        if (t->out.bytes[i] != 0x3c)
            conform_fail("byte %zu of the results was written after the map had returned", i);
    if (array_find_damage(&t->out) != PTRDIFF_MIN)
        conform_fail("the memory around the results was written after the map had returned");
}

void B3_nothing_is_touched_after_return(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t i = 0; i < 20; i++) {
        const struct trial_shape shape = trial_plain(1 + 17 * i);
        struct trial t;
        if (!trial_open(&t, s, pool, &shape))
            continue;
        trial_run(&t, i % 4);
        watch_arrays(s, pool, &t);
        trial_close(&t);
    }
    subject_end(pool);
}

/* The k-th of a sequence of maps that have little in common. */
static struct trial_shape unlike_shape(const struct subject *s, size_t k)
{
    const uint64_t r = mix_item(s->seed, k);
    struct trial_shape shape = {.count = r % (subject_is_costly(s) ? 40 : 300),
                                .nargs = 1 + (r >> 16) % 4,
                                .out_size = 1 + (r >> 20) % 40,
                                .memory = s->ops->alloc && (r >> 28) % 3 == 0 ? ARRAY_POOL : ARRAY_ZONED,
                                .fail_last = SIZE_MAX};

    for (size_t c = 0; c < shape.nargs; c++)
        shape.arg_size[c] = (r >> (32 + 6 * c)) % 40;
    return shape;
}

void B4_consecutive_maps_are_independent(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t k = 0; k < 130; k++) {
        const struct trial_shape shape = unlike_shape(s, k);
        trial_once(s, pool, &shape, k % 5);
    }
    subject_end(pool);
}

void B5_counts_around_the_workers(struct subject *s)
{
    static const size_t sizes[] = {1, 2, 3, 5, 8};

    for (size_t k = 0; k < COUNT(sizes) && sizes[k] <= subject_workers(s, SIZE_MAX); k++) {
        const size_t w = sizes[k];
        const size_t counts[] = {1, w - 1, w, w + 1, 2 * w + 1, 4 * w - 1, 4 * w, 4 * w + 1, 7, 13, 31};
        struct pool *pool = subject_create(s, w);
        for (size_t i = 0; i < COUNT(counts); i++)
            for (size_t chunk = 0; chunk < 3; chunk++) {
                const struct trial_shape shape = trial_plain(counts[i]);
                trial_once(s, pool, &shape, chunk);
            }
        subject_end(pool);
    }
}

static void run_shapes_in(struct subject *s, enum array_kind memory)
{
    static const size_t counts[] = {1, 5, 64, 333};
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t i = 0; i < COUNT(counts); i++)
        for (size_t chunk = 0; chunk < 4; chunk++) {
            struct trial_shape shape = trial_plain(counts[i]);
            shape.memory = memory;
            shape.out_size = 5;
            trial_once(s, pool, &shape, chunk);
            shape = trial_starred(counts[i]);
            shape.memory = memory;
            trial_once(s, pool, &shape, chunk);
        }
    subject_end(pool);
}

void B6_inputs_unmodified_outputs_exact(struct subject *s)
{
    run_shapes_in(s, ARRAY_ZONED);
    run_shapes_in(s, ARRAY_POOL);
}

void B6_guard_pages_stay_untouched(struct subject *s)
{
    run_shapes_in(s, ARRAY_GUARDED);
}

void B7_record_sizes(struct subject *s)
{
    static const size_t sizes[] = {0, 1, 3, 8, 64, 65537};
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t in = 0; in < COUNT(sizes); in++)
        for (size_t out = 0; out < COUNT(sizes); out++) {
            struct trial_shape shape = trial_plain(13);
            shape.arg_size[0] = sizes[in];
            shape.out_size = sizes[out];
            trial_once(s, pool, &shape, (in + out) % 4);
        }
    subject_end(pool);
}

void B7_unaligned_arrays(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t offset = 1; offset < 8; offset += 2)
        for (size_t size = 1; size <= 16; size += 5) {
            struct trial_shape shape = trial_starred(37);
            shape.offset = offset;
            shape.out_size = size;
            trial_once(s, pool, &shape, 0);
            shape.memory = ARRAY_POOL;
            trial_once(s, pool, &shape, 2);
        }
    subject_end(pool);
}

/* A context that begins with its own length and what its items need to meet. */
struct broadcast {
    uint64_t size;
    struct ledger *ledger;
    uint64_t wanted;
    int64_t timeout_ns;
};

static int broadcast_call(const void *const argv[], void *out, const void *context)
{
    struct broadcast head;

    memcpy(&head, context, sizeof head);
    const uint64_t digest = proof_digest(context, head.size, 0) ^ *(const unsigned char *)argv[0];
    memcpy(out, &digest, sizeof digest);
    ledger_add(&head.ledger->mark[0]);
    return ledger_await(&head.ledger->mark[0], (uint32_t)head.wanted, head.timeout_ns) ? 0 : 1;
}

static void broadcast(const struct subject *s, struct pool *pool, unsigned char *context, size_t size, uint64_t key)
{
    const size_t workers = pool_workers(pool), count = 2 * workers;
    const struct broadcast head = {size, s->ledger, workers, subject_patience_ns(s, PATIENCE_MEET_NS)};
    unsigned char item[64] = {0};
    uint64_t out[64] = {0};
    struct pool_fault fault;

    for (size_t i = sizeof head; i < size; i++)
        context[i] = (unsigned char)mix_item(key, i);
    memcpy(context, &head, sizeof head);
    ledger_clear(s->ledger, 0);
    const struct pool_task task = {.name = "broadcast",
                                   .call = broadcast_call,
                                   .nargs = 1,
                                   .arg_size = {1},
                                   .out_size = sizeof *out,
                                   .context = context,
                                   .context_size = size};
    if (pool_map(pool, &task, count, item, out, 1, &fault))
        conform_fail("a map with a context of %zu bytes failed: %s", size, fault.text);
    for (size_t i = 0; i < count; i++)
        if (out[i] != proof_digest(context, size, 0))
            conform_fail("item %zu saw another context of %zu bytes than the caller's", i, size);
}

void B8_context_reaches_every_worker(struct subject *s)
{
    static const size_t sizes[] = {sizeof(struct broadcast), 33, 100, 4096, 70001, 1 << 20};
    unsigned char *context = malloc(1 << 20);
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t round = 0; context && round < 3; round++) /* the same memory with new bytes, too */
        for (size_t i = 0; i < COUNT(sizes); i++)
            broadcast(s, pool, context, sizes[i], s->seed + round);
    free(context);
    subject_end(pool);
}

void B9_one_worker_goes_in_input_order(struct subject *s)
{
    static const size_t chunks[] = {0, 1, 3, 50};
    struct pool *pool = subject_create(s, 1);
    const struct trial_shape shape = trial_plain(50);

    for (size_t k = 0; k < COUNT(chunks); k++) {
        trial_once(s, pool, &shape, chunks[k]);
        for (uint32_t i = 0; i < shape.count; i++)
            if (s->ledger->item[i].order != i)
                conform_fail("item %u was the %u-th to start", i, s->ledger->item[i].order);
    }
    subject_end(pool);
}
