/* A plan as JSON. */
#include "plan_parts.h"

static json_t *names_to_json(const struct plan_name *names, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_pack("{s:s, s:s?, s:b, s:b}", "name", names[i].name, "options",
                                              names[i].options, "twin", names[i].twin, "own_wait", names[i].own_wait));
    return list;
}

static json_t *metrics_to_json(const struct plan *p)
{
    json_t *list = json_array();

    for (size_t i = 0; i < p->metric_count; i++)
        json_array_append_new(list, json_string(p->metrics[i]->name));
    return list;
}

static json_t *points_to_json(const struct plan *p)
{
    json_t *list = json_array();

    for (size_t i = 0; i < p->point_count; i++)
        json_array_append_new(list, json_pack("{s:I, s:i}", "workers", (json_int_t)p->points[i].workers, "reasons",
                                              (int)p->points[i].reasons));
    return list;
}

static json_t *cell_to_json(const struct plan_cell *c)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "metric",
                     (json_int_t)c->metric, "strategy", (json_int_t)c->strategy, "workload", (json_int_t)c->workload,
                     "workers", (json_int_t)c->workers, "oversubscribed", c->oversubscribed, "chunk",
                     (json_int_t)c->chunk, "work_ns", (json_int_t)c->work_ns, "in_bytes", (json_int_t)c->in_bytes,
                     "out_bytes", (json_int_t)c->out_bytes, "resident_bytes", (json_int_t)c->resident_bytes, "count",
                     (json_int_t)c->count, "group", (json_int_t)c->group, "rung", (json_int_t)c->rung);
}

static json_t *cells_to_json(const struct plan *p)
{
    json_t *list = json_array();

    for (size_t i = 0; i < p->cell_count; i++)
        json_array_append_new(list, cell_to_json(&p->cells[i]));
    return list;
}

static json_t *order_to_json(const struct plan *p)
{
    json_t *rows = json_array();

    for (size_t l = 0; l < p->launches; l++) {
        json_t *row = json_array();
        for (size_t i = 0; i < plan_visits(p, l); i++)
            json_array_append_new(row, json_integer((json_int_t)p->order[l * p->cell_count + i]));
        json_array_append_new(rows, row);
    }
    return rows;
}

json_t *plan_to_json(const struct plan *p)
{
    return json_pack("{s:i, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}",
                     "format", PLAN_FORMAT, "profile", p->profile, "seed", (json_int_t)p->seed, "budget_ns",
                     (json_int_t)p->budget_ns, "call_ns", (json_int_t)p->call_ns, "launches", (json_int_t)p->launches,
                     "launches_max", (json_int_t)p->launches_max, "rounds", (json_int_t)p->rounds, "usable",
                     (json_int_t)p->usable, "bind", plan_bind_text(p->bind), "wait", plan_wait_text(p->wait), "reduced",
                     p->reduced, "metrics", metrics_to_json(p), "strategies",
                     names_to_json(p->strategies, p->strategy_count), "workloads",
                     names_to_json(p->workloads, p->workload_count), "points", points_to_json(p), "cells",
                     cells_to_json(p), "order", order_to_json(p));
}
