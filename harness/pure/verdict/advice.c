#include "advice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A measured point: x is work or payload. */
struct point {
    double x;
    struct stats_median y;
};

/* What all strategies are asked. */
struct asker {
    const struct plan *plan;
    const struct summary *summary;
    const struct advice_question *question;
    size_t workload, payload; /* SIZE_MAX: none */
    struct point *points;     /* room for one curve */
};

/* The estimate of a quantity of a cell; NULL: it is of another metric, or was not measured. */
static const struct stats_median *estimate_of(const struct asker *a, size_t cell, const char *metric,
                                              const char *quantity)
{
    const struct metric *m = plan_metric_of(a->plan, cell);
    const size_t q = strcmp(m->name, metric) == 0 ? metric_quantity_named(m, quantity) : SIZE_MAX;
    const struct stats_median *e = q == SIZE_MAX ? NULL : &summary_of(a->summary, cell, q)->estimate;

    return e && e->n > 0 ? e : NULL;
}

static bool is_at(const struct asker *a, size_t cell, size_t strategy, size_t workers)
{
    return a->plan->cells[cell].strategy == strategy && a->plan->cells[cell].workers == workers &&
           a->plan->cells[cell].chunk == 0 && a->plan->cells[cell].resident_bytes == 0;
}

static bool has_times(const struct asker *a, size_t cell)
{
    return estimate_of(a, cell, "throughput", "time_per_item") != NULL;
}

/* spin, whose tasks last exactly as long as they are asked to; else any workload that was given works. */
static size_t find_workload(const struct asker *a)
{
    size_t found = SIZE_MAX;

    for (size_t c = 0; c < a->plan->cell_count; c++) {
        const size_t w = a->plan->cells[c].workload;
        if (a->plan->cells[c].work_ns == 0 || !has_times(a, c))
            continue;
        if (strcmp(a->plan->workloads[w].name, "spin") == 0)
            return w;
        found = found == SIZE_MAX ? w : found;
    }
    return found;
}

/* The first workload that was given payloads. */
static size_t find_payload(const struct asker *a)
{
    for (size_t c = 0; c < a->plan->cell_count; c++)
        if (a->plan->cells[c].in_bytes > 0 && has_times(a, c))
            return a->plan->cells[c].workload;
    return SIZE_MAX;
}

static int by_x(const void *a, const void *b)
{
    const struct point *x = a, *y = b;

    return x->x < y->x ? -1 : x->x > y->x;
}

/* The curve of one strategy at so many workers, over work or over payload. Returns its length. */
static size_t take_curve(const struct asker *a, size_t strategy, size_t workers, bool payload)
{
    size_t n = 0;

    for (size_t c = 0; c < a->plan->cell_count; c++) {
        const struct plan_cell *cell = &a->plan->cells[c];
        const size_t x = payload ? cell->in_bytes : cell->work_ns;
        if (cell->workload != (payload ? a->payload : a->workload) || x == 0 || (!payload && cell->in_bytes > 0) ||
            !is_at(a, c, strategy, workers) || !has_times(a, c))
            continue;
        a->points[n++] = (struct point){(double)x, *estimate_of(a, c, "throughput", "time_per_item")};
    }
    qsort(a->points, n, sizeof *a->points, by_x);
    return n;
}

static double between(double x, double x0, double x1, double y0, double y1)
{
    const double share = x1 > x0 ? (log(x) - log(x0)) / (log(x1) - log(x0)) : 0;

    return exp(log(y0) + share * (log(y1) - log(y0)));
}

/* The curve at x; beyond its ends, the last point. */
static enum advice_ground look_up(const struct point *p, size_t n, double x, struct stats_median *y, double nearest[2])
{
    size_t i = 0;

    while (i + 1 < n && p[i + 1].x <= x)
        i++;
    const size_t k = x > p[i].x && i + 1 < n ? i + 1 : i;
    nearest[0] = p[i].x;
    nearest[1] = p[k].x;
    *y = p[i].y;
    if (k != i) {
        y->median = between(x, p[i].x, p[k].x, p[i].y.median, p[k].y.median);
        y->low = between(x, p[i].x, p[k].x, p[i].y.low, p[k].y.low);
        y->high = between(x, p[i].x, p[k].x, p[i].y.high, p[k].y.high);
        y->has_interval = p[i].y.has_interval && p[k].y.has_interval;
        y->n = p[i].y.n < p[k].y.n ? p[i].y.n : p[k].y.n;
        return ADVICE_INSIDE;
    }
    return x == p[i].x ? ADVICE_INSIDE : ADVICE_OUTSIDE;
}

/* What the payload adds to an item: its time at that payload less that at the smallest measured one. */
static void add_payload(const struct asker *a, struct advice_option *o)
{
    const size_t n = a->question->arg_bytes ? take_curve(a, o->strategy, o->workers, true) : 0;
    struct stats_median y;
    double nearest[2];

    if (n < 2)
        return;
    o->payload = look_up(a->points, n, (double)a->question->arg_bytes, &y, nearest);
    o->payload_ns = fmax(0, y.median - a->points[0].y.median);
}

