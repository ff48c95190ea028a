/* Every workload: the same bytes each time, right results accepted, and each kind of wrong one refused. */
#include "load.h"

static const struct kind kinds[] = {
    {"nothing", NULL, 0, 0},
    {"spin", NULL, 0, 0},
    {"skew", NULL, 0, 0},
    {"skew", "dist=fixed", 0, 0},
    {"skew", "dist=uniform", 0, 0},
    {"skew", "dist=bimodal", 0, 0},
    {"skew", "dist=pareto", 0, 0},
    {"pow", NULL, 0, 0},
    {"axpy", NULL, 0, 0},
    {"mandelbrot", NULL, 0, 0},
    {"mandelbrot", "size=3,limit=20", 0, 0},
    {"nqueens", "size=8", 0, 0},
    {"nqueens", "size=4", 0, 0},
    {"sha256", NULL, 0, 0},
    {"sha256", NULL, 61, 0},
    {"sort", NULL, 200, 0},
    {"sort", NULL, 8, 0},
    {"stream", NULL, 240, 0},
    {"stream", NULL, 8, 0},
    {"alloc", NULL, 0, 0},
    {"alloc", "steps=1", 0, 0},
    {"bytes", NULL, 0, 0},
    {"bytes", NULL, 8, 8},
    {"bytes", NULL, 13, 27},
    {"sleep", NULL, 0, 0},
    {"fail_at", NULL, 0, 0},
    {"fail_at", "at=3,every=5,code=11", 0, 0},
};

#define KIND_COUNT (sizeof kinds / sizeof *kinds)

/* Do `test` with every kind that this build has. */
static void each_kind(void (*test)(const struct kind *))
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (!find(kinds[i].workload)->absent)
            test(&kinds[i]);
}

static void accept_kind(const struct kind *kind)
{
    static const size_t counts[] = {0, 1, 2, 7, 1000};

    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (size_t off = 0; off < 4; off += 3) {
            struct load l;
            load_open(&l, kind, counts[c], 42 + c, off);
            load_run(&l);
            for (size_t i = 0; i < counts[c]; i++)
                assert_true(load_check(&l, i, l.out + i * l.run.task.out_size));
            load_close(&l);
        }
}

static void test_right_results_are_accepted(void **state)
{
    (void)state;
    each_kind(accept_kind);
}

static void refuse_flips(const struct kind *kind)
{
    struct load l;

    load_open(&l, kind, 20, 7, 0);
    load_run(&l);
    for (size_t i = 0; i < 20; i++)
        for (size_t b = 0; b < l.run.task.out_size; b++) {
            unsigned char *byte = l.out + i * l.run.task.out_size + b;
            const unsigned char flip = (unsigned char)(1u << (b + i) % 8);
            *byte ^= flip;
            assert_false(load_check(&l, i, l.out + i * l.run.task.out_size));
            *byte ^= flip;
        }
    load_close(&l);
}

static void test_each_flipped_byte_is_found(void **state)
{
    (void)state;
    each_kind(refuse_flips);
}

/* Results of the neighbour: what a swapped pair and an array shifted by one look like. */
static void refuse_neighbours(const struct kind *kind)
{
    struct load l;

    load_open(&l, kind, 200, 7, 0);
    load_run(&l);
    for (size_t i = 0; i + 1 < 200; i++) {
        assert_false(load_check(&l, i, l.out + (i + 1) * l.run.task.out_size));
        assert_false(load_check(&l, i + 1, l.out + i * l.run.task.out_size));
    }
    load_close(&l);
}

static void test_neighbours_results_are_refused(void **state)
{
    (void)state;
    each_kind(refuse_neighbours);
}

/* A result that was never written, and one of zeroes or ones throughout. */
static void refuse_constants(const struct kind *kind)
{
    struct load l;

    load_open(&l, kind, 100, 7, 0);
    for (int fill = 0; fill < 256; fill += 255) {
        memset(l.out, fill, 100 * l.run.task.out_size);
        for (size_t i = 0; i < 100; i++)
            assert_false(load_check(&l, i, l.out + i * l.run.task.out_size));
    }
    load_close(&l);
}

static void test_missing_results_are_refused(void **state)
{
    (void)state;
    each_kind(refuse_constants);
}

/* The check computes from the index, not from arguments that somebody may have overwritten. */
static void refuse_wrong_arguments(const struct kind *kind)
{
    struct load l;

    load_open(&l, kind, 50, 7, 0);
    for (size_t k = 0; k < l.run.task.nargs; k++) {
        const size_t size = l.run.task.arg_size[k];
        unsigned char *column = l.columns[k];
        for (size_t i = 0; i < 49 * size; i++)
            column[i] = column[i + size];
    }
    const void *argv[POOL_ARGS_MAX];
    for (size_t i = 0; i < 49; i++) {
        unsigned char *out = l.out + i * l.run.task.out_size;
        arguments_of(&l, i, argv);
        l.run.task.call(argv, out, l.run.task.context);
        assert_false(load_check(&l, i, out));
    }
    load_close(&l);
}

