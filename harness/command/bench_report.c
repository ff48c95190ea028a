#define _GNU_SOURCE
#include "bench_report.h"

#include "../measure/campaign_parts.h"
#include "../plot.h"
#include "../pure/own.h"
#include "../pure/table.h"
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the end of a run is made of. */
struct page {
    const struct campaign *campaign;
    const struct store *store;
    struct summary summary;
    struct rounds rounds;
    struct soundness soundness;
    struct own own;
};

static void say_launches(const struct campaign *c, bool interrupted)
{
    if (c->launches_done < c->plan->launches)
        message("%zu of %zu launches are complete%s", c->launches_done, c->plan->launches,
                interrupted ? "" : ": the budget is spent");
    if (c->launches_done < PLAN_LAUNCHES_MIN)
        message("below %d launches a median has no interval", PLAN_LAUNCHES_MIN);
}

/* What everything below depends on comes before it. */
static void warn_of_twins(const struct page *p)
{
    const struct stats_median *aa = &p->soundness.aa;
    const char *name = p->campaign->plan->strategies[p->soundness.twin].name;

    if (!p->soundness.has_aa || p->soundness.aa_sound)
        return;
    if (aa->has_interval)
        printf(
            "WARNING: %s against itself comes out at %.4f [%.4f, %.4f], which excludes 1 or reaches farther than 5 %%\n"
            "from it: what differs by no more than that is inconclusive in this run.\n\n",
            name, aa->median, aa->low, aa->high);
    else
        printf("WARNING: %s was measured against itself in %zu launches only: too few to tell what is noise.\n\n", name,
               aa->n);
}

static void warn_of_drift(const struct campaign *c)
{
    if (canary_range(&c->canary) > CANARY_NOTED)
        message("note: the same serial kernel took %.3g to %.3g ms, so this machine was not steady: compare with care",
                (double)c->canary.least_ns / 1e6, (double)c->canary.most_ns / 1e6);
    if (c->repeated > 0)
        message("note: %zu of %zu sessions were repeated, because the kernel took 10 %% more or less than usual beside "
                "them",
                c->repeated, c->sessions);
}

/* Pictures are a bonus: without them the results are complete all the same. */
static bool draw(const struct store *store)
{
    char why[WHY_SIZE];

    if (plot_results(store->path, "svg", why))
        return true;
    message("no plots: %s", why);
    return false;
}

static bool open_page(struct page *p)
{
    const struct samples *s = &p->campaign->journal.samples;
    const struct own_lines lines = {.samples = s->list,
                                    .canaries = s->canaries,
                                    .empties = s->empties,
                                    .sessions = s->sessions,
                                    .sample_count = s->count,
                                    .canary_count = s->canary_count,
                                    .empty_count = s->empty_count,
                                    .session_count = s->session_count};

    return summary_make(p->campaign->plan, s->list, s->count, &p->summary) &&
           rounds_open(&p->rounds, &p->summary.launches, s->list, s->count) &&
           soundness_find(&p->rounds, s->list, s->count, s->canaries, s->canary_count, &p->soundness) &&
           own_make(p->campaign->plan, &lines, &p->soundness, &p->own);
}

static void close_page(struct page *p)
{
    rounds_free(&p->rounds);
    summary_free(&p->summary);
}

/* summary.csv: the cells, then the run itself. */
static int write_summary(const struct page *p)
{
    char *cells = summary_to_csv(p->campaign->plan, &p->summary), *own = own_to_csv(p->campaign->plan, &p->own);
    char *text = cells && own ? malloc(strlen(cells) + strlen(own) + 1) : NULL, why[WHY_SIZE] = "out of memory";

    if (text)
        strcpy(stpcpy(text, cells), own);
    const bool ok = text && store_write(p->store, "summary.csv", text, strlen(text), why);
    free(text);
    free(own);
    free(cells);
    return ok ? EXIT_GOOD : failure(EXIT_CANNOT, "%s", why);
}

static size_t count_unreached(const struct summary *s)
{
    size_t n = 0;

    for (size_t i = 0; i < s->count; i++)
        n += s->rows[i].target > 0 && s->rows[i].estimate.n > 0 && !s->rows[i].reached;
    return n;
}

static void print_own(const struct page *p)
{
    const struct campaign *c = p->campaign;
    const struct own *own = &p->own;
    char a[32], b[32];

    printf("\n");
    if (own->aa.has_interval)
        printf("A/A:     %s against itself: %.4f [%.4f, %.4f] over %zu launches\n", c->plan->strategies[own->twin].name,
               own->aa.median, own->aa.low, own->aa.high, own->aa.n);
    printf("Targets: %zu estimates have not reached theirs (reached=no in summary.csv)\n",
           count_unreached(&p->summary));
    printf("Clock:   two readings with nothing between them take %s\n",
           units_format_ns(own->empty_ns.median, a, sizeof a));
    printf("Harness: %s a sample; every result of every call was verified, which took %s,\n",
           units_format_ns(own->sample_ns.median, a, sizeof a),
           units_format_ns((double)c->journal.own.check_ns, b, sizeof b));
    const int64_t book_ns = c->journal.own.book_ns + c->journal.storing_ns,
                  whole_ns = campaign_now_ns(c) - c->started_ns;
    printf("         and book-keeping %s: ", units_format_ns((double)book_ns, a, sizeof a));
    printf("%.1f %% of %s\n", 100 * (double)(c->journal.own.check_ns + book_ns) / (double)whole_ns,
           units_format_ns((double)whole_ns, b, sizeof b));
}

static int print_page(const struct page *p)
{
    char *table = NULL;

    if (!table_format(p->campaign->plan, &p->summary, false, &table)) {
        free(table);
        return failure(EXIT_CANNOT, "out of memory for the table");
    }
    warn_of_twins(p);
    fputs(table, stdout);
    print_own(p);
    free(table);
    return EXIT_GOOD;
}

static int summarise(struct page *p)
{
    int code = open_page(p) ? write_summary(p) : failure(EXIT_CANNOT, "out of memory for the summary");

    if (code == EXIT_GOOD)
        code = print_page(p);
    close_page(p);
    return code;
}

int bench_report(const struct campaign *c, const struct store *store, bool plots, bool interrupted)
{
    struct page page = {.campaign = c, .store = store};

    say_launches(c, interrupted);
    warn_of_drift(c);
    if (c->journal.samples.count == 0)
        return failure(EXIT_FOUND, "nothing was measured; %s says what was planned", store->path);
    const int code = summarise(&page);
    if (code != EXIT_GOOD)
        return code;
    if (plots && draw(store))
        printf("Plots:   %s/plots/\n", store->path);
    printf("Results: %s\n", store->path);
    return c->launches_done < PLAN_LAUNCHES_MIN ? EXIT_INCONCLUSIVE : EXIT_GOOD;
}
