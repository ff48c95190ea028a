/* The workloads on data and trees against values known from elsewhere: an encyclopedia, the C library, arithmetic. */
#include "prepare.h"

/* Solutions of the whole problem, over all its subtrees in the seed's order: OEIS A000170. */
static uint64_t count_solutions(const char *options, size_t count)
{
    const struct workload_spec spec = {.count = count, .seed = 77, .options = options};
    const struct workload *workload = NULL;
    struct workload_run run;
    uint64_t sum = 0, out[3];
    uint64_t(*items)[2] = malloc(count * sizeof *items);

    assert_non_null(items);
    prepare("nqueens", &spec, &workload, &run);
    workload->fill(&run, 0, count, (void *[]){items});
    for (size_t i = 0; i < count; i++) {
        run.task.call((const void *[]){items[i]}, out, run.task.context);
        sum += out[1];
    }
    workload->release(&run);
    free(items);
    return sum;
}

static void test_nqueens_of_the_encyclopedia(void **state)
{
    (void)state;
    assert_int_equal(count_solutions("size=4", 4 * 4 * 4), 2);
    assert_int_equal(count_solutions("size=6", 6 * 6 * 6), 4);
    assert_int_equal(count_solutions("size=8", 8 * 8 * 8), 92);
    assert_int_equal(count_solutions(NULL, 12 * 12 * 12), 14200);
}

/* Four queens, the first three in columns 1, 3, 0: one more fits, which makes a solution. In 1, 3, 1 none does. */
static void test_nqueens_by_hand(void **state)
{
    const struct workload_spec spec = {.count = 1, .options = "size=4"};
    const uint64_t good[] = {9, 1 + 3 * 4 + 0 * 16}, bad[] = {9, 1 + 3 * 4 + 1 * 16};
    const struct workload *workload = NULL;
    struct workload_run run;
    uint64_t out[3];

    (void)state;
    prepare("nqueens", &spec, &workload, &run);
    run.task.call((const void *[]){good}, out, run.task.context);
    assert_true(out[1] == 1 && out[2] == 1);
    run.task.call((const void *[]){bad}, out, run.task.context);
    assert_true(out[1] == 0 && out[2] == 0);
    workload->release(&run);
}

static int by_value(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* Blocks of 1 to 40 words, also equal ones, against the C library's qsort. */
static void test_sort_is_qsort(void **state)
{
    (void)state;
    for (size_t words = 1; words <= 40; words++) {
        const struct workload_spec spec = {.count = 1, .seed = words, .in_bytes = words * sizeof(uint64_t)};
        const struct workload *workload = NULL;
        struct workload_run run;
        uint64_t in[40], out[40];
        prepare("sort", &spec, &workload, &run);
        workload->fill(&run, 0, 1, (void *[]){in});
        for (size_t i = 0; words % 3 == 0 && i < words; i++)
            in[i] %= 4;
        run.task.call((const void *[]){in}, out, run.task.context);
        qsort(in, words, sizeof *in, by_value);
        assert_memory_equal(in, out, words * sizeof *in);
        workload->release(&run);
    }
}

/* What a sort that is not one would give. */
static void test_sort_finds_disorder_and_foreign_words(void **state)
{
    const struct workload_spec spec = {.count = 1, .in_bytes = 10 * sizeof(uint64_t)};
    const struct workload *workload = NULL;
    struct workload_run run;
    uint64_t in[10], out[10];
    const void *argv[] = {in};

    (void)state;
    prepare("sort", &spec, &workload, &run);
    workload->fill(&run, 0, 1, (void *[]){in});
    assert_false(workload->check(&run, 0, argv, in));
    run.task.call(argv, out, run.task.context);
    assert_true(workload->check(&run, 0, argv, out));
    out[4] = out[5];
    assert_false(workload->check(&run, 0, argv, out));
    workload->release(&run);
}

static void test_stream_by_hand(void **state)
{
    const struct workload_spec spec = {.count = 1, .in_bytes = 16};
    const struct workload *workload = NULL;
    struct workload_run run;
    const uint64_t a[] = {5, 1}, b[] = {7, UINT64_MAX};
    uint64_t out[2];

    (void)state;
    prepare("stream", &spec, &workload, &run);
    run.task.call((const void *[]){a, b}, out, run.task.context);
    assert_true(out[0] == 26 && out[1] == 1 - UINT64_C(3));
    workload->release(&run);
}

static void test_words_only(void **state)
{
    static const char *const names[] = {"sort", "stream"};
    struct workload_run run;
    char why[WORKLOAD_WHY];

    (void)state;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; workloads[i]; i++)
            if (strcmp(workloads[i]->name, names[k]) == 0) {
                assert_int_not_equal(
                    workloads[i]->prepare(&(struct workload_spec){.count = 1, .in_bytes = 13}, &run, why), 0);
                assert_non_null(strstr(why, "multiple of 8"));
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nqueens_of_the_encyclopedia),
        cmocka_unit_test(test_nqueens_by_hand),
        cmocka_unit_test(test_sort_is_qsort),
        cmocka_unit_test(test_sort_finds_disorder_and_foreign_words),
        cmocka_unit_test(test_stream_by_hand),
        cmocka_unit_test(test_words_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
