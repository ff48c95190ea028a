/* A summary.csv as curves, and their axes: what is understood, and what is refused in one sentence. */
#include "curves_text.h"

#include <math.h>

#define LINE(quantity, strategy, options, workload, workers, bind, chunk, work, values)                                \
    "throughput," quantity "," strategy "," options "," workload ",," workers ",0," bind ",yield," chunk "," work      \
    ",8,8,100,9," values "\n"

#define ROW(strategy, options, workload, workers, bind, chunk, work, rate)                                             \
    LINE("rate", strategy, options, workload, workers, bind, chunk, work, rate ",1,9")                                 \
    LINE("time_per_item", strategy, options, workload, workers, bind, chunk, work, "5,,")                              \
    LINE("speedup", strategy, options, workload, workers, bind, chunk, work, "2.0,1.9,2.1")                            \
    LINE("efficiency", strategy, options, workload, workers, bind, chunk, work, "1.0,0.9,1.1")

static bool read_text(char *text, struct curves *curves, char why[WHY_SIZE])
{
    return read_ladder(text, &ladders[0], curves, why);
}

static void load_fixture(const char *name, struct curves *curves)
{
    char path[FILES_PATH_MAX], why[WHY_SIZE] = "", *text;
    size_t size;

    assert_true(files_path(path, why, FIXTURES "/%s/summary.csv", name));
    assert_true(files_read(path, 1 << 20, &text, &size, why));
    assert_true(read_text(text, curves, why));
    free(text);
}

static void small_fixture_is_four_panels(void **state)
{
    static const char *const names[] = {"nothing", "spin", "skew", "mandelbrot"};
    struct curves curves;

    (void)state;
    load_fixture("small", &curves);
    assert_int_equal(curves.count, 4);
    assert_int_equal(curves.styles, 8);
    assert_int_equal(curves.launches_min, 9);
    for (size_t p = 0; p < 4; p++) {
        assert_string_equal(curves.panels[p].name, names[p]);
        assert_int_equal(curves.panels[p].count, 9);
        assert_true(curves.panels[p].curves[0].is_base);
        for (size_t c = 1; c < 9; c++) {
            const struct curve *curve = &curves.panels[p].curves[c];
            assert_string_equal(curve->label, curves.panels[0].curves[c].label);
            assert_int_equal(curve->style, c - 1);
            assert_int_equal(curve->count, 3);
            assert_int_equal(curve->points[2].at, 4);
            assert_true(curve->points[2].oversubscribed && !curve->points[1].oversubscribed);
        }
    }
    assert_string_equal(curves.panels[2].title, "skew (dist=pareto), 100 us an item");
    curves_free(&curves);
}

static void points_come_in_order_with_their_values(void **state)
{
    char why[WHY_SIZE] = "", *text = copy(HEADER ROW("a", "", "spin", "4", "none", "0", "0", "40.5") ROW(
                                 "a", "", "spin", "1", "none", "0", "0",
                                 "10.5") "throughput,rate,a,,spin,,2,0,none,yield,0,0,8,8,100,5,20.5,,\n");
    struct curves curves;

    (void)state;
    assert_true(read_text(text, &curves, why));
    const struct curve_point *points = curves.panels[0].curves[0].points;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(points[i].at, 1 << i);
        assert_true(fabs(points[i].value[CURVE_THROUGHPUT].median - (10 * (1 << i) + 0.5)) < 1e-9);
    }
    assert_true(fabs(points[0].value[CURVE_SPEEDUP].high - (2.1)) < 1e-9);
    assert_true(isnan(points[1].value[CURVE_THROUGHPUT].low) && isnan(points[1].value[CURVE_EFFICIENCY].median));
    curves_free(&curves);
    free(text);
}

/* The label behind a wait policy is shown; that it makes the policies of two lines different texts is not. */
static void what_is_not_comparable_is_labelled(void **state)
{
    char why[WHY_SIZE] = "",
         *text = copy(HEADER "throughput,rate,a,,spin,,1,0,none,yield,0,0,8,8,100,5,20.5,,\n"
                             "throughput,rate,b,,spin,,1,0,none,yield (not comparable),0,0,8,8,100,5,20.5,,\n");
    struct curves curves;

    (void)state;
    assert_true(read_text(text, &curves, why));
    assert_string_equal(curves.panels[0].curves[0].label, "a");
    assert_string_equal(curves.panels[0].curves[1].label, "b (not comparable)");
    curves_free(&curves);
    free(text);
    text = copy(HEADER "throughput,rate,a,,spin,,1,0,none,yield (not comparable),0,0,8,8,100,5,20.5,,\n"
                       "throughput,rate,a,,spin,,1,0,none,sleep,0,0,8,8,100,5,20.5,,\n");
    assert_true(read_text(text, &curves, why));
    assert_string_equal(curves.panels[0].curves[0].label, "a, wait yield (not comparable)");
    assert_string_equal(curves.panels[0].curves[1].label, "a, wait sleep");
    curves_free(&curves);
    free(text);
}

