#include "bench_report.h"

#include "../machine/clock.h"
#include "../machine/isolate.h"
#include "../plot.h"
#include "../pure/table.h"
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say_shortfalls(const struct campaign *c)
{
    if (c->launches_done < c->plan->launches)
        message("%zu of %zu launches are complete%s", c->launches_done, c->plan->launches,
                isolate_interrupted() ? "" : ": the budget is spent");
    if (c->launches_done < PLAN_LAUNCHES_MIN)
        message("below %d launches a median has no interval", PLAN_LAUNCHES_MIN);
    if (c->canary_ns_max > c->canary_ns_min + c->canary_ns_min / 33)
        message("note: the same serial kernel took %.3g to %.3g ms, so this machine was not steady: compare with care",
                (double)c->canary_ns_min / 1e6, (double)c->canary_ns_max / 1e6);
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

static int summarise(const struct campaign *c, const struct store *store)
{
    struct summary summary;
    char *csv = NULL, *table = NULL, why[WHY_SIZE];
    int code = EXIT_CANNOT;

    if (!summary_make(c->plan, c->measure.samples, c->measure.count, &summary))
        return failure(EXIT_CANNOT, "out of memory for the summary");
    csv = summary_to_csv(c->plan, &summary);
    if (!csv || !table_format(c->plan, &summary, &table)) {
        failure(code, "out of memory for the summary");
        goto err0;
    }
    if (!store_write(store, "summary.csv", csv, strlen(csv), why)) {
        failure(code, "%s", why);
        goto err0;
    }
    fputs(table, stdout);
    code = EXIT_GOOD;

err0:
    free(table);
    free(csv);
    summary_free(&summary);
    return code;
}

int bench_report(const struct campaign *c, const struct store *store, bool plots)
{
    char checked[32], whole[32];

    say_shortfalls(c);
    if (c->measure.count == 0)
        return failure(EXIT_FOUND, "nothing was measured; %s says what was planned", store->path);
    const int code = summarise(c, store);
    if (code != EXIT_GOOD)
        return code;
    const bool drawn = plots && draw(store);
    printf("\nEvery result of every call was verified, which took %s of %s.\n",
           units_format_ns((double)c->measure.check_ns, checked, sizeof checked),
           units_format_ns((double)(clock_now_ns() - c->started_ns), whole, sizeof whole));
    if (drawn)
        printf("Plots:   %s/plots/\n", store->path);
    printf("Results: %s\n", store->path);
    return c->launches_done < PLAN_LAUNCHES_MIN ? EXIT_INCONCLUSIVE : EXIT_GOOD;
}
