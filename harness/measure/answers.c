#include "answers.h"

#include <stdlib.h>

static const size_t BYTES_MAX = 128 * 1024 * 1024;

bool answers_open(struct answers *a, const struct plan *plan)
{
    *a = (struct answers){.plan = plan,
                          .result_bytes = calloc(plan->cell_count, sizeof *a->result_bytes),
                          .of = calloc(plan->cell_count, sizeof *a->of)};
    if (a->result_bytes && a->of)
        return true;
    answers_close(a);
    return false;
}

/* Cells have the same items, and share what is right. */
static bool are_alike(const struct plan *p, size_t a, size_t b)
{
    return p->series[a] == p->series[b] && p->cells[a].count == p->cells[b].count;
}

void answers_close(struct answers *a)
{
    for (size_t i = 0; a->of && i < a->plan->cell_count; i++) {
        struct verify_right *right = a->of[i];
        for (size_t k = i; right && k < a->plan->cell_count; k++)
            if (a->of[k] == right)
                a->of[k] = NULL;
        verify_right_free(right);
    }
    free(a->of);
    free(a->result_bytes);
    *a = (struct answers){0};
}

void answers_tell(struct answers *a, size_t cell, size_t result_bytes)
{
    if (a->result_bytes)
        a->result_bytes[cell] = result_bytes;
}

static struct verify_right *make(struct answers *a, size_t cell)
{
    size_t bytes;

    if (__builtin_mul_overflow(a->result_bytes[cell], a->plan->cells[cell].count, &bytes) || bytes == 0 ||
        bytes > BYTES_MAX - a->bytes)
        return NULL;
    a->bytes += bytes;
    return verify_right_new(bytes, true);
}

struct verify_right *answers_of(struct answers *a, size_t cell)
{
    if (!a->of || a->result_bytes[cell] == 0)
        return NULL;
    for (size_t i = 0; !a->of[cell] && i < a->plan->cell_count; i++)
        if (are_alike(a->plan, i, cell))
            a->of[cell] = a->of[i];
    if (!a->of[cell])
        a->of[cell] = make(a, cell);
    return a->of[cell];
}