static void what_varies_names_curves_and_panels(void **state)
{
    char why[WHY_SIZE] = "", *text = copy(HEADER ROW("serial", "", "spin", "1", "none", "0", "1000", "1")
                                              ROW("a", "grain=2", "spin", "1", "none", "0", "1000", "1")
                                                  ROW("a", "grain=2", "spin", "1", "none", "16", "1000", "1")
                                                      ROW("a", "grain=2", "spin", "1", "compact", "16", "50000", "1")
                                                          ROW("a", "grain=2", "nothing", "1", "none", "0", "0", "1"));
    struct curves curves;

    (void)state;
    assert_true(read_text(text, &curves, why));
    assert_int_equal(curves.count, 3);
    assert_string_equal(curves.panels[0].name, "spin-work1000ns");
    assert_string_equal(curves.panels[1].name, "spin-work50000ns");
    assert_string_equal(curves.panels[2].name, "nothing");
    assert_string_equal(curves.panels[0].curves[0].label, "serial");
    assert_string_equal(curves.panels[0].curves[1].label, "a:grain=2, bind none, chunk auto");
    assert_string_equal(curves.panels[0].curves[2].label, "a:grain=2, bind none, chunk 16");
    assert_string_equal(curves.panels[1].curves[0].label, "a:grain=2, bind compact, chunk 16");
    assert_int_equal(curves.panels[2].curves[0].style, curves.panels[0].curves[1].style);
    assert_int_not_equal(curves.panels[0].curves[2].style, curves.panels[0].curves[1].style);
    curves_free(&curves);
    free(text);
}

static void hostile_rows_are_refused(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"a,b\n1,2\n", "no column metric"},
        {HEADER, "holds no result"},
        {HEADER ROW("a", "", "spin", "0", "none", "0", "0", "1"), "line 2: workers"},
        {HEADER ROW("a", "", "spin", "1.5", "none", "0", "0", "1"), "line 2: workers"},
        {HEADER ROW("a", "", "spin", "", "none", "0", "0", "1"), "line 2: workers"},
        {HEADER ROW("a", "", "spin", "1e99", "none", "0", "0", "1"), "line 2: workers"},
        {HEADER ROW("a", "", "spin", "1", "none", "0", "0", "fast"), "'fast', which is not a number"},
        {HEADER ROW("a", "", "spin", "1", "none", "0", "0", "nan"), "'nan', which is not a number"},
        {HEADER ROW("a", "", "spin", "1", "none", "0", "0", "1e999"), "which is not a number"},
        {HEADER ROW("a", "", "spin", "1", "none", "0", "0", "-1"), "which is not a number"},
        {HEADER ROW("a", "", "spin", "1", "none", "0", "0", "0x10"), "which is not a number"},
        {HEADER ROW("../../etc", "", "spin", "1", "none", "0", "0", "1"), "line 2: strategy"},
        {HEADER ROW("a", "", "../up", "1", "none", "0", "0", "1"), "line 2: workload"},
        {HEADER ROW("a", "", "", "1", "none", "0", "0", "1"), "line 2: workload"},
        {HEADER ROW("a", "x=';system(1)'", "spin", "1", "none", "0", "0", "1"), "line 2: options"},
        {HEADER ROW("a", "x=`id`", "spin", "1", "none", "0", "0", "1"), "line 2: options"},
        {HEADER ROW("a", "", "spin", "1", "none", "few", "0", "1"), "line 2: chunk"},
        {HEADER ROW("a", "", "spin", "1", "none", "0", "0", "1") ROW("a", "", "spin", "1", "none", "0", "0", "1"),
         "line 6: a is there twice at 1 workers"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char why[WHY_SIZE] = "", *text = copy(cases[i].text);
        struct curves curves;
        assert_false(read_text(text, &curves, why));
        if (!strstr(why, cases[i].expected))
            fail_msg("expected '%s', got '%s'", cases[i].expected, why);
        free(text);
    }
}

