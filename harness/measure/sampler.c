#include "sampler.h"

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
