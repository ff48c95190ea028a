/* C: starmap. */
#include "../kit/trial.h"
#include "cases.h"
#include "mix.h"

#include <string.h>

enum { ROWS = 41 };

/* The result is the arguments, one after the other. */
static int copy_call(const void *const argv[], void *out, const void *context)
{
    size_t nargs;

    memcpy(&nargs, context, sizeof nargs);
    for (size_t k = 0; k < nargs; k++)
        memcpy((unsigned char *)out + k * sizeof(uint64_t), argv[k], sizeof(uint64_t));
    return 0;
}

static void copy_columns(struct pool *pool, size_t nargs, size_t chunk)
{
    static uint64_t values[POOL_ARGS_MAX][ROWS], out[ROWS * POOL_ARGS_MAX];
    const void *columns[POOL_ARGS_MAX];
    struct pool_task task = {.name = "copy",
                             .call = copy_call,
                             .nargs = nargs,
                             .out_size = nargs * sizeof(uint64_t),
                             .context = &nargs,
                             .context_size = sizeof nargs};
    struct pool_fault fault;

    for (size_t k = 0; k < nargs; k++) {
        task.arg_size[k] = sizeof(uint64_t);
        columns[k] = values[k];
        for (size_t i = 0; i < ROWS; i++)
            values[k][i] = k << 32 | i;
    }
    memset(out, 0, sizeof out);
    if (pool_starmap(pool, &task, ROWS, columns, out, chunk, &fault))
        conform_fail("a starmap of %zu columns failed: %s", nargs, fault.text);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t k = 0; k < nargs; k++)
            if (out[i * nargs + k] != values[k][i])
                conform_fail("argument %zu of item %zu was that of column %u, item %u", k, i,
                             (unsigned)(out[i * nargs + k] >> 32), (unsigned)out[i * nargs + k]);
}

void C1_columns_keep_their_order(struct subject *s)
{
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t nargs = 2; nargs <= POOL_ARGS_MAX; nargs++)
        for (size_t chunk = 0; chunk < 5; chunk++)
            copy_columns(pool, nargs, chunk);
    subject_end(pool);
}

static int count_call(const void *const argv[], void *out, const void *context)
{
    struct ledger *ledger;

    (void)argv;
    (void)out;
    memcpy(&ledger, context, sizeof ledger);
    ledger_start(ledger, SIZE_MAX);
    return 0;
}

static void expect_refusal(const struct subject *s, struct pool *pool, size_t nargs, const void *const columns[],
                           const char *what)
{
    uint64_t out[2] = {0};
    struct pool_fault fault = {0};
    struct pool_task task = {.name = "count",
                             .call = count_call,
                             .nargs = nargs,
                             .out_size = sizeof *out,
                             .context = &s->ledger,
                             .context_size = sizeof s->ledger};

    for (size_t k = 0; k < POOL_ARGS_MAX; k++)
        task.arg_size[k] = sizeof *out;
    const enum pool_status status = pool_starmap(pool, &task, 2, columns, out, 0, &fault);
    if (status != POOL_EINVAL)
        conform_fail("%s gave '%s'", what, pool_status_text(status));
    if (!fault.text[0])
        conform_fail("%s was refused without a sentence", what);
    if (ledger_read(&s->ledger->calls))
        conform_fail("%s was refused, but the task was called", what);
}

void C2_bad_columns_are_refused(struct subject *s)
{
    static const uint64_t value[2];
    const void *columns[POOL_ARGS_MAX + 1];
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    for (size_t k = 0; k <= POOL_ARGS_MAX; k++)
        columns[k] = value;
    expect_refusal(s, pool, 0, columns, "a task without arguments");
    expect_refusal(s, pool, POOL_ARGS_MAX + 1, columns, "a task with too many arguments");
    expect_refusal(s, pool, SIZE_MAX, columns, "a task with SIZE_MAX arguments");
    expect_refusal(s, pool, 2, NULL, "a NULL list of columns");
    for (size_t k = 0; k < POOL_ARGS_MAX; k++) {
        columns[k] = NULL;
        expect_refusal(s, pool, POOL_ARGS_MAX, columns, "a NULL column");
        columns[k] = value;
    }
    const struct trial_shape shape = trial_starred(9);
    trial_once(s, pool, &shape, 0);
    subject_end(pool);
}

