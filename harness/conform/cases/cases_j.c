/* J1-J6: errors from tasks. */
#include "../kit/trial.h"
#include "cases.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* A task that writes a record, with NULs inside, and fails with the code in its argument. */
static int fail_call(const void *const argv[], void *out, const void *context)
{
    size_t size;
    int code;

    memcpy(&size, context, sizeof size);
    memcpy(&code, argv[0], sizeof code);
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)out)[i] = (unsigned char)(i % 7 ? i + (size_t)(unsigned)code : 0);
    return code;
}

static void expect_error_record(struct pool *pool, size_t size, int code)
{
    const struct pool_task task = {.name = "fail",
                                   .call = fail_call,
                                   .nargs = 1,
                                   .arg_size = {sizeof code},
                                   .out_size = size,
                                   .context = &size,
                                   .context_size = sizeof size};
    const int codes[] = {0, 0, code, 0, code};
    const size_t count = COUNT(codes);
    unsigned char *out = calloc(count, size), *expected = malloc(size);
    struct pool_fault fault = {0};

    if (!out || !expected)
        conform_unsupported("no memory for results of %zu bytes", size);
    const enum pool_status status = pool_map(pool, &task, count, codes, out, 1, &fault);
    if (status != POOL_ETASK || fault.status != POOL_ETASK)
        conform_fail("items that fail with code %d gave '%s'", code, pool_status_text(status));
    if (fault.index != 2 || fault.code != code || fault.failed != 2 || !fault.text[0])
        conform_fail("item 2 failed with code %d, reported was item %zu with code %d, %zu failed", code, fault.index,
                     fault.code, fault.failed);
    for (size_t i = 0; i < count; i++) {
        const void *const argv[] = {&codes[i]};
        fail_call(argv, expected, &size);
        if (memcmp(expected, out + i * size, size))
            conform_fail("the %zu-byte record of item %zu, which returned %d, was not delivered intact", size, i,
                         codes[i]);
    }
    free(expected);
    free(out);
}

void J1_code_index_and_record_are_delivered(struct subject *s)
{
    static const size_t sizes[] = {1, 8, 254, 255, 256, 257, 4095, 4096, 4097, 65535, 65537, 1 << 20};
    static const int codes[] = {1, 2, 127, 128, 255, 256, 65536, INT_MAX};
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t i = 0; i < COUNT(sizes); i++)
        expect_error_record(pool, sizes[i], 1 + (int)i);
    for (size_t i = 0; i < COUNT(codes); i++)
        expect_error_record(pool, 16, codes[i]);
    subject_end(pool);
}

/* Two items fail; one of them waits, as long as may be, for the other to have failed. */
struct duel {
    struct ledger *ledger;
    uint64_t first, second; /* in time */
    int64_t timeout_ns;
};

static int duel_call(const void *const argv[], void *out, const void *context)
{
    struct duel d;
    uint64_t index;

    (void)out;
    memcpy(&d, context, sizeof d);
    memcpy(&index, argv[0], sizeof index);
    if (index == d.first)
        ledger_add(&d.ledger->mark[0]);
    /* Where one worker has both, it waits in vain, and goes on. */
    if (index == d.second)
        ledger_await(&d.ledger->mark[0], 1, d.timeout_ns);
    return index == d.first || index == d.second ? 100 + (int)index : 0;
}

static void fight(const struct subject *s, struct pool *pool, uint64_t first, uint64_t second, size_t chunk)
{
    enum { ITEMS = 16 };
    const struct duel duel = {s->ledger, first, second, 20000000};
    const struct pool_task task = {.name = "duel",
                                   .call = duel_call,
                                   .nargs = 1,
                                   .arg_size = {sizeof(uint64_t)},
                                   .context = &duel,
                                   .context_size = sizeof duel};
    const size_t lowest = (size_t)(first < second ? first : second);
    uint64_t numbers[ITEMS];
    struct pool_fault fault = {0};

    for (size_t i = 0; i < ITEMS; i++)
        numbers[i] = i;
    ledger_clear(s->ledger, 0);
    const enum pool_status status = pool_map(pool, &task, ITEMS, numbers, NULL, chunk, &fault);
    if (status != POOL_ETASK)
        conform_fail("two failing items gave '%s'", pool_status_text(status));
    if (fault.index != lowest || fault.code != 100 + (int)lowest)
        conform_fail("items %zu and %zu failed, %zu first; reported was item %zu with code %d", (size_t)first,
                     (size_t)second, (size_t)first, fault.index, fault.code);
    if (fault.failed != 2)
        conform_fail("2 items failed, reported were %zu", fault.failed);
}

