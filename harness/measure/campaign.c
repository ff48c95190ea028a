#include "campaign.h"

#include "../command/command.h"
#include "../conform/conform.h"
#include "../machine/clock.h"
#include "../machine/isolate.h"
#include "calibrate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t CANARY_NS = 5000000, SAMPLE_NS_MIN = 1000000, PATIENCE_NS = 60000000000;
enum { SAMPLE_TICKS_MIN = 1000, TOO_LONG = 3, HARD_LIMIT = 2 };

bool campaign_open(struct campaign *c, struct plan *plan, const struct runner *runner, char why[WHY_SIZE])
{
    *c = (struct campaign){.plan = plan, .started_ns = clock_now_ns(), .measure.runner = *runner};
    c->measure.runner.plan = plan;
    c->most_workers = counts_most_workers(plan);
    c->dead = calloc(plan->cell_count, sizeof *c->dead);
    c->costs = calloc(plan->cell_count, sizeof *c->costs);
    if (c->dead && c->costs)
        return true;
    campaign_free(c);
    snprintf(why, WHY_SIZE, "out of memory for %zu cells", plan->cell_count);
    return false;
}

void campaign_free(struct campaign *c)
{
    measure_free(&c->measure);
    free(c->dead);
    free(c->costs);
    *c = (struct campaign){0};
}

/* "latency, pthread_steal, nothing, 2 workers" */
static const char *cell_name(const struct campaign *c, size_t cell, char *text, size_t size)
{
    const struct plan_cell *p = &c->plan->cells[cell];

    snprintf(text, size, "%s, %s, %s, %zu worker%s", c->plan->metrics[p->metric]->name,
             c->plan->strategies[p->strategy].name, c->plan->workloads[p->workload].name, p->workers,
             p->workers == 1 ? "" : "s");
    return text;
}

static void leave_out(struct campaign *c, size_t cell, const char *why)
{
    char name[160];

    progress_clear(&c->progress);
    message("%s: %s; left out", cell_name(c, cell, name, sizeof name), why);
    c->dead[cell] = true;
    c->found = true;
    for (size_t i = 0; i < c->measure.count; i++) /* what it gave before cannot be believed either */
        if (c->measure.samples[i].cell == cell)
            c->measure.samples[i].verified = false;
}

static void refuse_strategy(struct campaign *c, size_t strategy, const char *why)
{
    progress_clear(&c->progress);
    message("%s is refused, for it does not keep the contract: %s", c->plan->strategies[strategy].name, why);
    c->found = true;
    for (size_t i = 0; i < c->plan->cell_count; i++)
        c->dead[i] = c->dead[i] || c->plan->cells[i].strategy == strategy;
}

static enum campaign_end prove_all(struct campaign *c)
{
    char why[WHY_SIZE] = "", what[96];

    progress_start(&c->progress, c->plan->strategy_count);
    for (size_t s = 0; s < c->plan->strategy_count; s++) {
        snprintf(what, sizeof what, "proving %s", c->plan->strategies[s].name);
        progress_show(&c->progress, s, what);
        const bool proven = conform_prove(&c->measure.runner.strategies[s], why);
        if (isolate_interrupted())
            return CAMPAIGN_INTERRUPTED;
        if (!proven)
            refuse_strategy(c, s, why);
    }
    progress_clear(&c->progress);
    return CAMPAIGN_DONE;
}

/* At every worker count of its own: more workers than CPUs can cost far more than one. */
static enum campaign_end find_costs(struct campaign *c)
{
    char why[WHY_SIZE], name[160], what[192];

    progress_start(&c->progress, c->plan->cell_count);
    for (size_t i = 0; i < c->plan->cell_count; i++) {
        if (c->dead[i] || plan_metric_of(c->plan, i)->item_per_worker)
            continue;
        snprintf(what, sizeof what, "sizing %s", cell_name(c, i, name, sizeof name));
        progress_show(&c->progress, i, what);
        switch (calibrate_cost(&c->measure.runner, &c->plan->cells[i], &c->costs[i], why)) {
        case RUNNER_DONE: break;
        case RUNNER_FAILED: leave_out(c, i, why); break;
        case RUNNER_INTERRUPTED: return CAMPAIGN_INTERRUPTED;
        }
    }
    progress_clear(&c->progress);
    return CAMPAIGN_DONE;
}

/* What the calls of one session and their checks take, as calibration found. */
static double session_ns(const struct campaign *c, size_t cell)
{
    const struct metric *m = plan_metric_of(c->plan, cell);
    const double call_ns = (double)c->plan->cells[cell].count * (c->costs[cell].item_ns + c->costs[cell].check_ns);

    if (m->item_per_worker)
        return c->dead[cell] ? 0 : (double)plan_session_ns(c->plan, m);
    return c->dead[cell] ? 0 : call_ns * (double)(PLAN_WARMUPS + c->plan->rounds);
}

