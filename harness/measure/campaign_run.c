/* The launches of a campaign: session by session, with a canary between them, until budget or targets are reached. */
#include "../command/command.h"
#include "../pure/stats/looks.h"
#include "campaign_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const int64_t PATIENCE_NS = 60000000000;
enum { TRIES_MAX = 3, REPEATS_SHARE = 10, WARMUP_SHARE = 10 };

/* Proofs and calibration are paid from the budget, but leave the launches at least half of it. */
static void start_measuring(struct campaign *c)
{
    c->measuring_ns = campaign_now_ns(c);
    const uint64_t budget_ns = c->plan->budget_ns, spent_ns = (uint64_t)(c->measuring_ns - c->started_ns);
    c->left_ns = spent_ns < budget_ns / 2 ? budget_ns - spent_ns : budget_ns / 2;
    progress_start(&c->progress, 1);
}

static void show(struct campaign *c, size_t launch, size_t cell)
{
    char name[CAMPAIGN_NAME_SIZE];

    if (!progress_is_due(&c->progress))
        return;
    const struct more_ahead a = campaign_left(c, launch);
    progress_show_left(&c->progress, c->sessions, c->sessions + a.sessions, (int64_t)fmin(a.ns, 1e18),
                       campaign_cell_name(c, cell, name));
}

static void run_canary(struct campaign *c, size_t launch)
{
    uint64_t loops = 0;
    const int64_t ns = c->world.canary_ns(c->world.arg, &loops);

    journal_machine(&c->journal, SAMPLE_CANARY, launch, loops, (double)ns);
    c->off = canary_take(&c->canary, ns);
}

/* What is repeated is at most a share of what was planned. */
static bool may_repeat(const struct campaign *c, size_t tries)
{
    return tries < TRIES_MAX && c->repeated * REPEATS_SHARE < c->plan->cell_count * c->plan->launches;
}

/* The session itself. *valid: the machine was steady before and after, and its clock went forward. */
static enum runner_end take_session(struct campaign *c, struct journal_session *s, int64_t *wall_ns, bool *valid,
                                    char why[WHY_SIZE])
{
    const int64_t timeout_ns = PATIENCE_NS + (int64_t)(10 * campaign_session_ns(c, s->cell));
    const int64_t warmup_ns = (int64_t)(c->plan->budget_ns / WARMUP_SHARE / (c->plan->cell_count * c->plan->launches));

    for (int i = 0; c->off && i < TRIES_MAX; i++) /* it may pass */
        run_canary(c, s->launch);
    const bool off = c->off;
    const int64_t start_ns = campaign_now_ns(c);
    const enum runner_end end =
        c->world.session(c->world.arg, &c->plan->cells[s->cell], warmup_ns, timeout_ns, journal_take, s, why);
    *wall_ns = campaign_now_ns(c) - start_ns;
    if (end == RUNNER_DONE)
        run_canary(c, s->launch);
    *valid = !off && !c->off && *wall_ns >= 0;
    return end;
}

/* One try of a session, from its first canary to its last line. */
static enum runner_end try_session(struct campaign *c, size_t launch, size_t place, size_t tries, bool *valid,
                                   char why[WHY_SIZE])
{
    const int64_t start_ns = campaign_now_ns(c);
    struct journal_session s = journal_session_begin(&c->journal, launch, place);
    int64_t wall_ns;
    const enum runner_end end = take_session(c, &s, &wall_ns, valid, why);

    if (end == RUNNER_INTERRUPTED) {
        journal_session_drop(&s);
        return end;
    }
    *valid = *valid || end == RUNNER_FAILED || !may_repeat(c, tries + 1);
    journal_session_end(&s, tries, wall_ns, *valid, end == RUNNER_DONE);
    c->repeated += !*valid;
    c->sessions++;
    c->seen[s.cell]++;
    c->seen_ns[s.cell] += fmax(0, (double)(campaign_now_ns(c) - start_ns));
    return end;
}

static enum campaign_end check(const struct campaign *c, char why[WHY_SIZE])
{
    const size_t usable = c->world.usable(c->world.arg);

    if (c->journal.failed) {
        snprintf(why, WHY_SIZE, "%s", c->journal.why);
        return CAMPAIGN_CANNOT;
    }
    if (usable >= c->usable)
        return CAMPAIGN_DONE;
    snprintf(why, WHY_SIZE, "of the %zu CPUs that this run began with only %zu are left to it: give them back",
             c->usable, usable);
    return CAMPAIGN_CANNOT;
}

/* Until a session counts. */
static enum campaign_end run_cell(struct campaign *c, size_t launch, size_t place, char why[WHY_SIZE])
{
    const size_t cell = campaign_cell_at(c, launch, place);
    enum campaign_end end = check(c, why);
    bool valid = false;

