/* How long a plan takes, and what it gives up to keep to its budget. */
#include "plan_parts.h"

#include <stdio.h>
#include <string.h>

/* Starting a process and a pool, filling the arrays, ending both: the part of a session that no call accounts for. */
#define SESSION_NS UINT64_C(15000000)
#define CALL_NS_MIN UINT64_C(1000000)

uint64_t plan_call_ns(const struct plan *p, const struct metric *m, size_t workers)
{
    return m->long_calls ? 2 * (workers < p->usable ? workers : p->usable) * p->call_ns : p->call_ns;
}

uint64_t plan_session_ns(const struct plan *p, const struct metric *m)
{
    if (m->session_ns)
        return m->session_ns(p);
    /* Pools share a long call out, whose count is rounded up; the few serial ones are not worth another rule. */
    const uint64_t call_ns = m->long_calls ? 3 * p->call_ns : p->call_ns;
    return (PLAN_WARMUPS + p->rounds) * call_ns;
}

/* Cells of a metric; of its refinements, of which most are dropped, every third. */
static size_t cells_of(const struct plan *p, size_t metric)
{
    size_t cells = 0, between = 0;

    for (size_t i = 0; i < p->cell_count; i++) {
        cells += p->cells[i].metric == metric && p->cells[i].rung == RUNG_SOLID;
        between += p->cells[i].metric == metric && p->cells[i].rung == RUNG_BETWEEN;
    }
    return cells + (between + 2) / 3;
}

uint64_t plan_estimate_ns(const struct plan *p)
{
    uint64_t launch_ns = 0;

    for (size_t m = 0; m < p->metric_count; m++)
        launch_ns += cells_of(p, m) * (SESSION_NS + plan_session_ns(p, p->metrics[m]));
    return p->launches * launch_ns;
}

/* In small steps: not every metric's session shrinks with its calls. */
static void shorten_calls(struct plan *p, uint64_t budget_ns)
{
    while (p->call_ns > CALL_NS_MIN && plan_estimate_ns(p) > budget_ns)
        p->call_ns = p->call_ns / 8 * 7 > CALL_NS_MIN ? p->call_ns / 8 * 7 : CALL_NS_MIN;
}

/* Append "; launches from 9 to 6" where that has changed. */
static void note_change(struct plan *p, const char *what, const char *was, const char *is)
{
    const size_t used = strlen(p->reduced);

    if (strcmp(was, is) != 0)
        snprintf(p->reduced + used, sizeof p->reduced - used, "%s%s from %s to %s",
                 used ? ", " : "to fit the budget: ", what, was, is);
}

static void note_changes(struct plan *p, size_t rounds, size_t launches, uint64_t call_ns, bool fits)
{
    char was[32], is[32];

    snprintf(was, sizeof was, "%zu", rounds);
    snprintf(is, sizeof is, "%zu", p->rounds);
    note_change(p, "rounds", was, is);
    snprintf(was, sizeof was, "%zu", launches);
    snprintf(is, sizeof is, "%zu", p->launches);
    note_change(p, "launches", was, is);
    note_change(p, "a serial call", units_format_ns((double)call_ns, was, sizeof was),
                units_format_ns((double)p->call_ns, is, sizeof is));
    const size_t used = strlen(p->reduced);
    if (!fits)
        snprintf(p->reduced + used, sizeof p->reduced - used, "; it still needs about %s",
                 units_format_ns((double)plan_estimate_ns(p), is, sizeof is));
}

/* Rounds first, for launches are what an interval is made of; then launches; then the items of a call. */
void plan_fit_budget(struct plan *p)
{
    const uint64_t budget_ns = p->budget_ns / 100 * 85; /* the rest proves, calibrates and plots */
    const size_t rounds = p->rounds, launches = p->launches;
    const uint64_t call_ns = p->call_ns;

    while (p->rounds > 1 && plan_estimate_ns(p) > budget_ns)
        p->rounds--;
    while (p->launches > PLAN_LAUNCHES_MIN && plan_estimate_ns(p) > budget_ns)
        p->launches--;
    if (plan_estimate_ns(p) > budget_ns)
        shorten_calls(p, budget_ns);
    note_changes(p, rounds, launches, call_ns, plan_estimate_ns(p) <= budget_ns);
}
