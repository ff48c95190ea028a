/* mandelbrot - one row of the Mandelbrot set per item: real work, and uneven, as rows through the set take longest. */
#include "mix.h"
#include "parts/options.h"
#include "workload.h"

#include <stdlib.h>
#include <string.h>

struct mandelbrot_context {
    uint64_t rows, columns, limit; /* of the picture; limit: iterations per point */
};

struct mandelbrot_row {
    uint64_t checksum;   /* of the row's number and each point's iterations, in order */
    uint64_t iterations; /* of all its points */
};

/* How often z -> z^2 + c until z leaves the circle of radius 2, at most limit. */
static uint64_t count_iterations(double re, double im, uint64_t limit)
{
    double x = 0, y = 0;
    uint64_t count = 0;

    while (count < limit && x * x + y * y <= 4) {
        const double next = x * x - y * y + re;
        y = 2 * x * y + im;
        x = next;
        count++;
    }
    return count;
}

/* One copy of the row, so that task and check agree in each bit whatever the compiler fuses. */
__attribute__((noinline)) static struct mandelbrot_row compute_row(const struct mandelbrot_context *c, uint64_t row)
{
    struct mandelbrot_row result = {.checksum = mix_u64(row)};
    const double im = 2.5 * (((double)row + 0.5) / (double)c->rows) - 1.25;

    for (uint64_t column = 0; column < c->columns; column++) {
        const double re = 3.0 * (((double)column + 0.5) / (double)c->columns) - 2.25;
        const uint64_t count = count_iterations(re, im, c->limit);
        result.checksum = mix_u64(result.checksum ^ count);
        result.iterations += count;
    }
    return result;
}

/* The seed shuffles nothing here but the order of the rows: a different seed starts at another one. */
static uint64_t row_of(const struct workload_run *run, size_t index)
{
    return (index + run->spec.seed % run->spec.count) % run->spec.count;
}

static int mandelbrot_call(const void *const argv[], void *out, const void *context)
{
    struct mandelbrot_context c;
    uint64_t row;

    memcpy(&c, context, sizeof c);
    memcpy(&row, argv[0], sizeof row);
    const struct mandelbrot_row result = compute_row(&c, row);
    memcpy(out, &result, sizeof result);
    return 0;
}

static int read_spec(const struct workload_spec *spec, struct mandelbrot_context *c, char why[WORKLOAD_WHY])
{
    struct workload_option options[] = {
        {.key = "size", .value = &c->columns, .min = 1, .max = 65536},
        {.key = "limit", .value = &c->limit, .min = 1, .max = 1000000},
        {0},
    };

    *c = (struct mandelbrot_context){.rows = spec->count ? spec->count : 1, .columns = 64, .limit = 256};
    return options_parse(spec->options, options, why) || options_check_count(spec, sizeof(struct mandelbrot_row), why);
}

static int mandelbrot_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    struct mandelbrot_context *c = malloc(sizeof *c);

    if (!c) {
        strcpy(why, "no memory to prepare mandelbrot");
        return 1;
    }
    if (read_spec(spec, c, why)) {
        free(c);
        return 1;
    }
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "mandelbrot",
                 .call = mandelbrot_call,
                 .nargs = 1,
                 .arg_size = {sizeof(uint64_t)},
                 .out_size = sizeof(struct mandelbrot_row),
                 .context = c,
                 .context_size = sizeof *c},
        .mine = c,
    };
    return 0;
}

static void mandelbrot_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *items = columns[0];

    for (size_t i = first; i < last; i++) {
        const uint64_t row = row_of(run, i);
        memcpy(items + i * sizeof row, &row, sizeof row);
    }
}

static bool mandelbrot_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const struct mandelbrot_row right = compute_row(run->mine, row_of(run, index));

    (void)argv;
    return memcmp(out, &right, sizeof right) == 0;
}

static void mandelbrot_release(struct workload_run *run)
{
    free(run->mine);
    run->mine = NULL;
}

const struct workload workload_mandelbrot = {
    .abi = WORKLOAD_ABI,
    .name = "mandelbrot",
    .summary = "one row of the Mandelbrot set: real and uneven",
    .options_help = "size=POINTS  of a row, 64; limit=ITERATIONS  of a point, 256",
    .prepare = mandelbrot_prepare,
    .fill = mandelbrot_fill,
    .check = mandelbrot_check,
    .release = mandelbrot_release,
};
