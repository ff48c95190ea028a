/* What the report makes of curves: the smallest tasks that pay, and scaling laws. */
#include "../pure/words.h"
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void print_who(const struct page *page, size_t cell, bool with_work)
{
    const struct plan_cell *c = &page->plan->cells[cell];
    char text[WORDS_SIZE];

    fputs("<tr><th>", page->f);
    html_text(page->f, words_name(&page->plan->strategies[c->strategy], text));
    fputs("</th><td class=\"left\">", page->f);
    html_text(page->f,
              with_work ? words_work(page->plan, cell, text) : words_name(&page->plan->workloads[c->workload], text));
    fputs("</td>", page->f);
}

/* A curve that is not monotone tells so, with each work at which it crosses. */
static void print_crossings(const struct page *page, const struct metg *curve)
{
    char text[32];

    for (size_t i = 0; curve->crossings > 1 && i < curve->crossings && i < METG_CROSSINGS_MAX; i++)
        html_print(page->f, "%s%s", i ? ", " : "not monotone: crosses 50 % at ",
                   units_format_ns(curve->at_ns[i], text, sizeof text));
}

static void print_metg(const struct page *page, const struct models_metg *m)
{
    char name[WORDS_SIZE];

    print_who(page, m->like, false);
    fprintf(page->f, "<td>%zu</td><td>", page->plan->cells[m->like].workers);
    html_estimate(page->f, &m->w50, "ns", m->smallest_ns, m->largest_ns);
    for (size_t l = 0; l < MODELS_LEVELS; l++) {
        fputs("</td><td>", page->f);
        html_estimate(page->f, &m->metg[l], "ns", m->smallest_ns / models_level[l], m->largest_ns / models_level[l]);
    }
    fputs("</td><td class=\"left\">", page->f);
    html_text(page->f, words_name(&page->plan->strategies[m->roof], name));
    fputs("</td><td class=\"left\">", page->f);
    print_crossings(page, &m->curve);
    fputs("</td></tr>\n", page->f);
}

static void print_metgs(const struct page *page)
{
    static const char *const heads[] = {"strategy",   "<workload",  "workers",  "w50", "METG(50 %)",
                                        "METG(90 %)", "METG(95 %)", "<against", "",    NULL};

    fputs(
        "<h2 id=\"metg\">The smallest tasks that pay</h2>\n"
        "<p class=\"soft\">w50: useful work per task at which half of the workers' time is useful; hold it against how "
        "long your tasks take. METG: what a task costs in all where 50, 90 or 95 % is useful. Beyond the measured "
        "works only a bound is known.</p>\n",
        page->f);
    if (page->models.metg_count == 0) {
        fputs("<p>Not measured: this needs --metric metg, or one workload with at least three works per task "
              "(--work).</p>\n",
              page->f);
        return;
    }
    fputs("<div class=\"wide dense\"><table>\n", page->f);
    html_heads(page->f, heads);
    fputs("<tbody>\n", page->f);
    for (size_t i = 0; i < page->models.metg_count; i++)
        print_metg(page, &page->models.metgs[i]);
    fputs("</tbody></table></div>\n", page->f);
}

static void print_law(const struct page *page, const struct models_law *law)
{
    print_who(page, law->like, true);
    fprintf(page->f, "<td>%zu, to %zu</td><td>", law->points, law->workers_max);
    html_estimate(page->f, &law->contention, "1", NAN, NAN);
    fputs("</td><td>", page->f);
    html_estimate(page->f, &law->coherence, "1", NAN, NAN);
    fputs("</td><td>", page->f);
    html_estimate(page->f, &law->peak, "1", NAN, NAN);
    fputs("</td><td>", page->f);
    html_estimate(page->f, &law->serial, "1", NAN, NAN);
    fputs("</td></tr>\n", page->f);
}

static void print_laws(const struct page *page)
{
    static const char *const heads[] = {"strategy",           "<work",   "worker counts",   "contention \xcf\x83",
                                        "coherence \xce\xba", "peak at", "serial fraction", NULL};

    fputs("<h2 id=\"scaling\">Scaling laws</h2>\n"
          "<p class=\"soft\">The Universal Scalability Law, fitted launch by launch inside one regime of the topology; "
          "its "
          "peak is a prediction where it lies beyond the measured counts. Serial fraction: Karp and Flatt, from the "
          "speed-up over serial at the most workers of the regime.</p>\n",
          page->f);
    if (page->models.law_count == 0) {
        html_print(
            page->f,
            "Not fitted: the law has three parameters, and inside the first regime (up to %zu workers) fewer than "
            "%d worker counts were measured.",
            page->models.regime, MODELS_LADDER_MIN);
        return;
    }
    fputs("<div class=\"wide dense\"><table>\n", page->f);
    html_heads(page->f, heads);
    fputs("<tbody>\n", page->f);
    for (size_t i = 0; i < page->models.law_count; i++)
        print_law(page, &page->models.laws[i]);
    fputs("</tbody></table></div>\n", page->f);
}

void page_models(const struct page *page)
{
    print_metgs(page);
    print_laws(page);
}
