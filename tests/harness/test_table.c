/* sample.c, summary.c, table.c and the progress line: from scripted samples to exact text. */
#include "machine/progress.h"
#include "pure/table.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LAUNCHES = 9, ROUNDS = 3 };

/* serial with one worker, alpha with 1, 2 and 4 on two CPUs; one workload. */
static void make_plan(struct plan *p)
{
    static const struct plan_subject strategies[] = {{.name = "serial", .workers_max = 1},
                                                     {.name = "alpha", .options = "chunk=16,x=2", .workers_max = 4096}};
    static const struct plan_subject loads[] = {{.name = "spin", .options = "a=1,b=2", .tunable = true}};
    static const struct worker_point points[] = {{1, POINT_POWER}, {2, POINT_CORES}, {4, POINT_OVERSUBSCRIBED}};
    const struct plan_request r = {.profile = "default",
                                   .seed = 5,
                                   .budget_ns = UINT64_C(150000000000),
                                   .usable = 2,
                                   .strategies = strategies,
                                   .strategy_count = 2,
                                   .workloads = loads,
                                   .workload_count = 1,
                                   .points = points,
                                   .point_count = 3};
    char why[WHY_SIZE];

    assert_true(plan_make(&r, p, why));
    assert_int_equal(p->cell_count, 4);
    assert_int_equal(p->launches, LAUNCHES);
}

static size_t cell_of(const struct plan *p, size_t strategy, size_t workers)
{
    for (size_t i = 0; i < p->cell_count; i++)
        if (p->cells[i].strategy == strategy && p->cells[i].workers == workers)
            return i;
    fail();
    return 0;
}

/*
 * Launch l takes (100 + l) us an item serially, alpha half of that with 2 workers, and exactly the same with 4.
 * Rounds scatter by -1, 0, +50 us: the launch's median is the middle one. 10 items a call, 2 calls a sample.
 */
static size_t script(const struct plan *p, struct sample *samples)
{
    const struct {
        size_t strategy, workers;
        int64_t divisor;
    } cells[] = {{0, 1, 1}, {1, 2, 2}, {1, 4, 1}};
    static const int64_t scatter[ROUNDS] = {50000, -1000, 0};
    size_t n = 0;

    for (size_t c = 0; c < 3; c++)
        for (size_t l = 0; l < LAUNCHES; l++)
            for (size_t r = 0; r < ROUNDS; r++)
                samples[n++] = (struct sample){
                    .cell = cell_of(p, cells[c].strategy, cells[c].workers),
                    .launch = l,
                    .round = r,
                    .phase = SAMPLE_MEASURE,
                    .count = 10,
                    .calls = 2,
                    .wall_ns = 20 * ((100000 + 1000 * (int64_t)l + scatter[r]) / cells[c].divisor),
                    .verified = true,
                };
    return n;
}

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-9 * (b))

static void medians_go_by_launch(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;

    (void)state;
    make_plan(&p);
    const size_t n = script(&p, samples);
    assert_true(summary_make(&p, samples, n, &s));
    const struct summary_row *serial = &s.rows[cell_of(&p, 0, 1)], *two = &s.rows[cell_of(&p, 1, 2)];
    assert_int_equal(serial->samples, LAUNCHES * ROUNDS);
    assert_int_equal(serial->item_ns.n, LAUNCHES);
    assert_near(serial->item_ns.median, 104000);
    assert_near(serial->item_ns.low, 101000); /* 9 launches: ranks 2 and 8 */
    assert_near(serial->item_ns.high, 107000);
    assert_near(serial->min, 99000);
    assert_near(two->item_ns.median, 52000);
    assert_near(two->speedup.median, 2); /* in every launch, whatever the drift */
    assert_near(two->speedup.low, 2);
    assert_near(two->efficiency.median, 1);
    assert_near(s.rows[cell_of(&p, 1, 4)].efficiency.median, 0.5); /* of two CPUs, not of four workers */
    assert_int_equal(s.rows[cell_of(&p, 1, 1)].samples, 0);
    summary_free(&s);
    plan_free(&p);
}

static void warmup_and_wrong_results_do_not_count(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;

    (void)state;
    make_plan(&p);
    const size_t n = script(&p, samples);
    for (size_t i = 0; i < n; i++)
        if (samples[i].round == 1) {
            samples[i].phase = SAMPLE_WARMUP;
            samples[i].wall_ns = 1;
        } else if (samples[i].round == 0) {
            samples[i].verified = false;
            samples[i].wall_ns = INT64_C(1000000000000);
        }
    assert_true(summary_make(&p, samples, n, &s));
    assert_near(s.rows[cell_of(&p, 0, 1)].item_ns.median, 104000);
    assert_int_equal(s.rows[cell_of(&p, 0, 1)].samples, LAUNCHES);
    summary_free(&s);
    plan_free(&p);
}

