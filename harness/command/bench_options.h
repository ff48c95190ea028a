/*
 * bench_options.h - the command line of `poolbench bench`.
 *
 * Errors: bench_options_parse is false after the sentence was said; the exit code is EXIT_USAGE then.
 */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "../machine/topology.h"

#include "pool.h"

#define BENCH_PLUGINS_MAX 16

struct bench_list {
    uint64_t *values; /* Owns: bench_options_free */
    size_t count;
};

struct bench_options {
    const char *metrics, *strategies, *workloads; /* NULL: the defaults */
    const char *profile;
    struct bench_list workers, works_ns, chunks, payloads; /* empty: the defaults */
    uint64_t budget_ns;                                    /* 0: the profile's */
    enum bind_policy bind;
    enum pool_wait wait;
    uint64_t seed;
    bool has_seed, dry_run, no_plots, anonymous;
    const char *plan_file; /* NULL: none */
    const char *resume;    /* a folder whose run goes on; NULL: none */
    const char *shaping;   /* an option that a plan file would contradict; NULL: none was given */
    const char *out;       /* NULL: a new folder */
    const char *plugins[BENCH_PLUGINS_MAX];
    size_t plugin_count;
};

bool bench_options_parse(struct bench_options *, int argc, char **argv);
void bench_options_free(struct bench_options *);
#endif