/* The same function of (a, b), from two columns and from one of packed pairs. */
static void combine(const unsigned char *a, const unsigned char *b, void *out)
{
    uint32_t first;
    uint64_t second;

    memcpy(&first, a, sizeof first);
    memcpy(&second, b, sizeof second);
    const uint64_t result = mix_u64(first) - 3 * second;
    memcpy(out, &result, sizeof result);
}

static int pair_call(const void *const argv[], void *out, const void *context)
{
    (void)context;
    combine(argv[0], argv[1], out);
    return 0;
}

static int packed_call(const void *const argv[], void *out, const void *context)
{
    const unsigned char *record = argv[0];

    (void)context;
    combine(record, record + 4, out);
    return 0;
}

static void compare_with_packed(struct pool *pool, size_t count, size_t chunk)
{
    enum { MOST = 200 };
    static unsigned char a[MOST * 4], b[MOST * 8], packed[MOST * 12];
    const struct pool_task pair = {.name = "pair", .call = pair_call, .nargs = 2, .arg_size = {4, 8}, .out_size = 8};
    const struct pool_task one = {.name = "packed", .call = packed_call, .nargs = 1, .arg_size = {12}, .out_size = 8};
    const void *const columns[] = {a, b};
    uint64_t out_pair[MOST] = {0}, out_packed[MOST] = {0}, serial;

    for (size_t i = 0; i < count; i++) {
        const uint64_t first = mix_u64(i), second = mix_u64(first);
        memcpy(a + 4 * i, &first, 4);
        memcpy(b + 8 * i, &second, 8);
        memcpy(packed + 12 * i, a + 4 * i, 4);
        memcpy(packed + 12 * i + 4, b + 8 * i, 8);
    }
    if (pool_starmap(pool, &pair, count, columns, out_pair, chunk, NULL) ||
        pool_map(pool, &one, count, packed, out_packed, chunk, NULL))
        conform_fail("%zu items in chunks of %zu failed", count, chunk);
    for (size_t i = 0; i < count; i++) {
        combine(a + 4 * i, b + 8 * i, &serial);
        if (out_pair[i] != serial)
            conform_fail("starmap's item %zu of %zu in chunks of %zu differs from the serial loop's", i, count, chunk);
        if (out_packed[i] != serial)
            conform_fail("starmap and map over packed records differ in item %zu of %zu, chunks of %zu", i, count,
                         chunk);
    }
}

void C3_starmap_equals_packed_map(struct subject *s)
{
    static const size_t counts[] = {1, 2, 3, 31, 64, 199};
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t i = 0; i < COUNT(counts); i++) {
        const size_t n = counts[i], chunks[] = {0, 1, 2, n - 1, n, n + 1, SIZE_MAX};
        for (size_t k = 0; k < COUNT(chunks); k++)
            compare_with_packed(pool, n, chunks[k]);
    }
    subject_end(pool);
}

void C4_columns_of_different_sizes(struct subject *s)
{
    static const struct {
        size_t nargs, size[POOL_ARGS_MAX];
    } rows[] = {{2, {8, 1}},
                {2, {1, 8}},
                {3, {1, 8, 3}},
                {3, {0, 8, 16}},
                {3, {8, 65537, 1}},
                {4, {24, 8, 0, 2}},
                {8, {1, 2, 3, 8, 5, 16, 7, 64}}};
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t chunk = 0; chunk < 4; chunk++) {
            struct trial_shape shape = trial_starred(29);
            shape.nargs = rows[i].nargs;
            memcpy(shape.arg_size, rows[i].size, sizeof shape.arg_size);
            shape.memory = chunk % 2 ? ARRAY_POOL : ARRAY_ZONED;
            trial_once(s, pool, &shape, chunk);
        }
    subject_end(pool);
}
