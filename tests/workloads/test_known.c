/* Workloads against values known from elsewhere: standards, other formulas, arithmetic by hand. */
#include "parts/options.h"
#include "parts/spin.h"
#include "prepare.h"

#include <math.h>

static void test_spin_result_is_the_loop(void **state)
{
    (void)state;
    for (uint64_t loops = 0; loops < 300; loops++)
        assert_true(workload_spin_loop(loops, loops * 77) == spin_result(loops, loops * 77));
    assert_true(workload_spin_loop(1000003, 5) == spin_result(1000003, 5));
    assert_true(workload_spin_loop(0, 5) == 5);
    assert_false(spin_result(1000, 5) == spin_result(1001, 5));
}

static void test_spin_refuses_what_cannot_be(void **state)
{
    static const struct workload_spec bad[] = {
        {.work_ns = 1, .loops_per_ns = NAN},
        {.work_ns = 1, .loops_per_ns = -1},
        {.work_ns = 1, .loops_per_ns = INFINITY},
        {.work_ns = UINT64_MAX, .loops_per_ns = 3},
    };
    uint64_t loops;
    char why[WORKLOAD_WHY];

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_not_equal(spin_loops(&bad[i], &loops, why), 0);
    assert_int_equal(spin_loops(&(struct workload_spec){.work_ns = 100, .loops_per_ns = 0.5}, &loops, why), 0);
    assert_int_equal(loops, 50);
    assert_int_equal(spin_loops(&(struct workload_spec){.work_ns = 0}, &loops, why), 0);
    assert_int_equal(loops, 0);
}

/* FIPS 180-2's example of two blocks, B.2. */
static void test_sha256_of_the_standard(void **state)
{
    static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    static const unsigned char known[32] = {
        0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8, 0xe5, 0xc0, 0x26, 0x93, 0x0c, 0x3e, 0x60, 0x39,
        0xa3, 0x3c, 0xe4, 0x59, 0x64, 0xff, 0x21, 0x67, 0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1,
    };
    const struct workload_spec spec = {.count = 1, .in_bytes = sizeof text - 1};
    const struct workload *workload = NULL;
    struct workload_run run;
    unsigned char out[32];
    const void *argv[] = {text};

    (void)state;
    prepare("sha256", &spec, &workload, &run);
    assert_int_equal(run.task.out_size, 32);
    assert_int_equal(run.task.call(argv, out, run.task.context), 0);
    assert_memory_equal(out, known, 32);
    workload->release(&run);
}

/* x^y = 2^(y log2 x): another way, to twelve digits. */
static void test_pow_another_way(void **state)
{
    const struct workload_spec spec = {.count = 500, .seed = 3};
    const struct workload *workload = NULL;
    struct workload_run run;
    double x[500], y[500], out;

    (void)state;
    prepare("pow", &spec, &workload, &run);
    workload->fill(&run, 0, 500, (void *[]){x, y});
    for (size_t i = 0; i < 500; i++) {
        run.task.call((const void *[]){&x[i], &y[i]}, &out, NULL);
        const double other = exp2(y[i] * log2(x[i]));
        assert_true(fabs(out - other) <= 1e-12 * other);
    }
}

static void test_axpy_by_hand(void **state)
{
    const struct workload_spec spec = {.count = 1};
    const struct workload *workload = NULL;
    struct workload_run run;
    const double a = 3, x = 5, y = 7;
    double out;

    (void)state;
    prepare("axpy", &spec, &workload, &run);
    run.task.call((const void *[]){&a, &x, &y}, &out, NULL);
    assert_true(out == 22);
}

/* Two points: -0.75 stays for ever; -0.75 - 1.24875 i is out of the circle after three steps. */
static void test_mandelbrot_by_hand(void **state)
{
    const struct workload_spec inside = {.count = 1, .options = "size=1,limit=999"};
    const struct workload_spec outside = {.count = 1000, .options = "size=1"};
    const struct workload *workload = NULL;
    struct workload_run run;
    const uint64_t row = 0;
    uint64_t out[2];

    (void)state;
    prepare("mandelbrot", &inside, &workload, &run);
    run.task.call((const void *[]){&row}, out, run.task.context);
    assert_int_equal(out[1], 999);
    workload->release(&run);
    prepare("mandelbrot", &outside, &workload, &run);
    run.task.call((const void *[]){&row}, out, run.task.context);
    assert_int_equal(out[1], 3);
    workload->release(&run);
}

