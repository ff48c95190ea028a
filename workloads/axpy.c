/* axpy - a x + y for each element: three arguments, next to no work. */
#include "mix.h"
#include "parts/options.h"
#include "workload.h"

#include <string.h>

/*
 * Whole numbers below 2^26, 2^26 and 2^52: the product and the sum are exact in a double, fused or not, and the check
 * can do them in integers.
 */
struct axpy_item {
    uint64_t a, x, y;
};

static struct axpy_item item_at(const struct workload_run *run, size_t index)
{
    const uint64_t bits = mix_item(run->spec.seed, index);

    return (struct axpy_item){bits >> 38, bits & ((UINT64_C(1) << 26) - 1), mix_u64(bits) >> 12};
}

static int axpy_call(const void *const argv[], void *out, const void *context)
{
    double a, x, y;

    (void)context;
    memcpy(&a, argv[0], sizeof a);
    memcpy(&x, argv[1], sizeof x);
    memcpy(&y, argv[2], sizeof y);
    y += a * x;
    memcpy(out, &y, sizeof y);
    return 0;
}

static int axpy_prepare(const struct workload_spec *spec, struct workload_run *run, char why[WORKLOAD_WHY])
{
    if (options_refuse(spec->options, why) || options_check_count(spec, sizeof(double), why))
        return 1;
    *run = (struct workload_run){
        .spec = *spec,
        .task = {.name = "axpy",
                 .call = axpy_call,
                 .nargs = 3,
                 .arg_size = {sizeof(double), sizeof(double), sizeof(double)},
                 .out_size = sizeof(double)},
    };
    return 0;
}

static void axpy_fill(const struct workload_run *run, size_t first, size_t last, void *const columns[])
{
    unsigned char *as = columns[0], *xs = columns[1], *ys = columns[2];

    for (size_t i = first; i < last; i++) {
        const struct axpy_item item = item_at(run, i);
        const double a = (double)item.a, x = (double)item.x, y = (double)item.y;
        memcpy(as + i * sizeof a, &a, sizeof a);
        memcpy(xs + i * sizeof x, &x, sizeof x);
        memcpy(ys + i * sizeof y, &y, sizeof y);
    }
}

static bool axpy_check(const struct workload_run *run, size_t index, const void *const argv[], const void *out)
{
    const struct axpy_item item = item_at(run, index);
    const double right = (double)(item.a * item.x + item.y);

    (void)argv;
    return memcmp(out, &right, sizeof right) == 0;
}

const struct workload workload_axpy = {
    .abi = WORKLOAD_ABI,
    .name = "axpy",
    .summary = "a x + y for each element: three arguments, next to no work",
    .prepare = axpy_prepare,
    .fill = axpy_fill,
    .check = axpy_check,
};
