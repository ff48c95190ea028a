#include "campaign_parts.h"

#include "../command/command.h"
#include "../pure/refine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOO_LONG = 3 };
static const double WEEK_NS = 604800e9; /* the largest budget: no session is longer, whatever a file says */

bool campaign_open(struct campaign *c, struct plan *plan, const struct world *world, struct campaign_keeper keeper,
                   char why[WHY_SIZE])
{
    *c = (struct campaign){.plan = plan, .world = *world, .keeper = keeper, .journal.plan = plan};
    c->journal.world = &c->world;
    c->started_ns = campaign_now_ns(c);
    c->most_workers = counts_most_workers(plan);
    c->usable = world->usable(world->arg);
    c->dead = calloc(plan->cell_count, sizeof *c->dead);
    c->done = calloc(plan->cell_count, plan->launches_max * sizeof *c->done);
    c->costs = calloc(plan->cell_count, sizeof *c->costs);
    c->seen_ns = calloc(plan->cell_count, sizeof *c->seen_ns);
    c->seen = calloc(plan->cell_count, sizeof *c->seen);
    if (c->dead && c->done && c->costs && c->seen_ns && c->seen)
        return true;
    campaign_free(c);
    snprintf(why, WHY_SIZE, "out of memory for %zu cells", plan->cell_count);
    return false;
}

void campaign_free(struct campaign *c)
{
    journal_free(&c->journal);
    free(c->dead);
    free(c->done);
    free(c->costs);
    free(c->seen_ns);
    free(c->seen);
    *c = (struct campaign){0};
}

int64_t campaign_now_ns(const struct campaign *c)
{
    return c->world.now_ns(c->world.arg);
}

/* What a file says may be more than any run lasts. */
static int64_t add_capped(int64_t sum_ns, int64_t more_ns)
{
    const int64_t most_ns = INT64_MAX / 4, room_ns = most_ns - sum_ns;

    return more_ns <= 0 ? sum_ns : more_ns < room_ns ? sum_ns + more_ns : most_ns;
}

/* A session that counts has samples that are measured; one that failed has none of the kind, but its cell is left out.
 */
void campaign_take_over(struct campaign *c, struct samples *samples)
{
    samples->count = samples->complete;
    for (size_t i = 0; i < samples->count; i++)
        if (samples->list[i].phase == SAMPLE_MEASURE)
            c->done[samples->list[i].launch * c->plan->cell_count + samples->list[i].cell] = true;
    for (size_t i = 0; i < samples->session_count; i++) {
        const struct sample *s = &samples->sessions[i];
        c->before_ns = add_capped(c->before_ns, s->wall_ns);
        c->seen_ns[s->cell] += s->wall_ns > 0 ? (double)s->wall_ns : 0;
        c->seen[s->cell]++;
        c->dead[s->cell] = c->dead[s->cell] || !s->verified;
        c->found = c->found || !s->verified;
    }
    for (size_t i = 0; i < samples->canary_count; i++)
        canary_take(&c->canary, samples->canaries[i].wall_ns);
    c->sessions = samples->session_count;
    journal_take_over(&c->journal, samples);
}

const char *campaign_cell_name(const struct campaign *c, size_t cell, char text[CAMPAIGN_NAME_SIZE])
{
    const struct plan_cell *p = &c->plan->cells[cell];
    const struct plan_name *strategy = &c->plan->strategies[p->strategy];

    snprintf(text, CAMPAIGN_NAME_SIZE, "%s, %s%s, %s, %zu worker%s", c->plan->metrics[p->metric]->name, strategy->name,
             strategy->twin ? SAMPLE_TWIN : "", c->plan->workloads[p->workload].name, p->workers,
             p->workers == 1 ? "" : "s");
    return text;
}

void campaign_leave_out(struct campaign *c, size_t cell, const char *why)
{
    char name[CAMPAIGN_NAME_SIZE];

    progress_clear(&c->progress);
    message("%s: %s; left out", campaign_cell_name(c, cell, name), why);
    c->dead[cell] = true;
    c->found = true;
}

/* The cell is of this strategy, or of its twin. */
static bool is_of(const struct plan *p, size_t cell, size_t strategy)
{
    const size_t of = plan_twin_of(p, cell);

    return p->cells[of == SIZE_MAX ? cell : of].strategy == strategy;
}

static void refuse_strategy(struct campaign *c, size_t strategy, const char *why)
{
    progress_clear(&c->progress);
    message("%s is refused, for it does not keep the contract: %s", c->plan->strategies[strategy].name, why);
    c->found = true;
    for (size_t i = 0; i < c->plan->cell_count; i++)
        c->dead[i] = c->dead[i] || is_of(c->plan, i, strategy);
}

static enum campaign_end prove_all(struct campaign *c)
{
    char why[WHY_SIZE] = "", what[96];

