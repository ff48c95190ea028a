#include "matrix.h"

#include "clauses.h"
#include "kit/proof.h"
#include "kit/trial.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { PRIME = 1009, MANY = 100000 };

/* Add a value that is not there yet. */
static size_t add_once(size_t *values, size_t count, size_t value)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] == value)
            return count;
    values[count] = value;
    return count + 1;
}

static size_t list_workers(const struct subject *s, size_t workers[8])
{
    const size_t all[] = {1, 2, 3, s->cpus, 4 * s->cpus}, quick[] = {1, 3};
    const size_t *from = s->quick ? quick : all, length = s->quick ? COUNT(quick) : COUNT(all);
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        if (from[i] <= s->ops->workers_max)
            count = add_once(workers, count, from[i]);
    return count;
}

static size_t list_counts(const struct subject *s, size_t w, size_t counts[8])
{
    const size_t all[] = {0, 1, w - 1, w, w + 1, 4 * w + 1, PRIME, MANY}, quick[] = {0, 1, w, 4 * w + 1, PRIME};
    const size_t *from = s->quick ? quick : all, length = s->quick ? COUNT(quick) : COUNT(all);
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count = add_once(counts, count, from[i]);
    return count;
}

static size_t list_chunks(const struct subject *s, size_t n, size_t chunks[MATRIX_CHUNKS_MAX])
{
    const size_t all[] = {0, 1, 2, n ? n - 1 : 0, n, n + 1, SIZE_MAX}, quick[] = {0, 1, n, SIZE_MAX};
    const size_t *from = s->quick ? quick : all, length = s->quick ? COUNT(quick) : COUNT(all);
    size_t count = 0;

    for (size_t i = 0; i < length; i++)
        count = add_once(chunks, count, from[i]);
    return count;
}

size_t matrix_list_rows(const struct subject *s, struct matrix_row rows[MATRIX_ROWS_MAX])
{
    size_t workers[8], counts[8], count = 0;
    const size_t worker_count = list_workers(s, workers);

    for (size_t i = 0; i < worker_count; i++) {
        const size_t n = list_counts(s, workers[i], counts);
        for (size_t k = 0; k < n && count < MATRIX_ROWS_MAX; k++)
            rows[count++] = (struct matrix_row){.workers = workers[i], .count = counts[k]};
    }
    return count;
}

static void name_cell(char name[MATRIX_NAME_SIZE], const struct matrix_row *row, size_t chunk)
{
    char text[32];

    snprintf(text, sizeof text, "%zu", chunk);
    snprintf(name, MATRIX_NAME_SIZE, "Y1_matrix/w=%zu/n=%zu/chunk=%s", row->workers, row->count,
             chunk == 0          ? "auto"
             : chunk == SIZE_MAX ? "max"
                                 : text);
}

bool matrix_row_matches(const struct subject *s, const struct matrix_row *row, const char *globs)
{
    size_t chunks[MATRIX_CHUNKS_MAX];
    char name[MATRIX_NAME_SIZE];
    const size_t count = list_chunks(s, row->count, chunks);

    for (size_t i = 0; i < count; i++) {
        name_cell(name, row, chunks[i]);
        if (clause_glob_matches(globs, name))
            return true;
    }
    return false;
}

/* Three runs of one row: what differs is the verb and the memory. */
struct row_trials {
    struct trial trial[3];
    bool open[3];
};

static void open_trials(struct row_trials *r, const struct subject *s, struct pool *pool, size_t count)
{
    const struct trial_shape plain = trial_plain(count), starred = trial_starred(count);
    struct trial_shape pooled = plain;

    pooled.memory = ARRAY_POOL;
    r->open[0] = trial_open(&r->trial[0], s, pool, &plain);
    r->open[1] = trial_open(&r->trial[1], s, pool, &starred);
    r->open[2] = trial_open(&r->trial[2], s, pool, &pooled);
}

static void run_cell(struct row_trials *r, size_t chunk)
{
    static const char *const kind[] = {"map", "starmap", "map"};
    char key[64];

    for (size_t i = 0; i < COUNT(r->trial); i++) {
        if (!r->open[i])
            continue;
        trial_run(&r->trial[i], chunk);
        snprintf(key, sizeof key, "%s/%zu", kind[i], r->trial[i].shape.count);
        verdict_digest(key, proof_digest(r->trial[i].out.bytes, r->trial[i].out.size, 0));
    }
}

static bool costs_too_much(const struct subject *s, const struct pool *pool, size_t count, size_t chunk)
{
    const size_t size = chunk ? chunk : pool_auto_chunk(pool, count);

    return subject_is_costly(s) && count / size > MATRIX_CLAIMS_MAX;
}

void matrix_run_row(const struct subject *s, const struct matrix_row *row, const char *globs, bool full)
{
    size_t chunks[MATRIX_CHUNKS_MAX];
    char name[MATRIX_NAME_SIZE];
    struct row_trials r;
    const size_t count = list_chunks(s, row->count, chunks);

    name_cell(name, row, chunks[0]);
    verdict_begin(name); /* which the set-up belongs to */
    struct pool *pool = subject_create(s, row->workers);
    open_trials(&r, s, pool, row->count);
    for (size_t i = 0; i < count; i++) {
        name_cell(name, row, chunks[i]);
        if (!clause_glob_matches(globs, name))
            continue;
        if (!full && costs_too_much(s, pool, row->count, chunks[i])) {
            verdict_left_out(name);
            continue;
        }
        verdict_begin(name);
        run_cell(&r, chunks[i]);
        verdict_pass();
    }
    for (size_t i = 0; i < COUNT(r.trial); i++)
        if (r.open[i])
            trial_close(&r.trial[i]);
    subject_end(pool);
}