    for (size_t tries = 0; end == CAMPAIGN_DONE && !valid; tries++) {
        switch (try_session(c, launch, place, tries, &valid, why)) {
        case RUNNER_DONE: break;
        case RUNNER_FAILED: campaign_leave_out(c, cell, why); break;
        case RUNNER_INTERRUPTED: return CAMPAIGN_INTERRUPTED;
        }
        end = check(c, why);
    }
    *campaign_done(c, launch, cell) = end == CAMPAIGN_DONE;
    return end;
}

static bool is_left(const struct campaign *c, size_t launch)
{
    for (size_t i = 0, n = plan_visits(c->plan, launch); i < n; i++)
        if (!c->dead[campaign_cell_at(c, launch, i)] && !*campaign_done(c, launch, campaign_cell_at(c, launch, i)))
            return true;
    return false;
}

static enum campaign_end foresee(struct campaign *c, size_t next, char why[WHY_SIZE])
{
    if (campaign_foresee(c, next))
        return CAMPAIGN_DONE;
    snprintf(why, WHY_SIZE, "out of memory for what is ahead");
    return CAMPAIGN_CANNOT;
}

/* *stop: twice what was left of the budget is spent. */
static enum campaign_end run_launch(struct campaign *c, size_t launch, bool *stop, char why[WHY_SIZE])
{
    enum campaign_end end = CAMPAIGN_DONE;
    const bool left = is_left(c, launch);

    if (left) {
        journal_machine(&c->journal, SAMPLE_EMPTY, launch, 0, c->world.empty_ns(c->world.arg));
        run_canary(c, launch);
    }
    for (size_t i = 0, n = plan_visits(c->plan, launch); end == CAMPAIGN_DONE && !*stop && i < n; i++) {
        const size_t cell = campaign_cell_at(c, launch, i);
        if (c->dead[cell] || *campaign_done(c, launch, cell))
            continue;
        show(c, launch, cell);
        end = run_cell(c, launch, i, why);
        *stop = campaign_is_over(c, 0, CAMPAIGN_HARD_LIMIT * (double)c->left_ns);
    }
    c->launches_done += end == CAMPAIGN_DONE && !*stop;
    return end == CAMPAIGN_DONE && left ? foresee(c, launch + 1, why) : end;
}

/* The launches from `first` on that are planned; *stop: the budget is spent. */
static enum campaign_end run_planned(struct campaign *c, size_t first, bool *stop, char why[WHY_SIZE])
{
    enum campaign_end end = CAMPAIGN_DONE;

    for (size_t l = first; end == CAMPAIGN_DONE && !*stop && l < c->plan->launches; l++) {
        *stop = l >= PLAN_LAUNCHES_MIN && campaign_is_over(c, campaign_launch_left(c, l).ns, (double)c->left_ns);
        if (!*stop)
            end = run_launch(c, l, stop, why);
    }
    return end;
}

/* Put more launches into the plan, and keep it, before their first sample. *more: there are some. */
static enum campaign_end plan_more(struct campaign *c, bool *more, char why[WHY_SIZE])
{
    bool *wanted = calloc(c->plan->cell_count, sizeof *wanted);
    const size_t n = c->plan->launches; /* fewer have no intervals that tell who needs more */
    const size_t launches = wanted && n >= PLAN_LAUNCHES_MIN && looks_next(n) <= c->plan->launches_max
                                ? campaign_choose_more(c, wanted)
                                : 0;
    bool ok = wanted && launches != SIZE_MAX && (launches == 0 || plan_extend(c->plan, launches, wanted));

    free(wanted);
    if (!ok)
        snprintf(why, WHY_SIZE, "out of memory for more launches");
    *more = launches > 0;
    ok = ok && (!*more || c->keeper.keep(c->keeper.arg, c->plan, why));
    return ok ? CAMPAIGN_DONE : CAMPAIGN_CANNOT;
}

enum campaign_end campaign_run(struct campaign *c, struct store *store, char why[WHY_SIZE])
{
    enum campaign_end end;
    bool stop = false, more = true;
    size_t first = 0;

    c->journal.store = store;
    start_measuring(c);
    do {
        end = foresee(c, first, why);
        if (end == CAMPAIGN_DONE)
            end = run_planned(c, first, &stop, why);
        first = c->plan->launches;
        if (end == CAMPAIGN_DONE && !stop)
            end = plan_more(c, &more, why);
    } while (end == CAMPAIGN_DONE && !stop && more);
    progress_clear(&c->progress);
    return end;
}