/* The same at least, by what was asked for alone: cheap to tell before anything runs. */
static double asked_session_ns(const struct campaign *c, size_t cell)
{
    const struct plan_cell *p = &c->plan->cells[cell];
    const struct counts_cost cost = {.item_ns = (double)p->work_ns};
    const double cpus = (double)(p->workers < c->plan->usable ? p->workers : c->plan->usable);

    if (p->work_ns == 0 || plan_metric_of(c->plan, cell)->item_per_worker)
        return 0;
    const size_t count = p->count ? p->count : counts_for_cost(c->plan->call_ns, cost, c->most_workers);
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
    const double ticks_ns = SAMPLE_TICKS_MIN * clock_measure().tick_ns;

    if (!fits(c, asked_session_ns, why))
        return CAMPAIGN_TOO_LONG;
    enum campaign_end end = prove_all(c);
    c->measure.runner.sample_ns_min = ticks_ns > (double)SAMPLE_NS_MIN ? (int64_t)ticks_ns : SAMPLE_NS_MIN;
    c->measure.runner.loops_per_ns = calibrate_loops_per_ns();
    if (end == CAMPAIGN_DONE)
        end = find_costs(c);
    if (end != CAMPAIGN_DONE)
        return end;
    if (!counts_choose(c->plan, c->costs)) {
        snprintf(why, WHY_SIZE, "out of memory for the sizes of calls");
        return CAMPAIGN_CANNOT;
    }
    return fits(c, session_ns, why) ? CAMPAIGN_DONE : CAMPAIGN_TOO_LONG;
}

static void run_canary(struct campaign *c, size_t launch)
{
    const uint64_t loops = (uint64_t)(c->measure.runner.loops_per_ns * (double)CANARY_NS);
    const int64_t ns = calibrate_time_loops(loops);

    if (c->canary_ns_min == 0 || ns < c->canary_ns_min)
        c->canary_ns_min = ns;
    if (ns > c->canary_ns_max)
        c->canary_ns_max = ns;
    measure_store_canary(&c->measure, launch, loops, ns);
}

/* Proofs and calibration are paid from the budget, but leave the launches at least half of it. */
static void start_measuring(struct campaign *c)
{
    c->measuring_ns = clock_now_ns();
    const uint64_t budget_ns = c->plan->budget_ns, spent_ns = (uint64_t)(c->measuring_ns - c->started_ns);
    c->left_ns = spent_ns < budget_ns / 2 ? budget_ns - spent_ns : budget_ns / 2;
    progress_start(&c->progress, c->plan->cell_count * c->plan->launches);
}

static bool is_over(const struct campaign *c, int64_t ahead_ns, uint64_t limit_ns)
{
    return clock_now_ns() - c->measuring_ns + ahead_ns > (int64_t)limit_ns;
}

static enum campaign_end run_cell(struct campaign *c, size_t launch, size_t place, char why[WHY_SIZE])
{
    const size_t cell = c->plan->order[launch * c->plan->cell_count + place];
    const int64_t timeout_ns = PATIENCE_NS + (int64_t)(10 * session_ns(c, cell));

    switch (measure_cell(&c->measure, launch, place, timeout_ns, why)) {
    case RUNNER_DONE: break;
    case RUNNER_FAILED: leave_out(c, cell, why); break;
    case RUNNER_INTERRUPTED: return CAMPAIGN_INTERRUPTED;
    }
    if (!c->measure.store_failed)
        return CAMPAIGN_DONE;
    snprintf(why, WHY_SIZE, "%s", c->measure.why);
    return CAMPAIGN_CANNOT;
}

/* *stop: twice what was left of the budget is spent. */
static enum campaign_end run_launch(struct campaign *c, size_t launch, bool *stop, char why[WHY_SIZE])
{
    const size_t *row = c->plan->order + launch * c->plan->cell_count;
    enum campaign_end end = CAMPAIGN_DONE;
    char name[160];

    run_canary(c, launch);
    for (size_t i = 0; end == CAMPAIGN_DONE && !*stop && i < c->plan->cell_count; i++) {
        progress_show(&c->progress, launch * c->plan->cell_count + i, cell_name(c, row[i], name, sizeof name));
        if (!c->dead[row[i]])
            end = run_cell(c, launch, i, why);
        *stop = is_over(c, 0, HARD_LIMIT * c->left_ns);
    }
    c->launches_done += end == CAMPAIGN_DONE && !*stop;
    return end;
}

enum campaign_end campaign_run(struct campaign *c, struct store *store, char why[WHY_SIZE])
{
    enum campaign_end end = CAMPAIGN_DONE;
    int64_t launch_ns = 0;
    bool stop = false;

    c->measure.store = store;
    start_measuring(c);
    for (size_t l = 0; end == CAMPAIGN_DONE && !stop && l < c->plan->launches; l++) {
        const int64_t start_ns = clock_now_ns();
        if (l >= PLAN_LAUNCHES_MIN && is_over(c, launch_ns, c->left_ns))
            break;
        end = run_launch(c, l, &stop, why);
        launch_ns = clock_now_ns() - start_ns;
    }
    progress_clear(&c->progress);
    return end;
}