static void few_launches_give_no_interval(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;

    (void)state;
    make_plan(&p);
    size_t n = script(&p, samples), kept = 0;
    for (size_t i = 0; i < n; i++)
        if (samples[i].launch < 5)
            samples[kept++] = samples[i];
    assert_true(summary_make(&p, samples, kept, &s));
    assert_false(s.rows[cell_of(&p, 0, 1)].item_ns.has_interval);
    char *csv = summary_to_csv(&p, &s);
    assert_non_null(csv);
    assert_non_null(strstr(csv, ",5,15,102000,,,"));
    free(csv);
    summary_free(&s);
    plan_free(&p);
}

static size_t fields(const char *line)
{
    size_t n = 1;

    for (; *line && *line != '\n'; line++)
        n += *line == ',';
    return n;
}

static void summary_lines_have_the_header_s_fields(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;

    (void)state;
    make_plan(&p);
    assert_true(summary_make(&p, samples, script(&p, samples), &s));
    char *csv = summary_to_csv(&p, &s);
    assert_non_null(csv);
    size_t lines = 0;
    for (const char *line = csv; *line; line = strchr(line, '\n') + 1, lines++)
        assert_int_equal(fields(line), 32);
    assert_int_equal(lines, 4); /* the header, and alpha with one worker left out */
    assert_non_null(
        strstr(csv, "\nalpha,chunk=16;x=2,spin,a=1;b=2,4,1,none,yield,0,100000,,,10,9,27,104000,101000,107000,"));
    free(csv);
    summary_free(&s);
    plan_free(&p);
}

static void a_sample_is_one_exact_line(void **state)
{
    char line[SAMPLE_LINE_MAX];
    struct plan p;

    (void)state;
    make_plan(&p);
    struct sample s = {.cell = cell_of(&p, 1, 4),
                       .launch = 3,
                       .round = 1,
                       .position = 2,
                       .phase = SAMPLE_MEASURE,
                       .count = 1000,
                       .calls = 7,
                       .wall_ns = 123456789,
                       .cpu_user_ns = 1,
                       .cpu_system_ns = 2,
                       .context_switches = SAMPLE_UNKNOWN,
                       .faults_minor = 4,
                       .faults_major = 0,
                       .load1 = 0.5,
                       .timestamp = 1700000000,
                       .verified = true};
    const size_t length = sample_format(&p, &s, line, sizeof line);
    assert_int_equal(length, strlen(line));
    assert_string_equal(line, "alpha,chunk=16;x=2,spin,a=1;b=2,4,1,none,yield,0,100000,,,1000,"
                              "3,1,2,measure,7,123456789,1,2,,4,0,0.50,1700000000,5,1\n");
    assert_int_equal(fields(line), fields(sample_header));
    sample_format_canary(&p, &s, line, sizeof line);
    assert_int_equal(fields(line), fields(sample_header));
    plan_free(&p);
}

static void the_table_is_readable(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;
    char *text = NULL;

    (void)state;
    make_plan(&p);
    assert_true(summary_make(&p, samples, script(&p, samples), &s));
    assert_true(table_format(&p, &s, &text));
    assert_non_null(strstr(text, "spin:a=1,b=2, 100 us per item\n"));
    assert_non_null(strstr(text, "alpha:chunk=16,x=2"));
    assert_non_null(strstr(text, "52.0 us ± 2.9%    2.00x *"));
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
            samples[i].wall_ns += 20 * 2000;
        }
    assert_true(summary_make(&p, samples, n, &s));
    assert_true(table_format(&p, &s, &text));
    for (const char *c = text; (c = strstr(c, "x *")); c++)
        stars++;
    assert_int_equal(stars, 3); /* serial and alpha at 1, alpha at 2 */
    free(text);
    summary_free(&s);
    for (size_t i = 0; i < n; i++)
        if (samples[i].cell == cell_of(&p, 1, 1))
            samples[i].wall_ns += 20 * 20000;
    assert_true(summary_make(&p, samples, n, &s));
    assert_true(table_format(&p, &s, &text));
    stars = 0;
    for (const char *c = text; (c = strstr(c, "x *")); c++)
        stars++;
    assert_int_equal(stars, 2);
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
    assert_string_equal(progress_line(50, 200, 10000000000, "spin", 0, line, sizeof line),
                        " 25% 50/200, 0:30 left  spin");
    for (size_t width = 1; width < 200; width++)
        assert_true(strlen(progress_line(199, 200, 1, "a name that goes on and on", width, line, sizeof line)) <=
                    width);
    assert_non_null(strstr(progress_line(0, 200, 0, "spin", 79, line, sizeof line), "? left"));
    assert_non_null(strstr(progress_line(100, 200, 1, "spin", 79, line, sizeof line), "####"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medians_go_by_launch),          cmocka_unit_test(warmup_and_wrong_results_do_not_count),
        cmocka_unit_test(few_launches_give_no_interval), cmocka_unit_test(summary_lines_have_the_header_s_fields),
        cmocka_unit_test(a_sample_is_one_exact_line),    cmocka_unit_test(the_table_is_readable),
        cmocka_unit_test(ties_are_not_ranked),           cmocka_unit_test(the_plan_says_why),
        cmocka_unit_test(progress_fits_the_width),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
