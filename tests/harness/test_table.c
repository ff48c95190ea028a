/* table.c and the progress line: from scripted samples to what people read. */
#include "machine/progress.h"
#include "pure/table.h"

#include "script_fixture.h"

static void the_table_is_readable(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;
    char *text = NULL;

    (void)state;
    make_plan(&p);
    assert_true(summary_make(&p, samples, script(&p, samples), &s));
    assert_true(table_format(&p, &s, false, &text));
    assert_non_null(strstr(text, "spin:a=1,b=2, 100 us per item\n"));
    assert_non_null(strstr(text, "alpha:chunk=16,x=2"));
    assert_non_null(strstr(text, "52.0 us ± 2.9%!   2.00x *"));
    assert_non_null(strstr(text, "4 workers (oversub.)"));
    assert_null(strstr(text, "nan"));
    free(text);
    summary_free(&s);
    plan_free(&p);
}

/* Two strategies whose intervals touch are both marked; the third is not. */
static void ties_are_not_ranked(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;
    char *text = NULL;
    size_t stars = 0;

    (void)state;
    make_plan(&p);
    size_t n = script(&p, samples);
    for (size_t i = 0; i < n; i++)
        if (samples[i].cell == cell_of(&p, 1, 4)) {
            samples[i].cell = cell_of(&p, 1, 1);
            samples[i].value += 2000;
        }
    assert_true(summary_make(&p, samples, n, &s));
    assert_true(table_format(&p, &s, false, &text));
    for (const char *c = text; (c = strstr(c, "x *")); c++)
        stars++;
    assert_int_equal(stars, 3); /* serial and alpha at 1, alpha at 2 */
    free(text);
    summary_free(&s);
    for (size_t i = 0; i < n; i++)
        if (samples[i].cell == cell_of(&p, 1, 1))
            samples[i].value += 20000;
    assert_true(summary_make(&p, samples, n, &s));
    assert_true(table_format(&p, &s, false, &text));
    stars = 0;
    for (const char *c = text; (c = strstr(c, "x *")); c++)
        stars++;
    assert_int_equal(stars, 2);
    free(text);
    summary_free(&s);
    plan_free(&p);
}

/* Who waits in a way of its own is labelled wherever it stands, and the label is explained; without one it is not. */
static void other_waits_are_labelled(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;
    char *text = NULL;

    (void)state;
    make_plan(&p);
    for (int labelled = 0; labelled < 2; labelled++) {
        p.strategies[1].own_wait = labelled;
        assert_true(summary_make(&p, samples, script(&p, samples), &s));
        assert_true(table_format(&p, &s, false, &text));
        assert_int_equal(strstr(text, "alpha:chunk=16,x=2 (not comparable) ") != NULL, labelled);
        assert_int_equal(strstr(text, "\n(not comparable): idle workers do not wait as --wait yield says") != NULL,
                         labelled);
        assert_null(strstr(text, "serial (not comparable)"));
        free(text);
        text = summary_to_csv(&p, &s);
        assert_non_null(text);
        assert_int_equal(strstr(text, ",alpha,chunk=16;x=2,spin,a=1;b=2,2,0,none,yield (not comparable),0,") != NULL,
                         labelled);
        assert_int_equal(strstr(text, ",alpha,chunk=16;x=2,spin,a=1;b=2,2,0,none,yield,0,") != NULL, !labelled);
        assert_non_null(strstr(text, ",serial,,spin,a=1;b=2,1,0,none,yield,0,"));
        free(text);
        assert_true(table_format_plan(&p, "1 package, 2 cores", &text));
        assert_int_equal(strstr(text, "alpha:chunk=16,x=2 (not comparable)\n") != NULL, labelled);
        free(text);
        summary_free(&s);
    }
    plan_free(&p);
}

/* --workers 2: serial has one worker all the same, and a column for it. */
static void serial_has_a_column_of_its_own(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;
    char *text = NULL;

    (void)state;
    make_plan(&p);
    const size_t n = script(&p, samples);
    p.points[0] = p.points[1];
    p.point_count = 1;
    assert_true(summary_make(&p, samples, n, &s));
    assert_true(table_format(&p, &s, false, &text));
    assert_non_null(strstr(text, " 1 worker "));
    assert_non_null(strstr(text, "104 us"));
    free(text);
    summary_free(&s);
    plan_free(&p);
}

static void the_plan_says_why(void **state)
{
    struct plan p;
    char *text = NULL;

    (void)state;
    make_plan(&p);
    assert_true(table_format_plan(&p, "1 package, 2 cores", &text));
    assert_non_null(strstr(text, "2  all cores\n"));
    assert_non_null(strstr(text, "4  oversubscribed\n"));
    assert_non_null(strstr(text, "4 cells x 9 launches x 3 rounds"));
    assert_non_null(strstr(text, "seed 5"));
    free(text);
    plan_free(&p);
}

static void progress_fits_the_width(void **state)
{
    char line[256];

    (void)state;
    assert_string_equal(progress_line(50, 200, 30000000000, "spin", 0, line, sizeof line),
                        " 25% 50/200, 0:30 left  spin");
    for (size_t width = 1; width < 200; width++)
        assert_true(strlen(progress_line(199, 200, 1, "a name that goes on and on", width, line, sizeof line)) <=
                    width);
    assert_non_null(strstr(progress_line(0, 200, -1, "spin", 79, line, sizeof line), "? left"));
    assert_non_null(strstr(progress_line(100, 200, 1, "spin", 79, line, sizeof line), "####"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_readable),
        cmocka_unit_test(ties_are_not_ranked),
        cmocka_unit_test(serial_has_a_column_of_its_own),
        cmocka_unit_test(other_waits_are_labelled),
        cmocka_unit_test(the_plan_says_why),
        cmocka_unit_test(progress_fits_the_width),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
