#include "sampler.h"

#include "../machine/clock.h"
#include "../pure/stats/warmup.h"

#include <stdio.h>
#include <string.h>

struct sample sampler_begin(const struct sampler *s, size_t quantity)
{
    struct sample sample;

    memset(&sample, 0, sizeof sample); /* its padding is written to a pipe */
    sample.quantity = quantity;
    sample.phase = SAMPLE_MEASURE;
    sample.count = s->cell->count;
    sample.calls = 1;
    sample.wall_ns = SAMPLE_UNKNOWN;
    sample.used = sample_no_counters();
    sample.verified = true;
    return sample;
}

bool sampler_send(const struct sampler *s, const struct sample *sample, char why[WHY_SIZE])
{
    struct note note;

    memset(&note, 0, sizeof note);
    note.kind = NOTE_SAMPLE;
    note.sample = *sample;
    if (channel_send(s->report, &note))
        return true;
    snprintf(why, WHY_SIZE, "nobody takes its samples any more");
    return false;
}

bool sampler_send_ns(const struct sampler *s, size_t quantity, size_t round, int64_t ns, char why[WHY_SIZE])
{
    struct sample sample = sampler_begin(s, quantity);

    sample.round = round;
    sample.value = (double)ns;
    sample.wall_ns = ns;
    return sampler_send(s, &sample, why);
}

/* One call. *ns: what it took. */
static bool warm(const struct sampler *s, struct session *session, size_t round, bool counted, double *ns,
                 char why[WHY_SIZE])
{
    const struct plan *p = s->runner->plan;
    struct sample sample = sampler_begin(s, sample_quantity_warmup(p, (size_t)(s->cell - p->cells)));
    struct session_cost cost;

    sample.phase = SAMPLE_WARMUP;
    sample.round = round;
    sample.verified = session_call(session, counted, &cost, why);
    sample.wall_ns = cost.wall_ns;
    sample.used = cost.used;
    sample.value = *ns = (double)cost.wall_ns;
    return sampler_send(s, &sample, why) && sample.verified;
}

bool sampler_warm_up(struct sampler *s, struct session *session, bool counted, char why[WHY_SIZE])
{
    const int64_t start_ns = clock_now_ns() - s->warmup_ns;
    double last[2 * WARMUP_WINDOW];
    size_t n = 0, kept = 0;
    bool ok = true;

    while (ok && n < PLAN_ROUNDS_MAX &&
           warmup_judge(last, kept, (double)(clock_now_ns() - start_ns), (double)s->runner->warmup_ns) ==
               WARMUP_GOES_ON) {
        if (kept == 2 * WARMUP_WINDOW)
            memmove(last, last + 1, --kept * sizeof *last);
        ok = warm(s, session, n++, counted, &last[kept++], why);
    }
    s->warmup_ns = clock_now_ns() - start_ns;
    return ok;
}

static bool end(struct sampler *s, struct session *session, bool (*how)(struct session *, char[WHY_SIZE]), bool ok,
                char why[WHY_SIZE])
{
    char later[WHY_SIZE] = "";

    s->check_ns += session->check_ns;
    s->book_ns += session->book_ns;
    return how(session, ok ? why : later) && ok;
}

bool sampler_close(struct sampler *s, struct session *session, bool ok, char why[WHY_SIZE])
{
    return end(s, session, session_close, ok, why);
}

bool sampler_terminate(struct sampler *s, struct session *session, bool ok, char why[WHY_SIZE])
{
    return end(s, session, session_terminate, ok, why);
}