    progress_start(&c->progress, c->plan->strategy_count);
    for (size_t s = 0; s < c->plan->strategy_count; s++) {
        snprintf(what, sizeof what, "proving %s", c->plan->strategies[s].name);
        progress_show(&c->progress, s, what);
        if (c->plan->strategies[s].twin)
            continue;
        const bool proven = c->world.prove(c->world.arg, s, why);
        if (c->world.interrupted(c->world.arg))
            return CAMPAIGN_INTERRUPTED;
        if (!proven)
            refuse_strategy(c, s, why);
    }
    progress_clear(&c->progress);
    return CAMPAIGN_DONE;
}

/* What was not known yet. At every worker count of its own: more workers than CPUs can cost far more than one. */
static enum campaign_end find_costs(struct campaign *c)
{
    char why[WHY_SIZE], name[CAMPAIGN_NAME_SIZE], what[192];

    progress_start(&c->progress, c->plan->cell_count);
    for (size_t i = 0; i < c->plan->cell_count; i++) {
        if (c->dead[i] || c->plan->cells[i].rung != RUNG_SOLID || c->costs[i].item_ns > 0 ||
            plan_metric_of(c->plan, i)->item_per_worker)
            continue;
        snprintf(what, sizeof what, "sizing %s", campaign_cell_name(c, i, name));
        progress_show(&c->progress, i, what);
        switch (c->world.cost(c->world.arg, &c->plan->cells[i], &c->costs[i], why)) {
        case RUNNER_DONE: break;
        case RUNNER_FAILED: campaign_leave_out(c, i, why); break;
        case RUNNER_INTERRUPTED: return CAMPAIGN_INTERRUPTED;
        }
    }
    progress_clear(&c->progress);
    return CAMPAIGN_DONE;
}

/* Settle which rungs between others are measured, where an earlier run has not. No launch visits the others. */
static bool refine(struct campaign *c)
{
    const bool ok = refine_plan(c->plan, c->costs);

    for (size_t i = 0; ok && i < c->plan->cell_count; i++)
        c->dead[i] = c->dead[i] || c->plan->cells[i].rung == RUNG_DROPPED;
    return ok;
}

/* What the calls of one session and their checks take, as calibration found. */
static double expected_ns(const struct campaign *c, size_t cell)
{
    const struct metric *m = plan_metric_of(c->plan, cell);
    const double call_ns = (double)c->plan->cells[cell].count * (c->costs[cell].item_ns + c->costs[cell].check_ns);

    if (m->item_per_worker)
        return c->dead[cell] ? 0 : (double)plan_session_ns(c->plan, m);
    return c->dead[cell] ? 0 : call_ns * (double)(PLAN_WARMUPS + c->plan->rounds);
}

double campaign_session_ns(const struct campaign *c, size_t cell)
{
    if (c->dead[cell])
        return 0;
    return fmin(c->seen[cell] ? c->seen_ns[cell] / (double)c->seen[cell] : expected_ns(c, cell), WEEK_NS);
}

/* The same at least, by what was asked for alone: cheap to tell before anything runs. */
static double asked_session_ns(const struct campaign *c, size_t cell)
{
    const struct plan_cell *p = &c->plan->cells[cell];
    const struct counts_cost cost = {.item_ns = (double)p->work_ns};
    const double cpus = (double)(p->workers < c->plan->usable ? p->workers : c->plan->usable);

    if (p->work_ns == 0 || p->rung != RUNG_SOLID || plan_metric_of(c->plan, cell)->item_per_worker)
        return 0;
    const size_t count =
        p->count ? p->count : counts_for_cost(c->plan, plan_metric_of(c->plan, cell), cost, c->most_workers);
    return (double)count * cost.item_ns / cpus * (double)(PLAN_WARMUPS + c->plan->rounds);
}

static bool fits(const struct campaign *c, double (*cell_ns)(const struct campaign *, size_t cell), char why[WHY_SIZE])
{
    double total_ns = 0;
    char needs[32], has[32];

    for (size_t i = 0; i < c->plan->cell_count; i++)
        total_ns += cell_ns(c, i) * (double)c->plan->launches;
    if (total_ns <= TOO_LONG * (double)c->plan->budget_ns)
        return true;
    snprintf(why, WHY_SIZE,
             "this needs about %s where the budget is %s: choose fewer cells, less work, or a larger --budget",
             units_format_ns(total_ns, needs, sizeof needs),
             units_format_ns((double)c->plan->budget_ns, has, sizeof has));
    return false;
}

enum campaign_end campaign_prepare(struct campaign *c, char why[WHY_SIZE])
{
    if (!fits(c, asked_session_ns, why))
        return CAMPAIGN_TOO_LONG;
    enum campaign_end end = prove_all(c);
    if (end == CAMPAIGN_DONE)
        c->world.calibrate(c->world.arg);
    if (end == CAMPAIGN_DONE)
        end = find_costs(c);
    const bool refined = end == CAMPAIGN_DONE && refine(c);
    if (refined)
        end = find_costs(c);
    if (end != CAMPAIGN_DONE)
        return end;
    if (!refined || !counts_choose(c->plan, c->costs)) {
        snprintf(why, WHY_SIZE, "out of memory for the sizes of calls");
        return CAMPAIGN_CANNOT;
    }
    return fits(c, expected_ns, why) ? CAMPAIGN_DONE : CAMPAIGN_TOO_LONG;
}
