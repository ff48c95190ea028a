/* sample.c and summary.c: from scripted samples to exact lines. */
#include "pure/summary.h"

#include "script_fixture.h"

#include <math.h>

#define assert_near(a, b) assert_true(fabs((a) - (b)) < 1e-9 * (b))

static const struct summary_row *row(const struct summary *s, const struct plan *p, size_t strategy, size_t workers,
                                     const char *quantity)
{
    const struct metric_quantity *quantities = p->metrics[0]->quantities;
    size_t q = 0;

    while (strcmp(quantities[q].name, quantity) != 0)
        q++;
    return summary_of(s, cell_of(p, strategy, workers), q);
}

static void medians_go_by_launch(void **state)
{
    struct sample samples[128];
    struct summary s;
    struct plan p;

    (void)state;
    make_plan(&p);
    const size_t n = script(&p, samples);
    assert_true(summary_make(&p, samples, n, &s));
    const struct summary_row *serial = row(&s, &p, 0, 1, "time_per_item"), *two = row(&s, &p, 1, 2, "time_per_item");
    assert_int_equal(serial->samples, LAUNCHES * ROUNDS);
    assert_int_equal(serial->estimate.n, LAUNCHES);
    assert_near(serial->estimate.median, 104000);
    assert_near(serial->estimate.low, 101000); /* 9 launches: ranks 2 and 8 */
    assert_near(serial->estimate.high, 107000);
    assert_near(serial->min, 99000);
    assert_near(two->estimate.median, 52000);
    assert_near(row(&s, &p, 1, 2, "speedup")->estimate.median, 2); /* in every launch, whatever the drift */
    assert_near(row(&s, &p, 1, 2, "speedup")->estimate.low, 2);
    assert_near(row(&s, &p, 1, 2, "efficiency")->estimate.median, 1);
    assert_near(row(&s, &p, 1, 4, "efficiency")->estimate.median, 0.5); /* of two CPUs, not of four workers */
    assert_int_equal(row(&s, &p, 1, 1, "time_per_item")->samples, 0);
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
            samples[i].value = 1;
        } else if (samples[i].round == 0) {
            samples[i].verified = false;
            samples[i].value = 1e12;
        }
    assert_true(summary_make(&p, samples, n, &s));
    assert_near(row(&s, &p, 0, 1, "time_per_item")->estimate.median, 104000);
    assert_int_equal(row(&s, &p, 0, 1, "time_per_item")->samples, LAUNCHES);
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
    assert_false(row(&s, &p, 0, 1, "time_per_item")->estimate.has_interval);
    char *csv = summary_to_csv(&p, &s);
    assert_non_null(csv);
    assert_non_null(strstr(csv, ",5,15,102000,,,99000,"));
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
        assert_int_equal(fields(line), 28);
    assert_int_equal(lines, 1 + 3 * 4); /* the header; alpha with one worker is left out */
    assert_non_null(
        strstr(csv, "\nthroughput,time_per_item,ns,alpha,chunk=16;x=2,spin,a=1;b=2,4,1,none,yield,0,100000,,,,10,9,27,"
                    "104000,101000,107000,"));
    assert_non_null(strstr(csv,
                           "\nthroughput,speedup,1,alpha,chunk=16;x=2,spin,a=1;b=2,2,0,none,yield,0,100000,,,,10,9,0,"
                           "2,2,2,,,,,,yes\n"));
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
                       .value = 17636.5,
                       .wall_ns = 123456789,
                       .used = {.cpu_user_ns = 1,
                                .cpu_system_ns = 2,
                                .context_switches = SAMPLE_UNKNOWN,
                                .migrations = 3,
                                .faults_minor = 4,
                                .faults_major = 0,
                                .steal_ns = 5},
                       .worker_cpus = "0-1;3",
                       .load1 = 0.5,
                       .timestamp = 1700000000,
                       .verified = true};
    const size_t length = sample_format(&p, &s, line, sizeof line);
    assert_int_equal(length, strlen(line));
    assert_string_equal(line, "throughput,time_per_item,ns,alpha,chunk=16;x=2,spin,a=1;b=2,4,1,none,yield,0,100000,,,,"
                              "1000,3,1,2,measure,7,17636.5,123456789,1,2,,3,4,0,5,0-1;3,0.50,1700000000,5,1\n");
    assert_int_equal(fields(line), fields(sample_header));
    s.phase = SAMPLE_CANARY;
    sample_format_machine(&p, &s, line, sizeof line);
    assert_int_equal(fields(line), fields(sample_header));
    plan_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(medians_go_by_launch),          cmocka_unit_test(warmup_and_wrong_results_do_not_count),
        cmocka_unit_test(few_launches_give_no_interval), cmocka_unit_test(summary_lines_have_the_header_s_fields),
        cmocka_unit_test(a_sample_is_one_exact_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
