#define _DEFAULT_SOURCE
#include "measure.h"

#include "sampler.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* Memory that this process has touched, as a program's own data would be, before any pool forks from it. */
static bool fill_memory(size_t bytes, char why[WHY_SIZE])
{
    if (bytes == 0)
        return true;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        snprintf(why, WHY_SIZE, "no memory for %zu resident bytes", bytes);
        return false;
    }
    memset(memory, 1, bytes);
    return true; /* it stays until the process ends */
}

static int measure_body(void *arg, int report)
{
    const struct runner_cell *c = arg;
    struct sampler s = {c->runner, c->cell, runner_job(c), report, 0, 0, 0};
    char why[WHY_SIZE] = "";
    struct note note;

    if (!fill_memory(c->cell->resident_bytes, why) || !c->runner->plan->metrics[c->cell->metric]->sample(&s, why))
        return channel_fail(report, why);
    memset(&note, 0, sizeof note);
    note.kind = NOTE_OWN;
    note.own = (struct note_own){s.check_ns, s.book_ns};
    return channel_send(report, &note) ? 0 : 1;
}

enum runner_end measure_session(struct runner *r, const struct plan_cell *cell, int64_t timeout_ns,
                                void (*take)(void *take_arg, const struct note *), void *take_arg, char why[WHY_SIZE])
{
    const struct runner_cell c = {r, cell, answers_of(&r->answers, (size_t)(cell - r->plan->cells))};

    return runner_run(measure_body, &c, timeout_ns, take, take_arg, why);
}
