/* A plan read back from JSON. It may come from anybody: everything is checked. */
#include "plan_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 128 };

static bool bad(char why[WHY_SIZE], const char *what)
{
    snprintf(why, WHY_SIZE, "this is no plan of poolbench: %s", what);
    return false;
}

/* A whole number of an object, min..max. */
static bool take(const json_t *object, const char *key, uint64_t min, uint64_t max, uint64_t *value, char why[WHY_SIZE])
{
    const json_t *v = json_object_get(object, key);

    if (!json_is_integer(v) || json_integer_value(v) < 0 || (uint64_t)json_integer_value(v) < min ||
        (uint64_t)json_integer_value(v) > max) {
        snprintf(why, WHY_SIZE, "this is no plan of poolbench: '%s' is not a number from %llu to %llu", key,
                 (unsigned long long)min, (unsigned long long)max);
        return false;
    }
    *value = (uint64_t)json_integer_value(v);
    return true;
}

static bool take_size(const json_t *object, const char *key, size_t min, size_t max, size_t *value, char why[WHY_SIZE])
{
    uint64_t wide = 0;

    if (!take(object, key, min, max, &wide, why))
        return false;
    *value = (size_t)wide;
    return true;
}

/* Nothing that would break a line of CSV or a message. */
static bool is_plain(const char *text)
{
    const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=,.+-|:";

    return text && strlen(text) < NAME_MAX_BYTES && text[strspn(text, plain)] == '\0';
}

static bool take_metrics(const json_t *list, struct plan *p, char why[WHY_SIZE])
{
    const size_t n = json_array_size(list);

    if (n == 0 || n > PLAN_CELLS_MAX)
        return bad(why, "the list of metrics is missing or too long");
    p->metrics = calloc(n, sizeof *p->metrics);
    if (!p->metrics)
        return bad(why, "out of memory");
    for (; p->metric_count < n; p->metric_count++) {
        const char *name = json_string_value(json_array_get(list, p->metric_count));
        p->metrics[p->metric_count] = name ? metric_named(name) : NULL;
        if (!p->metrics[p->metric_count]) {
            snprintf(why, WHY_SIZE, "this poolbench has no metric '%.60s'; 'poolbench list metrics' shows them",
                     is_plain(name) ? name : "?");
            return false;
        }
    }
    return true;
}

static bool take_names(const json_t *list, struct plan_name **names, size_t *count, char why[WHY_SIZE])
{
    const size_t n = json_array_size(list);

    if (n == 0 || n > PLAN_CELLS_MAX)
        return bad(why, "the list of strategies or workloads is missing or has a wrong length");
    *names = calloc(n, sizeof **names);
    if (!*names)
        return bad(why, "out of memory");
    for (*count = 0; *count < n; ++*count) {
        const json_t *one = json_array_get(list, *count);
        const char *name = json_string_value(json_object_get(one, "name"));
        const char *options = json_string_value(json_object_get(one, "options"));
        if (!is_plain(name) || (options && !is_plain(options)))
            return bad(why, "a name or its options are missing or hold strange characters");
        (*names)[*count].name = strdup(name);
        (*names)[*count].options = options ? strdup(options) : NULL;
        (*names)[*count].twin = json_is_true(json_object_get(one, "twin"));
        (*names)[*count].own_wait = json_is_true(json_object_get(one, "own_wait"));
    }
    return true;
}

static bool take_points(const json_t *list, struct plan *p, char why[WHY_SIZE])
{
    const size_t n = json_array_size(list);

    if (n == 0 || n > POOL_WORKERS_MAX)
        return bad(why, "the list of worker points is missing or too long");
    p->points = calloc(n, sizeof *p->points);
    if (!p->points)
        return bad(why, "out of memory");
    for (p->point_count = 0; p->point_count < n; p->point_count++) {
        struct worker_point *point = &p->points[p->point_count];
        size_t reasons = 0;
        if (!take_size(json_array_get(list, p->point_count), "workers", 1, POOL_WORKERS_MAX, &point->workers, why) ||
            !take_size(json_array_get(list, p->point_count), "reasons", 0, 0xffff, &reasons, why))
            return false;
        point->reasons = (unsigned)reasons;
    }
    return true;
}

static bool take_cell(const json_t *from, const struct plan *p, size_t cells, struct plan_cell *c, char why[WHY_SIZE])
{
    size_t rung = RUNG_SOLID;

    /* Plans of before there were refinements say nothing of them. */
    if (json_object_get(from, "rung") && !take_size(from, "rung", RUNG_SOLID, RUNG_DROPPED, &rung, why))
        return false;
    c->rung = (enum plan_rung)rung;
    c->oversubscribed = json_is_true(json_object_get(from, "oversubscribed"));
    return take_size(from, "metric", 0, p->metric_count - 1, &c->metric, why) &&
           take_size(from, "resident_bytes", 0, INT64_MAX, &c->resident_bytes, why) &&
           take_size(from, "strategy", 0, p->strategy_count - 1, &c->strategy, why) &&
           take_size(from, "workload", 0, p->workload_count - 1, &c->workload, why) &&
           take_size(from, "workers", 1, POOL_WORKERS_MAX, &c->workers, why) &&
           take_size(from, "chunk", 0, INT64_MAX, &c->chunk, why) &&
           take(from, "work_ns", 0, INT64_MAX, &c->work_ns, why) &&
           take_size(from, "in_bytes", 0, INT32_MAX, &c->in_bytes, why) &&
           take_size(from, "out_bytes", 0, INT32_MAX, &c->out_bytes, why) &&
           take_size(from, "count", p->metrics[c->metric]->item_per_worker, PLAN_COUNT_MAX, &c->count, why) &&
           take_size(from, "group", 0, cells - 1, &c->group, why);
}

