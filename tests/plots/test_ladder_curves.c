/* The ladders of a summary.csv as curves: what runs along each axis, and how it is labelled. */
#include "curves_text.h"

#define RUNG(metric, quantity, strategy, chunk, work, bytes)                                                           \
    metric "," quantity "," strategy ",,load,,2,0,none,yield," chunk "," work "," bytes "," bytes ",100,9,0.5,0.4,0."  \
           "6\n"

/* Each ladder takes its metric's lines, and what runs along its axis makes neither curves nor panels. */
static void ladders_are_read_along_their_axes(void **state)
{
    static const struct {
        const char *metric;
        size_t at[3], styles;
        const char *tics;
    } table[] = {{"metg", {1000, 2000, 64000}, 1, "\"1.00 us\" 1000, \"2.00 us\" 2000, \"64.0 us\" 64000"},
                 {"chunk", {0, 1, 64}, 1, "\"auto\" 0.5, \"1\" 1, \"64\" 64"},
                 {"payload", {8, 64, 1048576}, 2, "\"8 B\" 8, \"64 B\" 64, \"1.00 MiB\" 1048576"}};
    const char *whole = HEADER RUNG("metg", "efficiency", "a", "0", "1000", "")
        RUNG("metg", "rate", "a", "0", "1000", "") RUNG("metg", "efficiency", "a", "0", "64000", "")
            RUNG("metg", "efficiency", "a", "0", "2000", "") RUNG("chunk", "rate", "a", "64", "1000", "")
                RUNG("chunk", "rate", "a", "0", "1000", "") RUNG("chunk", "rate", "a", "1", "1000", "")
                    RUNG("payload", "rate", "serial", "0", "", "8") RUNG("payload", "rate", "a", "0", "", "8")
                        RUNG("payload", "rate", "a", "0", "", "64") RUNG("payload", "rate", "a", "0", "", "1048576");
    const struct scene scene = {0};
    size_t ladder = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        char why[WHY_SIZE] = "", tics[AXIS_TICS_SIZE], *text = copy(whole);
        struct curves curves;
        struct axis x;
        while (strcmp(ladders[ladder].metric, table[i].metric) != 0)
            assert_true(++ladder < LADDERS);
        assert_true(read_ladder(text, &ladders[ladder], &curves, why));
        assert_int_equal(curves.count, 1);
        assert_string_equal(curves.panels[0].name, "load");
        assert_int_equal(curves.styles, table[i].styles); /* serial has a curve of its own against the payload */
        const struct curve *a = &curves.panels[0].curves[curves.panels[0].count - 1];
        assert_string_equal(a->label, "a");
        assert_int_equal(a->count, 3);
        for (size_t k = 0; k < 3; k++)
            assert_int_equal(a->points[k].at, table[i].at[k]);
        assert_true(axis_of_places(ladders[ladder].axis, curves.panels, 1, &scene, &x, tics));
        assert_string_equal(tics, table[i].tics);
        assert_int_equal(x.log_base, 2);
        curves_free(&curves);
        free(text);
    }
}

/* What a second metric adds to a ladder's picture is told apart by name. */
static void a_second_metric_has_curves_of_its_own(void **state)
{
    char why[WHY_SIZE] = "", *text = copy(HEADER RUNG("payload", "rate", "a", "0", "", "8")
                                              RUNG("payload_shared", "rate", "a", "0", "", "8")
                                                  RUNG("payload_shared", "rate", "a", "0", "", "64"));
    struct curves curves;

    (void)state;
    assert_true(read_ladder(text, &ladders[3], &curves, why));
    assert_int_equal(curves.count, 1);
    assert_int_equal(curves.panels[0].count, 2);
    assert_string_equal(curves.panels[0].curves[0].label, "a");
    assert_string_equal(curves.panels[0].curves[1].label, "a, pool_alloc");
    assert_int_equal(curves.panels[0].curves[1].count, 2);
    curves_free(&curves);
    free(text);
}

#define COSTS(options, quantity)                                                                                       \
    "imbalance," quantity ",a,,load," options ",2,0,none,yield,0,1000,,,100,9,0.5,0.4,0.6\n"

/* Distributions are places of one panel, in an order that does not follow the file's. */
static void distributions_stand_side_by_side(void **state)
{
    char why[WHY_SIZE] = "", tics[AXIS_TICS_SIZE];
    char *text = copy(HEADER COSTS("dist=pareto", "efficiency") COSTS("dist=fixed", "efficiency"));
    const struct scene scene = {0};
    struct curves curves;
    struct axis x;

    (void)state;
    assert_true(read_ladder(text, &ladders[4], &curves, why));
    assert_int_equal(curves.count, 1);
    assert_string_equal(curves.panels[0].name, "load");
    assert_int_equal(curves.panels[0].curves[0].points[0].at, 1);
    assert_int_equal(curves.panels[0].curves[0].points[1].at, 4);
    assert_true(axis_of_places(ladders[4].axis, curves.panels, 1, &scene, &x, tics));
    assert_string_equal(tics, "\"fixed\" 1, \"pareto\" 4");
    assert_int_equal(x.log_base, 0);
    curves_free(&curves);
    free(text);
    text = copy(HEADER COSTS("dist=other", "efficiency"));
    assert_false(read_ladder(text, &ladders[4], &curves, why));
    assert_non_null(strstr(why, "workload_options is no known distribution"));
    free(text);
}

static void a_rung_without_its_place_is_refused(void **state)
{
    char why[WHY_SIZE] = "", *text = copy(HEADER RUNG("metg", "efficiency", "a", "0", "", ""));
    struct curves curves;

    (void)state;
    assert_false(read_ladder(text, &ladders[1], &curves, why));
    assert_non_null(strstr(why, "line 2: work_ns is not a whole number"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ladders_are_read_along_their_axes),
        cmocka_unit_test(a_second_metric_has_curves_of_its_own),
        cmocka_unit_test(distributions_stand_side_by_side),
        cmocka_unit_test(a_rung_without_its_place_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
