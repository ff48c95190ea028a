#include "../report.h"

#include "../machine/store.h"
#include "../plot.h"
#include "page.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static bool page_open(struct page *page, const struct saved *s, FILE *f)
{
    *page = (struct page){.f = f, .saved = s, .plan = &s->plan};
    return rounds_open(&page->rounds, &s->summary.launches, s->samples.list, s->samples.count) &&
           blocks_make(&s->plan, &page->blocks) && models_make(&s->summary.launches, &page->models) &&
           soundness_find(&page->rounds, s->samples.list, s->samples.count, s->samples.canaries,
                          s->samples.canary_count, &page->soundness);
}

static void page_close(struct page *page)
{
    rounds_free(&page->rounds);
    blocks_free(&page->blocks);
    models_free(&page->models);
}

static void print_head(const struct page *page)
{
    const struct saved *s = page->saved;
    const time_t when = (time_t)json_integer_value(saved_fact(s, "time"));
    struct tm date;
    char text[64] = "";

    if (gmtime_r(&when, &date))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &date);
    fputs("<header>\n<h1>Pool strategies compared</h1>\n<p>", page->f);
    html_text(page->f, saved_text(s, "cpu_model"));
    fputs(" \xc2\xb7 ", page->f);
    html_text(page->f, saved_text(s, "topology.summary"));
    fputs(" \xc2\xb7 ", page->f);
    html_text(page->f, text);
    fputs("</p>\n<p class=\"soft\">", page->f);
    html_print(page->f, "%zu cells, %zu launches of %zu rounds, profile %s, seed %llu, binding %s, waiting %s",
               page->blocks.first[page->blocks.count], s->plan.launches, s->plan.rounds, s->plan.profile,
               (unsigned long long)s->plan.seed, plan_bind_text(s->plan.bind), plan_wait_text(s->plan.wait));
    fputs("</p>\n<nav>\n<a href=\"#worth\">What the numbers are worth</a>\n<a href=\"#pictures\">Pictures</a>\n",
          page->f);
    for (size_t m = 0; m < s->plan.metric_count; m++)
        fprintf(page->f, "<a href=\"#metric-%s\">%s</a>\n", s->plan.metrics[m]->name, s->plan.metrics[m]->name);
    fputs("<a href=\"#metg\">METG</a>\n<a href=\"#scaling\">Scaling laws</a>\n<a href=\"#spread\">Samples</a>\n"
          "<a href=\"#outliers\">Outliers</a>\n<a href=\"#cost\">Cost of measuring</a>\n<a "
          "href=\"#machine\">Machine</a>\n"
          "</nav>\n</header>\n<main>\n",
          page->f);
}

/* Pictures on their way into the page: the overview comes first, the others behind a fold. */
struct gallery {
    FILE *f;
    size_t count;
};

static void show_picture(void *arg, const char *heading, const char *svg, size_t size)
{
    struct gallery *g = arg;

    if (g->count == 1)
        fputs("<details><summary>Throughput, speed-up and efficiency of each workload</summary>\n<div "
              "class=\"pictures\">\n",
              g->f);
    fputs("<figure>", g->f);
    html_picture(g->f, heading, svg, size);
    fputs("</figure>\n", g->f);
    g->count++;
}

static bool pictures_print(const struct page *page, char *no_plots)
{
    char *csv = summary_to_csv(page->plan, &page->saved->summary);
    struct gallery g = {.f = page->f};

    if (!csv)
        return false;
    fputs("<h2 id=\"pictures\">Pictures</h2>\n", page->f);
    no_plots[0] = '\0';
    const bool drawn = plots_show(page->saved->path, csv, show_picture, &g, no_plots);
    if (g.count > 1)
        fputs("</div></details>\n", page->f);
    if (!drawn) {
        fputs(g.count ? "<p>Not all: " : "<p>None: ", page->f);
        html_text(page->f, no_plots);
        fputs("</p>\n", page->f);
    }
    free(csv);
    return true;
}

static bool page_print(const struct page *page, char *no_plots)
{
    html_begin(page->f, "poolbench: pool strategies compared");
    print_head(page);
    page_warnings(page);
    if (!pictures_print(page, no_plots) || !page_tables(page))
        return false;
    page_models(page);
    if (!page_lives(page) || !page_spread(page))
        return false;
    page_machine(page);
    fputs("</main>\n<footer><main><p class=\"soft\">Made by poolbench from samples.csv, plan.json and machine.json of "
          "this run; docs/measurement.md says how each number comes about.</p></main></footer>\n",
          page->f);
    html_end(page->f);
    return true;
}

bool report_write(const struct saved *s, char *no_plots, char why[WHY_SIZE])
{
    struct store store;
    struct page page;
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    bool ok = f != NULL;

    if (ok) {
        ok = page_open(&page, s, f) && page_print(&page, no_plots);
        page_close(&page);
        ok = fclose(f) == 0 && ok;
    }
    if (!ok)
        snprintf(why, WHY_SIZE, "out of memory for the report of %.100s", s->path);
    else
        ok = store_attach(&store, s->path, why);
    if (ok) {
        ok = store_write(&store, "report.html", text, size, why);
        store_close(&store);
    }
    free(text);
    return ok;
}