/* The mean and the extremes of skew's costs, in loops; the second word of each record. */
static void measure_costs(const char *options, double *mean, double *least, double *most)
{
    enum { COUNT = 200000 };
    const struct workload_spec spec = {
        .count = COUNT, .seed = 11, .work_ns = 1000000, .loops_per_ns = 1, .options = options};
    const struct workload *workload = NULL;
    struct workload_run run;
    uint64_t(*items)[2] = malloc(COUNT * sizeof *items);

    assert_non_null(items);
    prepare("skew", &spec, &workload, &run);
    workload->fill(&run, 0, COUNT, (void *[]){items});
    *mean = 0, *least = INFINITY, *most = 0;
    for (size_t i = 0; i < COUNT; i++) {
        const double cost = (double)items[i][1] / 1e6;
        *mean += cost / COUNT;
        *least = fmin(*least, cost);
        *most = fmax(*most, cost);
    }
    workload->release(&run);
    free(items);
}

static void test_skew_keeps_the_mean(void **state)
{
    double mean, least, most;

    (void)state;
    measure_costs("dist=fixed", &mean, &least, &most);
    assert_true(fabs(mean - 1) < 1e-9 && least == 1 && most == 1);
    measure_costs("dist=uniform", &mean, &least, &most);
    assert_true(fabs(mean - 1) < 0.01 && least < 0.001 && most > 1.999 && most <= 2);
    measure_costs("dist=bimodal", &mean, &least, &most);
    assert_true(fabs(mean - 1) < 0.02 && fabs(most / least - 10) < 1e-4);
    measure_costs("dist=pareto", &mean, &least, &most);
    assert_true(fabs(mean - 1) < 0.05 && fabs(least - 1 / 2.96875) < 1e-4 && most > 100 && most <= 4096 / 2.96875);
}

static void test_fail_at_says_which(void **state)
{
    const struct workload_spec middle = {.count = 10};
    const struct workload_spec several = {.count = 20, .options = "every=5,code=3"};
    const struct workload *workload = NULL;
    struct workload_run run;

    (void)state;
    prepare("fail_at", &middle, &workload, &run);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(workload->code(&run, i), i == 5 ? 7 : 0);
    workload->release(&run);
    prepare("fail_at", &several, &workload, &run);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(workload->code(&run, i), i % 5 == 4 ? 3 : 0);
    workload->release(&run);
}

static void test_options(void **state)
{
    static const char *const words[] = {"red", "green", NULL};
    static const char *const bad[] = {
        "n",  "n=",    "n=-1", "n= 5",    "n=5x",        "n=1",       "n=101",   "n=18446744073709551617",
        "=5", "n=5,,", "nn=5", "colour=", "colour=blue", "colour=re", "n=5,n=6",
    };
    char why[WORKLOAD_WHY];

    (void)state;
    for (size_t i = 0; i <= sizeof bad / sizeof *bad; i++) {
        uint64_t number = 1, colour = 9;
        struct workload_option options[] = {
            {.key = "n", .value = &number, .min = 2, .max = 100},
            {.key = "colour", .value = &colour, .words = words},
            {0},
        };
        why[0] = '\0';
        if (i < sizeof bad / sizeof *bad) {
            if (!options_parse(bad[i], options, why))
                fail_msg("'%s' was taken", bad[i]);
            assert_true(strlen(why) > 10);
            continue;
        }
        assert_int_equal(options_parse("colour=green,n=100", options, why), 0);
        assert_true(number == 100 && colour == 1 && options[0].given && options[1].given);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spin_result_is_the_loop),
        cmocka_unit_test(test_spin_refuses_what_cannot_be),
        cmocka_unit_test(test_sha256_of_the_standard),
        cmocka_unit_test(test_pow_another_way),
        cmocka_unit_test(test_axpy_by_hand),
        cmocka_unit_test(test_mandelbrot_by_hand),
        cmocka_unit_test(test_skew_keeps_the_mean),
        cmocka_unit_test(test_fail_at_says_which),
        cmocka_unit_test(test_options),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
