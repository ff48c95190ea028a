/* Lines of samples.csv: what sample.c writes, sample_read.c reads; what it does not write, it refuses. */
#include "pure/sample_read.h"
#include "saved/csv.h"

#include "../harness/plan_fixture.h"

#include <stdio.h>

/* A sample with every field set, or with none that may be unknown. */
static struct sample sample_of(size_t cell, bool known)
{
    struct sample s = {.cell = cell,
                       .launch = 2,
                       .round = 1,
                       .position = 1,
                       .phase = known ? SAMPLE_MEASURE : SAMPLE_WARMUP,
                       .count = 1000,
                       .calls = 3,
                       .value = 1234.5625,
                       .wall_ns = known ? 123456789 : SAMPLE_UNKNOWN,
                       .used = sample_no_counters(),
                       .load1 = 0.25,
                       .timestamp = 1700000000,
                       .verified = known};
    if (known) {
        s.used = (struct sample_counters){1, 2, 3, 4, 5, 6, 7};
        strcpy(s.worker_cpus, "0-3;8");
    }
    return s;
}

static bool read_line(const struct sample_reader *r, char *text, struct sample *s, char why[WHY_SIZE])
{
    char *cells[SAMPLE_COLUMNS_MAX];

    return csv_cut(text, strlen(text), 1, cells, r->columns, why) && sample_read(r, cells, s, why);
}

static void what_is_written_is_read(void **state)
{
    const struct plan_request req = request();
    struct sample_reader r;
    struct plan p;
    char text[SAMPLE_LINE_MAX], why[WHY_SIZE] = "";

    (void)state;
    make(&req, &p);
    assert_true(sample_reader_open(&r, &p));
    for (size_t cell = 0; cell < p.cell_count; cell++)
        for (int known = 0; known <= 1; known++) {
            struct sample s = sample_of(cell, known), back;
            s.quantity =
                known ? plan_metric_of(&p, cell)->quantities[1].name != NULL : sample_quantity_warmup(&p, cell);
            sample_format(&p, &s, text, sizeof text);
            if (!read_line(&r, text, &back, why))
                fail_msg("%s", why);
            assert_memory_equal(&back.used, &s.used, sizeof s.used);
            assert_string_equal(back.worker_cpus, s.worker_cpus);
            assert_true(back.cell == s.cell && back.quantity == s.quantity && back.launch == s.launch &&
                        back.round == s.round && back.position == s.position && back.phase == s.phase &&
                        back.count == s.count && back.calls == s.calls && back.value == s.value &&
                        back.wall_ns == s.wall_ns && back.load1 == s.load1 && back.timestamp == s.timestamp &&
                        back.verified == s.verified);
        }
    sample_reader_close(&r);
    plan_free(&p);
}

static void canaries_have_no_cell(void **state)
{
    const struct plan_request req = request();
    struct sample s = sample_of(0, true), back;
    struct sample_reader r;
    struct plan p;
    char text[SAMPLE_LINE_MAX], why[WHY_SIZE];

    (void)state;
    make(&req, &p);
    assert_true(sample_reader_open(&r, &p));
    s.count = 9000000; /* loops: more than a call has items */
    s.phase = SAMPLE_CANARY;
    sample_format_machine(&p, &s, text, sizeof text);
    assert_true(read_line(&r, text, &back, why));
    assert_true(back.cell == SAMPLE_NO_CELL && back.phase == SAMPLE_CANARY && back.launch == 2 &&
                back.wall_ns == 123456789);
    sample_reader_close(&r);
    plan_free(&p);
}

/* The line of a good sample with one column replaced. */
static void spoil(const struct plan *p, const char *name, const char *value, char *text, size_t size)
{
    const struct sample s = sample_of(0, true);
    char line[SAMPLE_LINE_MAX];
    const char *column = sample_header, *cell = line;

    sample_format(p, &s, line, sizeof line);
    text[0] = '\0';
    while (*cell) {
        const size_t width = strcspn(cell, ",\n"), length = strcspn(column, ",\n"), used = strlen(text);
        const bool here = strlen(name) == length && strncmp(column, name, length) == 0;
        snprintf(text + used, size - used, "%.*s%c", here ? (int)strlen(value) : (int)width, here ? value : cell,
                 cell[width]);
        column += length + 1;
        cell += width + 1;
    }
}

static void what_nobody_writes_is_refused(void **state)
{
    static const struct {
        const char *column, *value, *why;
    } bad[] = {
        {"strategy", "gamma", "no cell of plan.json"},
        {"metric", "", "no cell of plan.json"},
        {"workers", "3", "no cell of plan.json"},
        {"unit", "s", "no cell of plan.json"},
        {"launch", "9999", "launch is '9999'"},
        {"launch", "-1", "launch is '-1'"},
        {"round", "1e3", "round is '1e3'"},
        {"count", "0", "count is '0'"},
        {"count", "99999999999", "count is"},
        {"calls", "", "calls is ''"},
        {"value", "nan", "value is 'nan'"},
        {"value", "inf", "value is 'inf'"},
        {"value", "-3", "value is '-3'"},
        {"value", "1e999", "value is '1e999'"},
        {"value", "0x10", "value is '0x10'"},
        {"wall_ns", "9223372036854775808", "wall_ns is"},
        {"wall_ns", "99999999999999999999999", ""},
        {"steal_ns", " 1", "steal_ns is ' 1'"},
        {"phase", "measured", "phase is 'measured'"},
        {"quantity", "(warmup)", "phase is 'measure'"},
        {"quantity", "(session)", "phase is 'measure'"},
        {"worker_cpus", "<script>", "worker_cpus is '<script>'"},
        {"verified", "2", "verified is '2'"},
        {"timestamp", "now", "timestamp is 'now'"},
    };
    const struct plan_request req = request();
    struct sample_reader r;
    struct sample s;
    struct plan p;
    char text[2 * SAMPLE_LINE_MAX], why[WHY_SIZE];

    (void)state;
    make(&req, &p);
    assert_true(sample_reader_open(&r, &p));
    spoil(&p, "launch", "1", text, sizeof text);
    assert_true(read_line(&r, text, &s, why));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        spoil(&p, bad[i].column, bad[i].value, text, sizeof text);
        assert_false(read_line(&r, text, &s, why));
        if (!strstr(why, bad[i].why))
            fail_msg("%s: %s", bad[i].column, why);
    }
    sample_reader_close(&r);
    plan_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(canaries_have_no_cell),
        cmocka_unit_test(what_nobody_writes_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
