/* plan.json: a plan that is taken is written again as the same plan, and whatever works with plans works with it. */
#include "pure/blocks.h"
#include "pure/counts.h"
#include "pure/table.h"
#include "target.h"

#include <stdlib.h>
#include <string.h>

static void write_again(const struct plan *p)
{
    char why[WHY_SIZE] = "";
    struct plan again;
    json_t *json = plan_to_json(p);

    must(json, "a plan that cannot be written");
    if (!plan_from_json(json, &again, why)) {
        fprintf(stderr, "%s\n", why);
        must(false, "a plan that is refused once it is written again");
    }
    json_t *twice = plan_to_json(&again);
    must(json_equal(json, twice), "a plan that changes when it is written");
    json_decref(twice);
    json_decref(json);
    plan_free(&again);
}

static void work_with(struct plan *p)
{
    struct counts_cost *costs = calloc(p->cell_count, sizeof *costs);
    bool *wanted = calloc(p->cell_count, sizeof *wanted);
    struct blocks b;
    char *text;

    must(costs && wanted, "no memory for the plan");
    must(table_format_plan(p, "a machine", &text), "a plan that cannot be shown");
    free(text);
    must(blocks_make(p, &b), "a plan without blocks");
    blocks_free(&b);
    for (size_t i = 0; i < p->cell_count; i++) {
        costs[i] = (struct counts_cost){.item_ns = 1000.0 * (double)(i % 3), .check_ns = 10, .item_bytes = 16};
        wanted[i] = i % 2 == 0;
        must(plan_base(p, i) == SIZE_MAX || plan_base(p, i) < p->cell_count, "a base that is no cell");
        must(plan_twin_of(p, i) == SIZE_MAX || plan_twin_of(p, i) < p->cell_count, "a twin of no cell");
    }
    must(counts_choose(p, costs), "a plan without counts");
    if (p->launches >= PLAN_LAUNCHES_MIN && p->launches < p->launches_max)
        must(plan_extend(p, 1, wanted) && plan_visits(p, p->launches - 1) > 0, "a plan that cannot be extended");
    for (size_t l = 0; l < p->launches; l++)
        for (size_t i = 0; i < plan_visits(p, l); i++)
            must(plan_position(p, l, i) <= p->strategy_count, "a place behind the last");
    free(wanted);
    free(costs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *json = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    char why[WHY_SIZE] = "";
    struct plan p;

    if (!json)
        return 0;
    if (plan_from_json(json, &p, why)) {
        write_again(&p);
        work_with(&p);
        write_again(&p);
        plan_free(&p);
    } else
        must_be_reason(why);
    json_decref(json);
    return 0;
}
