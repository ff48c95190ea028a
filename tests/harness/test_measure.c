/* session, runner, calibrate, measure: strategies with scripted faults, real child processes, a real samples.csv. */
#include "machine/isolate.h"
#include "measure/calibrate.h"
#include "measure/journal.h"

#include "faulty.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* One cell of one fixture on one workload, and a result folder. */
struct stage {
    char root[64];
    struct chosen_strategy strategy;
    struct chosen_workload load;
    struct plan plan;
    struct store store;
    struct runner runner;
    struct world world;
    struct journal journal;
    char why[WHY_SIZE];
};

static const struct workload *find_workload(const char *name)
{
    for (size_t i = 0; workloads[i]; i++)
        if (strcmp(workloads[i]->name, name) == 0)
            return workloads[i];
    fail();
    return NULL;
}

static void open_plan(struct stage *s)
{
    const struct plan_subject strategy = {.name = s->strategy.ops->name, .workers_max = 8};
    const struct plan_subject load = {.name = s->load.workload->name};
    const struct worker_point point = {2, POINT_ASKED};
    const struct plan_metric metric = {.metric = metric_named("throughput")};
    const struct plan_request r = {.profile = "quick",
                                   .seed = 5,
                                   .budget_ns = UINT64_C(60000000000),
                                   .usable = 2,
                                   .metrics = &metric,
                                   .metric_count = 1,
                                   .strategies = &strategy,
                                   .strategy_count = 1,
                                   .workloads = &load,
                                   .workload_count = 1,
                                   .points = &point,
                                   .point_count = 1};

    assert_true(plan_make(&r, &s->plan, s->why));
    s->plan.cells[0].count = 100;
}

/* call: the one that goes wrong, "call=4"; warm-up has three. */
static void open_stage(struct stage *s, enum fixture fixture, const char *call, const char *load)
{
    static char options[32];
    bool refused;

    *s = (struct stage){.root = "/tmp/test_measure_XXXXXX", .strategy = {.ops = &fixtures[fixture]}};
    snprintf(options, sizeof options, "%s", call);
    s->strategy.options = options;
    s->load.workload = find_workload(load);
    open_plan(s);
    assert_non_null(mkdtemp(s->root));
    assert_true(store_open(&s->store, s->root, &refused, s->why));
    assert_true(store_begin_samples(&s->store, sample_header, s->why));
    s->runner =
        (struct runner){.plan = &s->plan, .strategies = &s->strategy, .workloads = &s->load, .loops_per_ns = 0.5};
    s->world = world_real(&s->runner);
    s->journal = (struct journal){.plan = &s->plan, .world = &s->world, .store = &s->store};
}

static void close_stage(struct stage *s)
{
    char command[128];

    journal_free(&s->journal);
    store_close(&s->store);
    plan_free(&s->plan);
    snprintf(command, sizeof command, "rm -rf '%s'", s->root);
    assert_int_equal(system(command), 0);
}

static enum runner_end measure(struct stage *s, int64_t timeout_ns)
{
    struct journal_session session = journal_session_begin(&s->journal, 0, 0);
    const enum runner_end end =
        s->world.session(&s->runner, s->plan.cells, 0, timeout_ns, journal_take, &session, s->why);

    journal_session_end(&session, 0, 1000, true, end == RUNNER_DONE);
    return end;
}

/* Lines of samples.csv that end with ",1" (verified) or ",0". */
static size_t stored(const struct stage *s, char verified)
{
    char path[96], line[1024];
    size_t n = 0;

    snprintf(path, sizeof path, "%s/samples.csv", s->root);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    while (fgets(line, sizeof line, f)) {
        if (strstr(line, ",session,"))
            continue;
        assert_int_equal(line[strlen(line) - 1], '\n');
        n += line[strlen(line) - 2] == verified;
    }
    fclose(f);
    return n;
}

static const int64_t MINUTE_NS = 60000000000;

static void a_right_strategy_gives_all_samples(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, RIGHT, "call=0", "nothing");
    assert_int_equal(measure(&s, MINUTE_NS), RUNNER_DONE);
    assert_int_equal(s.journal.samples.count, PLAN_WARMUPS + s.plan.rounds);
    assert_int_equal(stored(&s, '1'), PLAN_WARMUPS + s.plan.rounds);
    for (size_t i = 0; i < s.journal.samples.count; i++) {
        assert_int_equal(s.journal.samples.list[i].phase, i < PLAN_WARMUPS ? SAMPLE_WARMUP : SAMPLE_MEASURE);
        assert_true(s.journal.samples.list[i].wall_ns > 0 && s.journal.samples.list[i].count == 100);
    }
    assert_true(s.journal.own.check_ns > 0);
    close_stage(&s);
}

static void a_sample_lasts_as_long_as_asked(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, RIGHT, "call=0", "nothing");
    s.runner.sample_ns_min = 100000;
    assert_int_equal(measure(&s, MINUTE_NS), RUNNER_DONE);
    for (size_t i = PLAN_WARMUPS; i < s.journal.samples.count; i++)
        assert_true(s.journal.samples.list[i].wall_ns >= 100000 || s.journal.samples.list[i].calls == 1000);
    assert_int_equal(s.journal.samples.list[0].calls, 1);
    close_stage(&s);
}

