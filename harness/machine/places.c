/* Orders of CPUs. Both put one thread per core before siblings, and fast cores before slow ones. */
#include "places.h"

#include <stdlib.h>
#include <string.h>

struct places *places_new(size_t capacity)
{
    struct places *places = calloc(1, sizeof *places + capacity * sizeof places->at[0]);

    if (places)
        places->capacity = capacity;
    return places;
}

void places_free(struct places *places)
{
    free(places);
}

void places_add(struct places *places, struct place place)
{
    if (places->count == places->capacity)
        return;
    const struct place *before = places->count ? &places->at[places->count - 1] : NULL;
    const bool same_core = before && before->in[LEVEL_CORE] == place.in[LEVEL_CORE];
    place.sibling = same_core ? before->sibling + 1 : 0;
    places->at[places->count++] = place;
}

static int compare(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_places(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    if (a->sibling != b->sibling)
        return compare(a->sibling, b->sibling);
    if (a->slowness != b->slowness)
        return a->slowness < b->slowness ? -1 : 1;
    return compare(a->turn, b->turn);
}

/* Into one part's members by turn; members with the same turn by the smaller part they are in. */
#define COMPARE_AT(level)                                                                                              \
    static int compare_at_##level(const void *left, const void *right)                                                 \
    {                                                                                                                  \
        const struct place *a = left, *b = right;                                                                      \
        if (a->in[level] != b->in[level])                                                                              \
            return compare(a->in[level], b->in[level]);                                                                \
        if (a->turn != b->turn)                                                                                        \
            return compare(a->turn, b->turn);                                                                          \
        return compare(a->in[level - 1], b->in[level - 1]);                                                            \
    }
COMPARE_AT(LEVEL_L3)
COMPARE_AT(LEVEL_NUMA)
COMPARE_AT(LEVEL_PACKAGE)
COMPARE_AT(LEVEL_MACHINE)

/*
 * Deal like cards: within each L3 one CPU of each core in turn, within each NUMA node one of each L3, and so on, so
 * that every prefix of the order is spread as evenly as it can be at every level.
 */
static void spread(struct place *at, size_t count)
{
    static int (*const compare_at[LEVELS])(const void *, const void *) = {
        [LEVEL_L3] = compare_at_LEVEL_L3,
        [LEVEL_NUMA] = compare_at_LEVEL_NUMA,
        [LEVEL_PACKAGE] = compare_at_LEVEL_PACKAGE,
        [LEVEL_MACHINE] = compare_at_LEVEL_MACHINE,
    };

    for (size_t i = 0; i < count; i++)
        at[i].turn = at[i].sibling;
    for (size_t level = LEVEL_L3; level < LEVELS; level++) {
        qsort(at, count, sizeof *at, compare_at[level]);
        for (size_t i = 0; i < count; i++)
            at[i].turn = i > 0 && at[i].in[level] == at[i - 1].in[level] ? at[i - 1].turn + 1 : 0;
    }
}

unsigned *places_order(const struct places *places, enum bind_policy policy)
{
    struct place *at = calloc(places->count, sizeof *at);
    unsigned *cpus = calloc(places->count, sizeof *cpus);

    if (!at || !cpus)
        goto err0;
    memcpy(at, places->at, places->count * sizeof *at);
    for (size_t i = 0; i < places->count; i++)
        at[i].turn = i;
    if (policy == BIND_SPREAD)
        spread(at, places->count);
    qsort(at, places->count, sizeof *at, compare_places);
    for (size_t i = 0; i < places->count; i++)
        cpus[i] = at[i].cpu;
    free(at);
    return cpus;
err0:
    free(cpus);
    free(at);
    return NULL;
}

size_t places_cores_in_first(const struct places *places, enum place_level level)
{
    const struct place *first = &places->at[0];
    size_t cores = 0;

    for (size_t i = 0; i < places->count; i++)
        if (compare_places(&places->at[i], first) < 0)
            first = &places->at[i];
    for (size_t i = 0; i < places->count; i++)
        cores += places->at[i].sibling == 0 && places->at[i].in[level] == first->in[level];
    return cores;
}

size_t places_fast_cores(const struct places *places)
{
    size_t cores = 0;

    for (size_t i = 0; i < places->count; i++)
        cores += places->at[i].sibling == 0 && places->at[i].slowness == 0;
    return cores;
}