static void test_results_of_wrong_arguments_are_refused(void **state)
{
    (void)state;
    each_kind(refuse_wrong_arguments);
}

/* What a worker sees of a payload is proven to the last byte. */
static void flip_payload(const struct kind *kind)
{
    const void *argv[POOL_ARGS_MAX];
    struct load l;

    if (!find(kind->workload)->has_payload)
        return;
    load_open(&l, kind, 1, 7, 1);
    arguments_of(&l, 0, argv);
    for (size_t b = 0; b < l.run.task.arg_size[0]; b++) {
        ((unsigned char *)l.columns[0])[b] ^= (unsigned char)(1u << b % 8);
        l.run.task.call(argv, l.out, l.run.task.context);
        assert_false(load_check(&l, 0, l.out));
        ((unsigned char *)l.columns[0])[b] ^= (unsigned char)(1u << b % 8);
    }
    load_run(&l);
    assert_true(load_check(&l, 0, l.out));
    load_close(&l);
}

static void test_each_byte_of_a_payload_counts(void **state)
{
    (void)state;
    each_kind(flip_payload);
}

static bool same_arguments(const struct load *a, const struct load *b)
{
    for (size_t k = 0; k < a->run.task.nargs; k++)
        if (memcmp(a->columns[k], b->columns[k], a->run.spec.count * a->run.task.arg_size[k]) != 0)
            return false;
    return true;
}

static void repeat_kind(const struct kind *kind)
{
    struct load a, b, other;

    load_open(&a, kind, 300, 5, 0);
    load_open(&b, kind, 300, 5, 1);
    load_open(&other, kind, 300, 6, 0);
    load_run(&a);
    load_run(&b);
    assert_true(same_arguments(&a, &b));
    assert_memory_equal(a.out, b.out, 300 * a.run.task.out_size);
    assert_false(same_arguments(&a, &other));
    load_close(&a);
    load_close(&b);
    load_close(&other);
}

static void test_same_seed_same_bytes(void **state)
{
    (void)state;
    each_kind(repeat_kind);
}

/* In pieces, from the back: the same bytes, and none outside the piece. */
static void fill_in_pieces(const struct kind *kind)
{
    struct load whole, pieces;

    load_open(&whole, kind, 100, 5, 0);
    load_open(&pieces, kind, 100, 5, 0);
    for (size_t k = 0; k < pieces.run.task.nargs; k++)
        memset(pieces.columns[k], 0xa5, 100 * pieces.run.task.arg_size[k]);
    for (size_t last = 100; last > 0; last -= last < 7 ? last : 7) {
        for (size_t k = 0; k < pieces.run.task.nargs; k++)
            assert_int_equal(((unsigned char *)pieces.columns[k])[last * pieces.run.task.arg_size[k] - 1], 0xa5);
        pieces.workload->fill(&pieces.run, last < 7 ? 0 : last - 7, last, pieces.columns);
    }
    assert_true(same_arguments(&whole, &pieces));
    load_close(&whole);
    load_close(&pieces);
}

static void test_fill_in_pieces(void **state)
{
    (void)state;
    each_kind(fill_in_pieces);
}

static void refuse_specs(const struct kind *kind)
{
    const struct workload *workload = find(kind->workload);
    struct workload_spec spec = spec_of(kind, SIZE_MAX / 4, 1);
    struct workload_run run;
    char why[WORKLOAD_WHY] = "";

    assert_int_not_equal(workload->prepare(&spec, &run, why), 0);
    assert_non_null(strstr(why, "ask for"));
    spec = spec_of(kind, 10, 1);
    spec.options = "nonsense=1";
    assert_int_not_equal(workload->prepare(&spec, &run, why), 0);
    assert_string_equal(why, "there is no option 'nonsense'");
}

static void test_impossible_specs_are_refused(void **state)
{
    (void)state;
    each_kind(refuse_specs);
}

/* Every workload of the catalogue is in `kinds`. */
static void test_catalogue_is_covered(void **state)
{
    (void)state;
    for (size_t i = 0; workloads[i]; i++) {
        bool covered = false;
        for (size_t k = 0; k < KIND_COUNT; k++)
            covered |= strcmp(kinds[k].workload, workloads[i]->name) == 0;
        if (!covered)
            fail_msg("%s is not tested here", workloads[i]->name);
        assert_int_equal(workloads[i]->abi, WORKLOAD_ABI);
        assert_true(workloads[i]->absent || workloads[i]->prepare);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_catalogue_is_covered),
        cmocka_unit_test(test_right_results_are_accepted),
        cmocka_unit_test(test_each_flipped_byte_is_found),
        cmocka_unit_test(test_neighbours_results_are_refused),
        cmocka_unit_test(test_missing_results_are_refused),
        cmocka_unit_test(test_results_of_wrong_arguments_are_refused),
        cmocka_unit_test(test_each_byte_of_a_payload_counts),
        cmocka_unit_test(test_same_seed_same_bytes),
        cmocka_unit_test(test_fill_in_pieces),
        cmocka_unit_test(test_impossible_specs_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
