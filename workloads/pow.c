/* pow - x to the power y: the starmap of two arguments that Python's manual shows. */
#include "mix.h"
#include "parts/options.h"
#include "workload.h"

#include <math.h>
#include <string.h>

/* One copy of the call, so that task and check run the very same code: libm promises no bits. */
__attribute__((noinline)) static double power(double x, double y)
{
    return pow(x, y);
}

/* x in [0.5, 2), y in [-64, 64): far from overflow, and no two items are alike. */
static double base_of(const struct workload_run *run, size_t index)
{
    return 0.5 + 1.5 * ((double)(mix_item(run->spec.seed, index) >> 11) * 0x1p-53);
}

static double exponent_of(const struct workload_run *run, size_t index)
{
    return 128 * ((double)(mix_item(~run->spec.seed, index) >> 11) * 0x1p-53) - 64;
}

static int pow_call(const void *const argv[], void *out, const void *context)
{
    double x, y;

    (void)context;
    memcpy(&x, argv[0], sizeof x);
    memcpy(&y, argv[1], sizeof y);
    x = power(x, y);
    memcpy(out, &x, sizeof x);
    return 0;
}

static int pow_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    if (options_refuse(spec->options, why) || options_check_count(spec, sizeof(double), why))
        return 1;
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "pow",
                 .call = pow_call,
                 .nargs = 2,
                 .arg_size = {sizeof(double), sizeof(double)},
                 .out_size = sizeof(double)},
    };
    return 0;
}

static void pow_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *bases = columns[0], *exponents = columns[1];

    for (size_t i = first; i < last; i++) {
        const double x = base_of(run, i), y = exponent_of(run, i);
        memcpy(bases + i * sizeof x, &x, sizeof x);
        memcpy(exponents + i * sizeof y, &y, sizeof y);
    }
}

static bool pow_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const double right = power(base_of(run, index), exponent_of(run, index));

    (void)argv;
    return memcmp(out, &right, sizeof right) == 0;
}

const struct workload workload_pow = {
    .abi = WORKLOAD_ABI,
    .name = "pow",
    .summary = "x to the power y: two arguments, tens of nanoseconds",
    .prepare = pow_prepare,
    .fill = pow_fill,
    .check = pow_check,
};