static bool take_cells(const json_t *list, struct plan *p, char why[WHY_SIZE])
{
    const size_t n = json_array_size(list);

    if (n == 0 || n > PLAN_CELLS_MAX)
        return bad(why, "the list of cells is missing or too long");
    p->cells = calloc(n, sizeof *p->cells);
    if (!p->cells)
        return bad(why, "out of memory");
    for (p->cell_count = 0; p->cell_count < n; p->cell_count++)
        if (!take_cell(json_array_get(list, p->cell_count), p, n, &p->cells[p->cell_count], why))
            return false;
    return true;
}

/* Groups are numbered from 0 on, none is empty, and none has more cells than there are strategies. */
static bool check_groups(const struct plan *p, char why[WHY_SIZE])
{
    size_t *cells = calloc(p->cell_count, sizeof *cells), most = 0, found = 0;

    for (size_t i = 0; cells && i < p->cell_count; i++) {
        size_t *n = &cells[p->cells[i].group];
        found += ++*n == 1;
        most = *n > most ? *n : most;
    }
    const bool ok = cells && found == plan_groups(p) && most <= p->strategy_count;
    free(cells);
    return ok || bad(why, "a 'group' has no cell or too many");
}

/*
 * One launch's order must hold every cell once; later ones, which a run has added, some cells once. `seen` is all zero,
 * and is so again afterwards.
 */
static bool take_row(const json_t *list, const struct plan *p, size_t launch, bool *seen)
{
    size_t *row = p->order + launch * p->cell_count;
    const size_t n = json_array_size(list);

    if (n == 0 || n > p->cell_count || (n < p->cell_count && launch < PLAN_LAUNCHES_MIN))
        return false;
    memset(row, 0xff, p->cell_count * sizeof *row);
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_array_get(list, i);
        const json_int_t cell = json_is_integer(v) ? json_integer_value(v) : -1;
        if (cell < 0 || (size_t)cell >= p->cell_count || seen[cell])
            return false;
        seen[cell] = true;
        row[i] = (size_t)cell;
    }
    memset(seen, 0, p->cell_count * sizeof *seen);
    return true;
}

static bool take_order(const json_t *rows, struct plan *p, char why[WHY_SIZE])
{
    bool *seen = calloc(p->cell_count, sizeof *seen);
    bool ok = seen && json_array_size(rows) == p->launches;

    p->order = calloc(p->launches * p->cell_count, sizeof *p->order);
    for (size_t l = 0; ok && l < p->launches; l++)
        ok = p->order && take_row(json_array_get(rows, l), p, l, seen);
    free(seen);
    return ok || bad(why, "'order' does not hold every cell once per launch");
}

static bool take_head(const json_t *j, struct plan *p, char why[WHY_SIZE])
{
    const char *profile = json_string_value(json_object_get(j, "profile"));
    const char *bind = json_string_value(json_object_get(j, "bind"));
    const char *wait = json_string_value(json_object_get(j, "wait"));
    const char *reduced = json_string_value(json_object_get(j, "reduced"));

    if (!is_plain(profile) || !bind || !plan_parse_bind(bind, &p->bind) || !wait || !plan_parse_wait(wait, &p->wait))
        return bad(why, "'profile', 'bind' or 'wait' is missing or unknown");
    snprintf(p->reduced, sizeof p->reduced, "%s", reduced ? reduced : "");
    for (const char *c = p->reduced; *c; c++)
        if (*c < ' ' || *c > '~')
            return bad(why, "'reduced' holds strange characters");
    p->profile = strdup(profile);
    return take(j, "seed", 0, INT64_MAX, &p->seed, why) && take(j, "budget_ns", 0, INT64_MAX, &p->budget_ns, why) &&
           take(j, "call_ns", 1, UINT64_C(60000000000), &p->call_ns, why) &&
           take_size(j, "launches", 1, PLAN_LAUNCHES_MAX, &p->launches, why) &&
           take_size(j, "launches_max", p->launches, PLAN_LAUNCHES_MAX, &p->launches_max, why) &&
           take_size(j, "rounds", 1, PLAN_ROUNDS_MAX, &p->rounds, why) &&
           take_size(j, "usable", 1, SIZE_MAX / 2, &p->usable, why);
}

/* An older or newer poolbench's plan says so itself. */
static bool check_format(const json_t *j, char why[WHY_SIZE])
{
    const json_t *format = json_object_get(j, "format");

    if (!json_is_integer(format))
        return bad(why, "'format' is missing");
    if (json_integer_value(format) == PLAN_FORMAT)
        return true;
    snprintf(why, WHY_SIZE, "this plan has format %lld, this poolbench reads format %d: use the version that wrote it",
             (long long)json_integer_value(format), PLAN_FORMAT);
    return false;
}

bool plan_from_json(const json_t *j, struct plan *p, char why[WHY_SIZE])
{
    *p = (struct plan){0};
    if (check_format(j, why) && take_head(j, p, why) && take_metrics(json_object_get(j, "metrics"), p, why) &&
        take_names(json_object_get(j, "strategies"), &p->strategies, &p->strategy_count, why) &&
        take_names(json_object_get(j, "workloads"), &p->workloads, &p->workload_count, why) &&
        take_points(json_object_get(j, "points"), p, why) && take_cells(json_object_get(j, "cells"), p, why) &&
        check_groups(p, why) && take_order(json_object_get(j, "order"), p, why) &&
        (plan_make_series(p) || bad(why, "out of memory")))
        return true;
    plan_free(p);
    return false;
}