/* What is paid per call and per pool, as far as it was measured. */
static void add_fixed(const struct asker *a, struct advice_option *o)
{
    double create = NAN, end = NAN;

    for (size_t c = 0; c < a->plan->cell_count; c++) {
        const struct stats_median *e;
        if (!is_at(a, c, o->strategy, o->workers))
            continue;
        if ((e = estimate_of(a, c, "latency", "back_to_back_p50"))) {
            o->start_ns = e->median;
            o->start = ADVICE_INSIDE;
        }
        if ((e = estimate_of(a, c, "lifecycle", "create")))
            create = e->median;
        if ((e = estimate_of(a, c, "lifecycle", "close_join")))
            end = e->median;
    }
    o->life_ns = create + end;
}

/*
 * Beyond the grid: so much more or less, but no less than the work itself takes. As uncertain as the nearest point, in
 * proportion or in nanoseconds, whichever is more.
 */
static void move(struct stats_median *item, double by_ns, double least_ns)
{
    const double median = fmax(item->median + by_ns, least_ns), factor = median / item->median;

    item->median = median;
    item->low = fmax(least_ns, fmin(item->low * factor, item->low + by_ns));
    item->high = fmax(item->high * factor, item->high + by_ns);
}

/* False: this strategy was not measured at so many workers. */
static bool ask(const struct asker *a, size_t strategy, size_t workers, struct advice_option *o)
{
    const size_t n = take_curve(a, strategy, workers, false);
    const double task = a->question->task_ns, count = (double)a->question->count;
    const double cpus = fmin((double)workers, (double)a->plan->usable);
    struct stats_median item;

    if (n == 0)
        return false;
    *o = (struct advice_option){.strategy = strategy, .workers = workers};
    o->work = look_up(a->points, n, task, &item, o->nearest_ns);
    if (o->work == ADVICE_OUTSIDE)
        move(&item, (task - o->nearest_ns[0]) / cpus, task / cpus);
    o->item_ns = item.median;
    add_payload(a, o);
    add_fixed(a, o);
    /* The last turn takes as long as any, with however few items. */
    const double items = ceil(count / cpus) * cpus, fixed = o->start_ns + items * o->payload_ns;
    o->call_ns = item;
    o->call_ns.median = fixed + items * item.median;
    o->call_ns.low = fixed + items * item.low;
    o->call_ns.high = fixed + items * item.high;
    return true;
}

/* The question's workers, or any that the machine has CPUs and the call has items for. Serial is always asked. */
static bool fits(const struct asker *a, const struct plan_cell *c)
{
    if (strcmp(a->plan->strategies[c->strategy].name, "serial") == 0)
        return true;
    if (a->question->workers)
        return c->workers == a->question->workers;
    return !c->oversubscribed && c->workers <= a->question->count;
}

static bool ask_all(const struct asker *a, size_t strategy, struct advice_option *best)
{
    bool found = false;

    for (size_t i = 0; i < a->plan->cell_count; i++) {
        const struct plan_cell *c = &a->plan->cells[i];
        struct advice_option o;
        if (c->strategy != strategy || c->workload != a->workload || !fits(a, c) || !ask(a, strategy, c->workers, &o))
            continue;
        if (!found || o.call_ns.median < best->call_ns.median)
            *best = o;
        found = true;
    }
    return found;
}

static int by_call(const void *a, const void *b)
{
    const struct advice_option *x = a, *y = b;

    if (x->call_ns.median != y->call_ns.median)
        return x->call_ns.median < y->call_ns.median ? -1 : 1;
    return x->strategy < y->strategy ? -1 : x->strategy > y->strategy;
}

bool advice_make(const struct plan *p, const struct summary *s, const struct advice_question *q, struct advice *advice)
{
    struct asker a = {.plan = p, .summary = s, .question = q, .points = calloc(p->cell_count, sizeof *a.points)};

    *advice = (struct advice){.options = calloc(p->strategy_count, sizeof *advice->options)};
    const bool ok = a.points && advice->options;
    advice->workload = a.workload = ok ? find_workload(&a) : SIZE_MAX;
    a.payload = ok ? find_payload(&a) : SIZE_MAX;
    for (size_t i = 0; a.workload != SIZE_MAX && i < p->strategy_count; i++)
        advice->count += ask_all(&a, i, &advice->options[advice->count]);
    if (advice->count > 0)
        qsort(advice->options, advice->count, sizeof *advice->options, by_call);
    for (size_t i = 0; i < advice->count; i++)
        advice->options[i].tied = stats_tied(&advice->options[0].call_ns, &advice->options[i].call_ns);
    free(a.points);
    return ok;
}
