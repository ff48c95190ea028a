/* The end of the report: where this was measured, how, and what the measuring itself cost. */
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void print_fact(const struct page *page, const char *name, const char *path)
{
    const json_t *fact = saved_fact(page->saved, path);

    fputs("<dt>", page->f);
    html_text(page->f, name);
    fputs("</dt><dd>", page->f);
    if (!fact || json_is_null(fact)) {
        const char *why = json_string_value(json_object_get(saved_fact(page->saved, "why"), path));
        fputs("<span class=\"soft\">not known", page->f);
        if (why) {
            fputs(": ", page->f);
            html_text(page->f, why);
        }
        fputs("</span>", page->f);
    } else if (json_is_string(fact))
        html_text(page->f, *json_string_value(fact) ? json_string_value(fact) : "none");
    else {
        char *text = json_dumps(fact, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
        html_text(page->f, text);
        free(text);
    }
    fputs("</dd>\n", page->f);
}

static void print_facts(const struct page *page)
{
    static const char *const facts[][2] = {
        {"CPU", "cpu_model"},
        {"Topology", "topology.summary"},
        {"Usable CPUs", "topology.usable"},
        {"Quota", "topology.quota"},
        {"Kernel", "kernel"},
        {"Distribution", "distribution"},
        {"Governors", "cpu.governors"},
        {"Boost", "cpu.boost"},
        {"SMT active", "cpu.smt_active"},
        {"Isolated CPUs", "cpu.isolated"},
        {"Virtual machine", "virtual.machine"},
        {"Container", "virtual.container"},
        {"Huge pages", "transparent_hugepages"},
        {"NUMA balancing", "numa_balancing"},
        {"Mitigations", "cpu.mitigations"},
        {"Load at the start", "activity.load"},
        {"Stolen at the start, %", "activity.steal_percent"},
        {"Clock", "clock.name"},
        {"Cycles counted", "counters.cycles"},
        {"Instructions counted", "counters.instructions"},
        {"Cache misses counted", "counters.cache_misses"},
        {"Energy counted", "counters.energy"},
        {"Compiler", "build.compiler"},
        {"Flags", "build.flags"},
        {"C library", "build.libc"},
        {"OpenMP runtime", "openmp.runtime"},
        {"OpenMP's variables", "openmp.environment"},
        {"Version", "build.version"},
        {"Commit", "source.commit"},
        {"Changed since", "source.dirty"},
        {"Command", "command"},
        {"Seed", "seed"},
    };

    fputs("<h2 id=\"machine\">Machine and build</h2>\n<dl>\n", page->f);
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        print_fact(page, facts[i][0], facts[i][1]);
    fputs("</dl>\n", page->f);
}

/* Time in timed regions. Quantities that were read off one region have its wall time in common: it counts once. */
static double timed_ns(const struct samples *all)
{
    double sum = 0;

    for (size_t i = 0; i < all->count; i++) {
        const struct sample *s = &all->list[i], *before = i ? s - 1 : NULL;
        const bool again = before && before->cell == s->cell && before->launch == s->launch &&
                           before->quantity != s->quantity && before->wall_ns == s->wall_ns;
        if (s->wall_ns != SAMPLE_UNKNOWN && !again)
            sum += (double)s->wall_ns;
    }
    return sum;
}

static double shortest_ns(const struct samples *all)
{
    double least = INFINITY;

    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].phase == SAMPLE_MEASURE && all->list[i].wall_ns > 0)
            least = fmin(least, (double)all->list[i].wall_ns);
    return least;
}

static void print_cost_row(const struct page *page, const char *what, const char *value, const char *remark)
{
    fputs("<tr><th>", page->f);
    html_text(page->f, what);
    fputs("</th><td>", page->f);
    html_text(page->f, value);
    fputs("</td><td class=\"left soft\">", page->f);
    html_text(page->f, remark);
    fputs("</td></tr>\n", page->f);
}

static void print_costs(const struct page *page)
{
    const struct samples *all = &page->saved->samples;
    const double elapsed = 1e9 * (double)(all->list[all->count - 1].timestamp - all->list[0].timestamp);
    const double timed = timed_ns(all), clock = json_number_value(saved_fact(page->saved, "clock.cost_ns"));
    char value[64], remark[128];

    fputs("<h2 id=\"cost\">What the measuring cost</h2>\n<div class=\"wide\"><table><tbody>\n", page->f);
    print_cost_row(page, "from the first sample to the last", units_format_ns(elapsed, value, sizeof value), "");
    snprintf(remark, sizeof remark,
             "%.0f %% of it; the rest is births and ends of pools, checks of results, bookkeeping",
             100 * timed / elapsed);
    print_cost_row(page, "in timed regions", units_format_ns(timed, value, sizeof value), elapsed > 0 ? remark : "");
    if (clock > 0) {
        snprintf(remark, sizeof remark,
                 "two in each call: at most %.2g %% of the shortest sample; nothing is subtracted",
                 100 * 2 * clock / shortest_ns(all));
        print_cost_row(page, "a reading of the clock", units_format_ns(clock, value, sizeof value), remark);
    }
    snprintf(value, sizeof value, "%zu", all->count);
    print_cost_row(page, "samples", value, "each verified outside its timed region");
    fputs("</tbody></table></div>\n", page->f);
}

void page_machine(const struct page *page)
{
    print_costs(page);
    print_facts(page);
}