void J2_lowest_index_is_reported(struct subject *s)
{
    static const uint64_t pairs[][2] = {{9, 2}, {2, 9}, {15, 0}, {0, 15}, {8, 7}, {7, 8}, {1, 0}, {15, 14}};
    static const size_t chunks[] = {1, 0, 4, 16};

    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t i = 0; i < COUNT(pairs); i++)
            for (size_t k = 0; k < COUNT(chunks); k++)
                fight(s, pool, pairs[i][0], pairs[i][1], chunks[k]);
        subject_end(pool);
    }
}

/* Run with items first, first + step, ... up to last failing. The trial sees that all the others run. */
static void run_failing(const struct subject *s, struct pool *pool, size_t count, size_t chunk, size_t first,
                        size_t last, size_t step)
{
    struct trial_shape shape = trial_plain(count);

    shape.fail_first = first;
    shape.fail_last = last;
    shape.fail_step = step;
    trial_once(s, pool, &shape, chunk);
}

void J3_all_other_items_run(struct subject *s)
{
    static const size_t chunks[] = {0, 1, 4, 10, 64, 100, SIZE_MAX};

    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t k = 0; k < COUNT(chunks); k++) {
            run_failing(s, pool, 64, chunks[k], 1, 1, 1);
            run_failing(s, pool, 64, chunks[k], 5, 60, 11);
            run_failing(s, pool, 64, chunks[k], 0, 63, 2);
        }
        subject_end(pool);
    }
}

/* Every third item fails: what the array of outcomes says of each. */
static void check_statuses(struct pool *pool, size_t chunk)
{
    enum { ITEMS = 50 };
    const size_t size = sizeof(int);
    const struct pool_task task = {.name = "fail",
                                   .call = fail_call,
                                   .nargs = 1,
                                   .arg_size = {sizeof(int)},
                                   .out_size = size,
                                   .context = &size,
                                   .context_size = sizeof size};
    int codes[ITEMS], out[ITEMS];
    struct pool_item items[ITEMS];
    const struct pool_async async = {.items = items};
    struct pool_handle *handle;
    struct pool_fault fault;

    for (int i = 0; i < ITEMS; i++)
        codes[i] = i % 3 ? 0 : 1 + i;
    memset(items, 0x5a, sizeof items);
    if (pool_map_async(pool, &task, ITEMS, codes, out, chunk, &async, &handle))
        conform_fail("an asynchronous map was refused");
    const enum pool_status status = pool_handle_get(handle, POOL_FOREVER, &fault);
    if (status != POOL_ETASK || fault.index != 0 || fault.failed != (ITEMS + 2) / 3)
        conform_fail("items 0, 3, 6, ... failed: reported was '%s', item %zu, %zu failed", pool_status_text(status),
                     fault.index, fault.failed);
    for (size_t i = 0; i < ITEMS; i++)
        if (items[i].status != (codes[i] ? POOL_ETASK : POOL_OK) || (codes[i] && items[i].code != codes[i]))
            conform_fail("item %zu returned %d, its outcome says '%s' with code %d (chunks of %zu)", i, codes[i],
                         pool_status_text(items[i].status), items[i].code, chunk);
    pool_handle_free(handle);
}

void J3_every_item_has_its_status(struct subject *s)
{
    static const size_t chunks[] = {0, 1, 4, 7, SIZE_MAX};

    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t k = 0; k < COUNT(chunks); k++)
            check_statuses(pool, chunks[k]);
        subject_end(pool);
    }
}

void J4_errors_at_every_position(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t n = 1; n <= 23; n += 11)
        for (size_t chunk = 0; chunk <= 5; chunk++) {
            const size_t size = chunk ? chunk : pool_auto_chunk(pool, n);
            run_failing(s, pool, n, chunk, 0, 0, 1);
            run_failing(s, pool, n, chunk, n - 1, n - 1, 1);
            run_failing(s, pool, n, chunk, (n - 1) / size * size, n - 1, 1);
            run_failing(s, pool, n, chunk, n / 2, n / 2, 1);
            run_failing(s, pool, n, chunk, 0, n - 1, 1);
        }
    subject_end(pool);
}

void J5_pool_is_usable_after_errors(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    const struct trial_shape good = trial_plain(40);

    for (size_t i = 0; i < 20; i++) {
        run_failing(s, pool, 40, i % 4, i, 39, 1 + i % 3);
        if (i % 2)
            trial_once(s, pool, &good, i % 4);
    }
    trial_once(s, pool, &good, 0);
    subject_end(pool);
}

void J6_large_error_payloads(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 4));
    struct trial_shape shape = trial_plain(4 * pool_workers(pool));

    shape.out_size = 1 << 20;
    shape.fail_step = 1;
    trial_once(s, pool, &shape, 1);
    trial_once(s, pool, &shape, 0);
    shape.arg_size[0] = 1 << 20;
    trial_once(s, pool, &shape, 2);
    subject_end(pool);
}
