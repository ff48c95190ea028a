/* The head of the report: whether A against A holds, whether the machine drifted, what is missing or spoils numbers. */
#include "../pure/words.h"
#include "page.h"

#include <math.h>

static void open_note(FILE *f, const char *kind, const char *title)
{
    fprintf(f, "<div class=\"note %s\"><p><b>", kind);
    html_text(f, title);
    fputs("</b> ", f);
}

static void close_note(FILE *f)
{
    fputs("</p></div>\n", f);
}

static void print_aa(const struct page *page)
{
    const struct soundness *s = &page->soundness;
    char name[WORDS_SIZE];

    if (!s->has_aa) {
        open_note(page->f, "warn", "No A/A pair.");
        fputs("No strategy was enrolled twice, so how far two equal ones come out apart is not known here.", page->f);
        close_note(page->f);
        return;
    }
    open_note(page->f, s->aa_sound ? "good" : "bad",
              s->aa_sound ? "A/A holds." : "A/A fails: nothing here is conclusive.");
    words_name(&page->plan->strategies[s->twin], name);
    if (s->aa.has_interval)
        html_print(page->f, "%s against itself: ratio %.4f, interval %.4f to %.4f over %zu launches of its cells%s.",
                   name, s->aa.median, s->aa.low, s->aa.high, s->aa.n,
                   s->aa_sound ? "; smaller differences than that are called ties"
                               : ", which excludes 1 or reaches farther than 5 % from it");
    else
        html_print(page->f, "%s against itself: %zu launches of its cells are too few for an interval.", name, s->aa.n);
    close_note(page->f);
}

static void print_drift(const struct page *page)
{
    const double drift = page->soundness.drift;

    if (isnan(drift) || drift <= SOUNDNESS_DRIFT_NOTED)
        return;
    open_note(page->f, drift > SOUNDNESS_DRIFT_BAD ? "bad" : "warn", "The machine was not steady.");
    html_print(page->f, "The same serial kernel took up to %.1f %% longer in one launch than in another.", 100 * drift);
    close_note(page->f);
}

static void print_missing(const struct page *page)
{
    const struct soundness *s = &page->soundness;

    if (s->launches_least < page->plan->launches || s->cells_empty > 0) {
        open_note(page->f, "warn", "Not complete.");
        html_print(page->f,
                   "%zu of %zu launches are there for every cell that was measured; %zu of %zu cells have no sample.",
                   s->launches_least, page->plan->launches, s->cells_empty, page->blocks.first[page->blocks.count]);
        close_note(page->f);
    }
    if (s->launches_least < PLAN_LAUNCHES_MIN) {
        open_note(page->f, "warn", "Too few launches.");
        html_print(page->f, "Below %d a median has no interval.", PLAN_LAUNCHES_MIN);
        close_note(page->f);
    }
    if (s->unverified > 0) {
        open_note(page->f, "bad", "Wrong results.");
        html_print(page->f, "%zu samples were not verified: their results were wrong, and they do not count.",
                   s->unverified);
        close_note(page->f);
    }
    if (page->saved->samples.cut) {
        open_note(page->f, "warn", "The last line of samples.csv is cut short.");
        fputs("It is left out.", page->f);
        close_note(page->f);
    }
    if (page->plan->reduced[0]) {
        open_note(page->f, "warn", "Reduced");
        html_text(page->f, page->plan->reduced);
        fputs(".", page->f);
        close_note(page->f);
    }
}

/* Where one side spins and the other sleeps, nobody can tell what the strategies make of it. */
static void print_waits(const struct page *page)
{
    const struct plan *p = page->plan;
    bool any = false;

    for (size_t s = 0; s < p->strategy_count; s++) {
        if (!p->strategies[s].own_wait || p->strategies[s].twin)
            continue;
        if (!any)
            open_note(page->f, "warn", "Not comparable:");
        html_print(page->f, "%s%s", any ? ", " : "", p->strategies[s].name);
        any = true;
    }
    if (!any)
        return;
    html_print(page->f,
               ". Their idle workers do not wait as the policy '%s' of this run says, but in ways of their own.",
               plan_wait_text(p->wait));
    close_note(page->f);
}

static void print_machine_warnings(const struct page *page)
{
    const json_t *warning;
    size_t i;

    json_array_foreach(saved_fact(page->saved, "warnings"), i, warning)
    {
        if (i == 20)
            break;
        open_note(page->f, "warn", "Machine:");
        html_text(page->f, json_string_value(json_object_get(warning, "text")));
        fputs(". <small>What to do: ", page->f);
        html_text(page->f, json_string_value(json_object_get(warning, "advice")));
        fputs(".</small>", page->f);
        close_note(page->f);
    }
}

void page_warnings(const struct page *page)
{
    fputs("<h2 id=\"worth\">What these numbers are worth</h2>\n", page->f);
    print_aa(page);
    print_drift(page);
    print_missing(page);
    print_waits(page);
    print_machine_warnings(page);
}
