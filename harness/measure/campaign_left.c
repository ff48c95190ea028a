/* What is left of a campaign: of the launches that are planned, and those that are going to be added. */
#include "campaign_parts.h"

#include <stdlib.h>

bool *campaign_done(const struct campaign *c, size_t launch, size_t cell)
{
    return &c->done[launch * c->plan->cell_count + cell];
}

size_t campaign_cell_at(const struct campaign *c, size_t launch, size_t place)
{
    return c->plan->order[launch * c->plan->cell_count + place];
}

static double spent_ns(const struct campaign *c)
{
    return (double)(c->before_ns + campaign_now_ns(c) - c->measuring_ns);
}

bool campaign_is_over(const struct campaign *c, double ahead_ns, double limit_ns)
{
    return spent_ns(c) + ahead_ns > limit_ns;
}

struct more_ahead campaign_launch_left(const struct campaign *c, size_t launch)
{
    struct more_ahead a = {0};

    for (size_t i = 0, n = plan_visits(c->plan, launch); i < n; i++) {
        const size_t cell = campaign_cell_at(c, launch, i);
        if (c->dead[cell] || *campaign_done(c, launch, cell))
            continue;
        a.sessions++;
        a.ns += campaign_session_ns(c, cell);
    }
    return a;
}

/* Of the launches that are planned, those for which there is time. */
static struct more_ahead planned_left(const struct campaign *c, size_t launch)
{
    struct more_ahead all = {0};

    for (size_t l = launch; l < c->plan->launches; l++) {
        const struct more_ahead a = campaign_launch_left(c, l);
        if (l > launch && l >= PLAN_LAUNCHES_MIN && campaign_is_over(c, all.ns + a.ns, (double)c->left_ns))
            break;
        all.sessions += a.sessions;
        all.ns += a.ns;
    }
    return all;
}

struct more_ahead campaign_left(const struct campaign *c, size_t launch)
{
    struct more_ahead all = planned_left(c, launch);

    all.sessions += c->more.sessions;
    all.ns += c->more.ns;
    return all;
}

/* With ahead_ns of the time that is left spent otherwise. Owns: the caller frees m.session_ns and the summary. */
static bool open_more(const struct campaign *c, double ahead_ns, struct more *m, double *session_ns,
                      struct summary *summary)
{
    for (size_t i = 0; i < c->plan->cell_count; i++)
        session_ns[i] = campaign_session_ns(c, i);
    *m = (struct more){c->plan, summary, c->dead, session_ns, (double)c->left_ns - spent_ns(c) - ahead_ns};
    return summary_make(c->plan, c->journal.samples.list, c->journal.samples.count, summary);
}

size_t campaign_choose_more(const struct campaign *c, bool *wanted)
{
    double *session_ns = calloc(c->plan->cell_count, sizeof *session_ns);
    struct summary summary;
    size_t launches = SIZE_MAX;
    struct more m;

    if (session_ns && open_more(c, 0, &m, session_ns, &summary)) {
        launches = more_choose(&m, wanted);
        summary_free(&summary);
    }
    free(session_ns);
    return launches;
}

bool campaign_foresee(struct campaign *c, size_t next)
{
    double *session_ns = calloc(c->plan->cell_count, sizeof *session_ns);
    struct summary summary;
    struct more m;
    bool ok = session_ns;

    c->more = (struct more_ahead){0};
    if (ok && c->plan->launches < c->plan->launches_max) {
        ok = open_more(c, planned_left(c, next).ns, &m, session_ns, &summary) && more_foresee(&m, &c->more);
        summary_free(&summary);
    }
    free(session_ns);
    return ok;
}
