/*
 * bytes - a payload in, a payload out. The result is a stream whose key is a digest of the whole argument: one
 * wrong byte of the argument changes all bytes of the result, so that checking the result proves both ways.
 */
#include "mix.h"
#include "parts/options.h"
#include "parts/payload.h"
#include "workload.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_BYTES 1024

struct bytes_context {
    size_t in_bytes, out_bytes;
};

static int bytes_call(const void *const argv[], void *out, const void *context)
{
    struct bytes_context c;

    memcpy(&c, context, sizeof c);
    payload_write(payload_digest(argv[0], c.in_bytes), out, c.out_bytes);
    return 0;
}

static int read_spec(const struct workload_spec *spec, struct bytes_context *c, char why[WORKLOAD_WHY])
{
    return options_refuse(spec->options, why) || payload_size(spec->in_bytes, DEFAULT_BYTES, &c->in_bytes, why) ||
           payload_size(spec->out_bytes, DEFAULT_BYTES, &c->out_bytes, why) ||
           options_check_count(spec, c->in_bytes > c->out_bytes ? c->in_bytes : c->out_bytes, why);
}

static int bytes_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    struct bytes_context *c = malloc(sizeof *c);

    if (!c) {
        strcpy(why, "no memory to prepare bytes");
        return 1;
    }
    if (read_spec(spec, c, why)) {
        free(c);
        return 1;
    }
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "bytes",
                 .call = bytes_call,
                 .nargs = 1,
                 .arg_size = {c->in_bytes},
                 .out_size = c->out_bytes,
                 .context = c,
                 .context_size = sizeof *c},
        .mine = c,
    };
    return 0;
}

static void bytes_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    const size_t size = run->task.arg_size[0];
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++)
        payload_write(mix_item(run->spec.seed, i), items + i * size, size);
}

static bool bytes_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const struct bytes_context *c = run->mine;

    (void)argv;
    return payload_matches(payload_digest_of(mix_item(run->spec.seed, index), c->in_bytes), out, c->out_bytes);
}

static void bytes_release(struct workload_run *run)
{
    free(run->mine);
    run->mine = NULL;
}

const struct workload workload_bytes = {
    .abi = WORKLOAD_ABI,
    .name = "bytes",
    .summary = "a payload in, a payload out: what it costs to bring data to a worker and back",
    .has_payload = true,
    .prepare = bytes_prepare,
    .fill = bytes_fill,
    .check = bytes_check,
    .release = bytes_release,
};
