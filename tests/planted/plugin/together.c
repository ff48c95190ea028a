/* Defects that show when much runs at once, or has run before: scratch that is shared, numbers that wrap, frames that
 * mix. */
#define _GNU_SOURCE
#include "defects.h"

#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 4096, SLOT_BYTES = 64 };

static void make_scratch(struct base *base)
{
    base->mine = calloc(SLOTS, SLOT_BYTES);
}

/* A slot for each index, so that the items of one map do not meet there. */
static int run_by_way_of_scratch(const struct item *item)
{
    const size_t bytes = item->job->task.out_size;
    unsigned char *slot = (unsigned char *)item->base->mine + item->index % SLOTS * SLOT_BYTES;

    if (!item->base->mine || item->index >= SLOTS || bytes > SLOT_BYTES)
        return base_call(item);
    const int code = base_call_at(item, item->index, slot);
    sched_yield();
    memcpy(item->out, slot, bytes);
    return code;
}

const struct defect defect_scratch_of_two_maps = {.created = make_scratch, .item = run_by_way_of_scratch};

enum { NUMBERS = UINT16_MAX + 1 };

static void make_numbers(struct base *base)
{
    base->mine = calloc(NUMBERS, 1);
}

/* False: a batch of that number is over. */
static bool number_in_sixteen_bits(struct base *base, struct job *job)
{
    unsigned char *over = base->mine;

    return !over || !__atomic_exchange_n(&over[job->number % NUMBERS], 1, __ATOMIC_RELAXED);
}

const struct defect defect_sixteen_bit_number = {.created = make_numbers, .begin = number_in_sixteen_bits};

enum { STREAM_BYTES = 1 << 20 };

static void make_stream(struct base *base)
{
    base->mine = malloc(STREAM_BYTES);
}

/* Results go through one stream, piece by piece as a pipe takes them, and are expected where the first piece went. */
static int run_by_way_of_stream(const struct item *item)
{
    const size_t bytes = item->job->task.out_size;
    unsigned char *stream = item->base->mine, *out = item->out;

    const int code = base_call(item);
    if (!stream || bytes > STREAM_BYTES / 4)
        return code;
    const size_t start = __atomic_load_n(&item->base->tally, __ATOMIC_RELAXED);
    for (size_t done = 0, piece; done < bytes; done += piece) {
        piece = bytes - done < PIPE_BUF ? bytes - done : PIPE_BUF;
        const size_t at = __atomic_fetch_add(&item->base->tally, piece, __ATOMIC_RELAXED);
        for (size_t i = 0; i < piece; i++)
            stream[(at + i) % STREAM_BYTES] = out[done + i];
        if (bytes > PIPE_BUF)
            sched_yield();
    }
    for (size_t i = 0; bytes > PIPE_BUF && i < bytes; i++)
        out[i] = stream[(start + i) % STREAM_BYTES];
    return code;
}

const struct defect defect_frames_mix = {.created = make_stream, .item = run_by_way_of_stream};
