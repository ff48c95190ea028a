/*
 * sample.h - one measurement, and its line in samples.csv.
 *
 * Errors: none.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "plan.h"

#define SAMPLE_LINE_MAX 1024
#define SAMPLE_CPUS_SIZE 64
#define SAMPLE_TWIN ".twin"      /* behind the name of a strategy that is in the plan before */
#define SAMPLE_UNKNOWN INT64_MIN /* a counter that cannot be told: an empty field */

enum sample_phase {
    SAMPLE_WARMUP,
    SAMPLE_MEASURE,
    SAMPLE_INVALID, /* the machine was not itself: the session was repeated */
    SAMPLE_SESSION, /* no measurement: the end of a session (sample_format_session) */
    SAMPLE_CANARY,  /* no measurement of a cell: how steady the machine is */
    SAMPLE_EMPTY,   /* no measurement of a cell: two readings of the clock, with nothing between them */
    SAMPLE_PHASES
};

#define SAMPLE_NO_CELL SIZE_MAX

const char *sample_phase_text(enum sample_phase); /* as in samples.csv */

/* What the kernel counted from the start of the timed region to its end, over the pool's process and all workers. */
struct sample_counters {
    int64_t cpu_user_ns, cpu_system_ns, context_switches, migrations, faults_minor, faults_major;
    int64_t steal_ns; /* of the whole machine */
};

struct sample {
    size_t cell, launch, round, position;
    size_t quantity; /* of the cell's metric */
    enum sample_phase phase;
    size_t count; /* items per call */
    size_t calls;
    double value;    /* in the quantity's unit */
    int64_t wall_ns; /* of all timed regions together; SAMPLE_UNKNOWN: the quantity is no time */
    struct sample_counters used;
    char worker_cpus[SAMPLE_CPUS_SIZE]; /* where the workers ran last: "0-3;8"; empty: not told */
    double load1;
    int64_t timestamp; /* Unix seconds */
    bool verified;
};

/*
 * A call that only warms up has the quantity number behind the metric's last; value is what it took, in ns. Behind the
 * samples of a session stands one line of phase `session` with the number behind that:
 * value  ns that verification and book-keeping took; wall_ns  of the session from its start to the end of its process;
 * round  how often it had been tried before; verified  0: it failed, and its cell is left out.
 */
size_t sample_quantity_warmup(const struct plan *, size_t cell);
size_t sample_quantity_session(const struct plan *, size_t cell);

extern const char sample_header[]; /* with its newline */

/* The sample's line with its newline; SAMPLE_LINE_MAX bytes always suffice for names that a catalogue gives. */
size_t sample_format(const struct plan *, const struct sample *, char *text, size_t size);

/* The line of a canary or of the empty region: launch, count, value in ns. */
size_t sample_format_machine(const struct plan *, const struct sample *, char *text, size_t size);

/*
 * The columns that samples.csv and summary.csv share, with a trailing comma, and their names: first those that tell
 * cell and quantity, then the count.
 */
#define SAMPLE_KEY_COLUMNS                                                                                             \
    "metric,quantity,unit,strategy,options,workload,workload_options,workers,oversubscribed,bind,wait,chunk,work_ns,"  \
    "in_bytes,out_bytes,resident_bytes,"
#define SAMPLE_CELL_COLUMNS SAMPLE_KEY_COLUMNS "count,"
size_t sample_format_key(const struct plan *, size_t cell, size_t quantity, char *text, size_t size);
size_t sample_format_cell(const struct plan *, size_t cell, size_t quantity, size_t count, char *text, size_t size);

/* Counters of which nothing is known. */
static inline struct sample_counters sample_no_counters(void)
{
    return (struct sample_counters){SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN,
                                    SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN};
}
#endif