static void a_wrong_call_ends_the_cell(enum fixture fixture, const char *expected)
{
    struct stage s;

    open_stage(&s, fixture, "call=5", "nothing");
    assert_int_equal(measure(&s, MINUTE_NS), RUNNER_FAILED);
    assert_non_null(strstr(s.why, expected));
    assert_int_equal(stored(&s, '1'), 4);
    assert_int_equal(stored(&s, '0'), 1);
    close_stage(&s);
}

static void swapped_neighbours_are_seen(void **state)
{
    (void)state;
    a_wrong_call_ends_the_cell(SWAPPING, "the result of item 0 of 100 is wrong");
}

/* What an earlier call left in the array must not pass for this call's results. */
static void a_call_that_does_nothing_is_seen(void **state)
{
    (void)state;
    a_wrong_call_ends_the_cell(LAZY, "the result of item 0 of 100 is wrong");
}

static void an_error_is_told(void **state)
{
    (void)state;
    a_wrong_call_ends_the_cell(FAILING, "the fixture broke on purpose");
}

static void a_death_is_told_and_complete_samples_stay(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, DYING, "call=5", "nothing");
    assert_int_equal(measure(&s, MINUTE_NS), RUNNER_FAILED);
    assert_non_null(strstr(s.why, "signal 9"));
    assert_int_equal(stored(&s, '1'), 4);
    close_stage(&s);
}

static void a_hang_ends_at_the_deadline(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, HANGING, "call=5", "nothing");
    assert_int_equal(measure(&s, 300000000), RUNNER_FAILED);
    assert_non_null(strstr(s.why, "did not end within 300 ms"));
    close_stage(&s);
}

static void task_errors_are_expected_where_the_workload_says_so(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, RIGHT, "call=0", "fail_at");
    assert_int_equal(measure(&s, MINUTE_NS), RUNNER_DONE);
    assert_int_equal(stored(&s, '1'), PLAN_WARMUPS + s.plan.rounds);
    close_stage(&s);
}

static void a_store_that_fails_is_remembered(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, RIGHT, "call=0", "nothing");
    close(s.store.samples);
    s.store.samples = -1;
    measure(&s, MINUTE_NS);
    assert_true(s.journal.failed);
    assert_non_null(strstr(s.journal.why, "cannot write samples.csv"));
    assert_int_equal(s.journal.samples.count, 0);
    close_stage(&s);
}

static void costs_are_found_or_the_reason(void **state)
{
    struct counts_cost cost;
    struct stage s;

    (void)state;
    open_stage(&s, RIGHT, "call=0", "nothing");
    assert_int_equal(calibrate_cost(&s.runner, s.plan.cells, &cost, s.why), RUNNER_DONE);
    assert_true(cost.item_ns > 0 && cost.check_ns > 0);
    assert_int_equal(cost.item_bytes, 24);
    s.strategy.ops = &fixtures[LAZY];
    strcpy(s.strategy.options, "call=1");
    assert_int_equal(calibrate_cost(&s.runner, s.plan.cells, &cost, s.why), RUNNER_FAILED);
    assert_non_null(strstr(s.why, "wrong"));
    close_stage(&s);
}

static void whole(void *arg, const struct note *note)
{
    size_t *n = arg;

    assert_int_equal(note->kind, NOTE_OWN);
    assert_int_equal(note->own.check_ns, 1000 + (int64_t)(*n)++);
}

/* A pipe cuts where it likes. */
static void notes_survive_any_cut(void **state)
{
    enum { NOTES = 3 };
    static struct note notes[NOTES];

    (void)state;
    for (size_t i = 0; i < NOTES; i++)
        notes[i] = (struct note){.kind = NOTE_OWN, .own.check_ns = 1000 + (int64_t)i};
    for (size_t piece = 1; piece <= sizeof notes; piece++) {
        size_t got = 0;
        struct channel c = {.take = whole, .arg = &got};
        for (size_t at = 0; at < sizeof notes; at += piece)
            channel_sink(&c, (const char *)notes + at, piece < sizeof notes - at ? piece : sizeof notes - at);
        assert_int_equal(got, NOTES);
        assert_int_equal(c.filled, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_strategy_gives_all_samples),
        cmocka_unit_test(a_sample_lasts_as_long_as_asked),
        cmocka_unit_test(swapped_neighbours_are_seen),
        cmocka_unit_test(a_call_that_does_nothing_is_seen),
        cmocka_unit_test(an_error_is_told),
        cmocka_unit_test(a_death_is_told_and_complete_samples_stay),
        cmocka_unit_test(a_hang_ends_at_the_deadline),
        cmocka_unit_test(task_errors_are_expected_where_the_workload_says_so),
        cmocka_unit_test(a_store_that_fails_is_remembered),
        cmocka_unit_test(costs_are_found_or_the_reason),
        cmocka_unit_test(notes_survive_any_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