static void every_cut_of_a_good_file_is_refused_or_whole(void **state)
{
    const char *whole = HEADER ROW("a", "", "spin", "1", "none", "0", "0", "12345")
        ROW("a", "", "spin", "2", "none", "0", "0", "23456");

    (void)state;
    for (size_t size = 0; size < strlen(whole); size++) {
        char why[WHY_SIZE] = "", *text = copy(whole);
        struct curves curves;
        text[size] = '\0';
        if (read_text(text, &curves, why)) {
            assert_int_equal(whole[size - 1], '\n');
            curves_free(&curves);
        } else {
            assert_true(*why != '\0');
        }
        free(text);
    }
}

static void too_much_is_refused_in_bounded_time(void **state)
{
    const size_t rows = 2 * (CURVES_IN_PANEL_MAX + CURVES_PANELS_MAX);
    char why[WHY_SIZE] = "", *text = malloc(sizeof(HEADER) + rows * 512), *to;
    struct curves curves;

    (void)state;
    assert_non_null(text);
    for (int what = 0; what < 2; what++) {
        to = text + sprintf(text, HEADER);
        for (size_t i = 0; i < rows; i++)
            to += sprintf(to,
                          what ? LINE("rate", "a", "", "w%zu", "1", "none", "0", "0", "1,1,1")
                               : LINE("rate", "s%zu", "", "w", "1", "none", "0", "0", "1,1,1"),
                          i);
        assert_false(read_text(text, &curves, why));
        assert_non_null(strstr(why, "more than"));
    }
    free(text);
}

static void worker_axis_fits_few_and_many(void **state)
{
    struct scene scene = {.cores = 64, .usable = 128};
    char tics[AXIS_TICS_SIZE];
    struct curves curves;
    struct axis x;

    (void)state;
    load_fixture("small", &curves);
    assert_true(axis_of_places(LADDER_WORKERS, curves.panels, 1, &scene, &x, tics));
    assert_int_equal(x.log_base, 0);
    assert_true(x.min > 0 && x.min < 1 && x.max > 4 && x.max < 5);
    assert_string_equal(tics, "1, 2, 4");
    curves_free(&curves);

    load_fixture("wide", &curves);
    assert_true(axis_of_places(LADDER_WORKERS, curves.panels, 1, &scene, &x, tics));
    assert_int_equal(x.log_base, 2);
    assert_string_equal(tics, "1, 2, 4, 8, 16, 32, 48, 64, 128, 256");
    assert_true(axis_of_places(LADDER_WORKERS, curves.panels, 3, &scene, &x, tics));
    assert_string_equal(tics, "1, 2, 4, 8, 16, 32, \"\" 48 1, 64, 128, 256");
    curves_free(&curves);
}

static void value_axes_are_logarithmic_where_they_belong(void **state)
{
    struct scene scene = {0};
    char tics[AXIS_TICS_SIZE];
    struct curves curves;
    struct axis x, y;

    (void)state;
    load_fixture("small", &curves);
    assert_true(axis_of_places(LADDER_WORKERS, curves.panels, 1, &scene, &x, tics));
    y = axis_of_values(&curves.panels[0], CURVE_THROUGHPUT, &x, 2, NAN);
    assert_int_equal(y.log_base, 10);
    y = axis_of_values(&curves.panels[1], CURVE_THROUGHPUT, &x, 2, NAN);
    assert_int_equal(y.log_base, 0);
    assert_true(y.min == 0);
    y = axis_of_values(&curves.panels[1], CURVE_SPEEDUP, &x, 2, 1);
    assert_int_equal(y.log_base, 0);
    assert_true(y.max > 2);
    y = axis_of_values(&curves.panels[0], CURVE_EFFICIENCY, &x, 2, 1);
    assert_int_equal(y.log_base, 0);
    assert_true(y.min == 0 && y.max > 1);
    curves_free(&curves);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_fixture_is_four_panels),
        cmocka_unit_test(points_come_in_order_with_their_values),
        cmocka_unit_test(what_is_not_comparable_is_labelled),
        cmocka_unit_test(what_varies_names_curves_and_panels),
        cmocka_unit_test(hostile_rows_are_refused),
        cmocka_unit_test(every_cut_of_a_good_file_is_refused_or_whole),
        cmocka_unit_test(too_much_is_refused_in_bounded_time),
        cmocka_unit_test(worker_axis_fits_few_and_many),
        cmocka_unit_test(value_axes_are_logarithmic_where_they_belong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
