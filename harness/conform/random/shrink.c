#include "shrink.h"

#include <stdlib.h>
#include <string.h>

struct shrink {
    struct sequence_command *best, *trial;
    size_t count, left; /* commands of best; questions that may still be asked */
    shrink_predicate *fails;
    void *arg;
};

static bool ask(struct shrink *s, size_t count)
{
    if (!s->left)
        return false;
    s->left--;
    if (!s->fails(s->arg, s->trial, count))
        return false;
    memcpy(s->best, s->trial, count * sizeof *s->best);
    s->count = count;
    return true;
}

/* Try without commands [first, last). */
static bool try_without(struct shrink *s, size_t first, size_t last)
{
    memcpy(s->trial, s->best, first * sizeof *s->trial);
    memcpy(s->trial + first, s->best + last, (s->count - last) * sizeof *s->trial);
    return ask(s, s->count - (last - first));
}

/* Leave out runs of `length` commands, from the end: what comes after the failure goes first. True: some went. */
static bool remove_runs(struct shrink *s, size_t length)
{
    bool any = false;

    for (size_t last = s->count; last > 0 && s->left;) {
        const size_t first = last > length ? last - length : 0;
        if (last - first < s->count)
            any |= try_without(s, first, last);
        last = first;
    }
    return any;
}

static bool try_number(struct shrink *s, size_t command, size_t k, uint64_t number)
{
    if (s->best[command].arg[k] <= number)
        return false;
    memcpy(s->trial, s->best, s->count * sizeof *s->trial);
    s->trial[command].arg[k] = number;
    return ask(s, s->count);
}

/* The smallest number that still fails, if all above it do. */
static void lower_number(struct shrink *s, size_t command, size_t k)
{
    uint64_t passes = 0;

    if (try_number(s, command, k, 0))
        return;
    while (s->left && s->best[command].arg[k] > passes + 1) {
        const uint64_t middle = passes + (s->best[command].arg[k] - passes) / 2;
        if (!try_number(s, command, k, middle))
            passes = middle;
    }
}

static void lower_pool(struct shrink *s)
{
    memcpy(s->trial, s->best, s->count * sizeof *s->trial);
    for (size_t i = 0; i < s->count; i++)
        s->trial[i].pool = 0;
    ask(s, s->count);
}

static void lower_numbers(struct shrink *s)
{
    lower_pool(s);
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < SEQUENCE_ARGS; k++)
            lower_number(s, i, k);
}

size_t shrink_sequence(struct sequence_command *commands, size_t count, shrink_predicate *fails, void *arg,
                       size_t attempts)
{
    struct shrink s = {.best = commands, .count = count, .left = attempts, .fails = fails, .arg = arg};

    s.trial = calloc(count ? count : 1, sizeof *s.trial);
    if (!s.trial)
        return count;
    for (size_t length = count / 2; length > 1; length /= 2)
        remove_runs(&s, length);
    while (remove_runs(&s, 1))
        continue;
    lower_numbers(&s);
    while (remove_runs(&s, 1))
        continue;
    free(s.trial);
    return s.count;
}
