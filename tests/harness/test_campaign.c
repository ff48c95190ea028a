/* campaign: plan, order, repetition, targets, store and going on, exactly, on a scripted machine with a virtual clock.
 */
#include "campaign_fixture.h"

/* What ran is the plan's order, from its first launch to its last. */
static void assert_order(const struct stage *s)
{
    size_t n = 0;

    for (size_t l = 0; l < s->plan.launches; l++)
        for (size_t i = 0; i < plan_visits(&s->plan, l); i++)
            assert_int_equal(s->mock.cells[n++], s->plan.order[l * s->plan.cell_count + i]);
    assert_int_equal(n, s->mock.sessions);
}

static size_t count_phase(const struct stage *s, enum sample_phase phase)
{
    size_t n = 0;

    for (size_t i = 0; i < s->campaign.journal.samples.count; i++)
        n += s->campaign.journal.samples.list[i].phase == phase;
    return n;
}

static void a_calm_run_is_its_plan(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "default");
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_int_equal(s.plan.launches, 9); /* all have reached their targets */
    assert_order(&s);
    assert_int_equal(count_phase(&s, SAMPLE_MEASURE), 9 * 7 * 3);
    assert_int_equal(s.campaign.journal.samples.session_count, 9 * 7);
    assert_int_equal(s.campaign.journal.samples.canary_count, 9 * 7 + 9);
    assert_int_equal(s.campaign.journal.own.check_ns, 9 * 7 * 1000);
    /* three proofs, one calibration, seven sizes; then sessions and canaries */
    assert_int_equal(s.mock.now_ns - 1000000000,
                     11 * INT64_C(1000000) + 9 * 7 * INT64_C(100000000) + (9 * 7 + 9) * INT64_C(5000000));
    assert_int_equal(s.plan.cells[6].count, s.plan.cells[plan_twin_of(&s.plan, 6)].count);
    close_stage(&s);
}

/* beta scatters: its groups, and the base of their speed-ups, get launches up to the last look; the others none. */
static void only_what_has_not_reached_its_target_goes_on(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "default");
    s.mock.scattered = 2;
    s.mock.scatter = 0.1;
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_int_equal(s.plan.launches, 31);
    assert_order(&s);
    assert_int_equal(s.kept, 3); /* for 15, 21 and 31 */
    for (size_t l = 9; l < 31; l++)
        for (size_t i = 0; i < plan_visits(&s.plan, l); i++) {
            const size_t cell = s.plan.order[l * s.plan.cell_count + i];
            bool with_beta = false;
            for (size_t k = 0; k < s.plan.cell_count; k++)
                with_beta =
                    with_beta || (s.plan.cells[k].strategy == 2 && s.plan.cells[k].group == s.plan.cells[cell].group);
            assert_true(with_beta || s.plan.cells[cell].strategy == 0);
        }
    close_stage(&s);
}

static void more_launches_fit_the_budget(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "default");
    s.mock.scattered = 2;
    s.mock.scatter = 0.1;
    s.mock.session_ns = 1500000000; /* nine launches take 95 s of 150 s, six more of five or six cells 50 s */
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_int_equal(s.plan.launches, 15);
    assert_true(s.mock.now_ns < 1000000000 + (int64_t)s.plan.budget_ns);
    close_stage(&s);
}

static void quick_runs_do_not_go_on(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "quick");
    s.mock.scattered = 2;
    s.mock.scatter = 0.1;
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_int_equal(s.plan.launches, 6);
    assert_int_equal(s.kept, 0);
    close_stage(&s);
}

static void what_ran_on_another_machine_is_repeated(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "quick");
    s.mock.off_at = 10; /* beside one session, and twice more before it is tried again */
    s.mock.off_end = 13;
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_int_equal(s.mock.sessions, 6 * 7 + 1);
    assert_int_equal(s.campaign.repeated, 1);
    assert_int_equal(count_phase(&s, SAMPLE_INVALID), 6);
    assert_int_equal(count_phase(&s, SAMPLE_MEASURE), 6 * 7 * 3);
    close_stage(&s);
}

/* A machine that stays off is taken as it is, once a tenth has been repeated. */
static void not_more_than_a_tenth_is_repeated(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "quick");
    s.mock.canary_ns = 5000000;
    s.mock.off_at = 16;
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_in_range(s.campaign.repeated, 1, 6 * 7 / 10 + 1);
    assert_int_equal(count_phase(&s, SAMPLE_MEASURE), 6 * 7 * 3);
    close_stage(&s);
}

static void a_clock_that_goes_back_costs_a_session(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "quick");
    s.mock.jump_at = 20;
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_int_equal(s.campaign.repeated, 1);
    assert_int_equal(s.mock.cells[20], s.mock.cells[21]);
    assert_int_equal(count_phase(&s, SAMPLE_INVALID), 6);
    close_stage(&s);
}

static void a_run_ends_when_cpus_go(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "quick");
    s.mock.shrink_at = 9;
    assert_int_equal(run(&s), CAMPAIGN_CANNOT);
    assert_non_null(strstr(s.why, "of the 2 CPUs that this run began with only 1 are left"));
    assert_int_equal(s.mock.sessions, 9);
    close_stage(&s);
}

static void a_full_store_ends_the_run(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "quick");
    assert_int_equal(campaign_prepare(&s.campaign, s.why), CAMPAIGN_DONE);
    assert_int_equal(campaign_run(&s.campaign, &s.store, s.why), CAMPAIGN_CANNOT); /* it was never begun */
    assert_non_null(strstr(s.why, "cannot write samples.csv"));
    assert_in_range(s.mock.sessions, 0, 1);
    close_stage(&s);
}

static void a_cell_that_fails_is_left_out(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "quick");
    s.mock.fail_at = 8; /* in the second launch */
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_true(s.campaign.found);
    const size_t cell = s.mock.cells[8];
    for (int n = 9; n < s.mock.sessions; n++)
        assert_int_not_equal(s.mock.cells[n], cell);
    for (size_t i = 0; i < s.campaign.journal.samples.count; i++)
        assert_true(s.campaign.journal.samples.list[i].verified == (s.campaign.journal.samples.list[i].cell != cell));
    close_stage(&s);
}

static void a_strategy_that_breaks_the_contract_is_refused(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "quick");
    s.mock.refused = 1;
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_true(s.campaign.found);
    assert_int_equal(s.mock.sessions, 6 * 3); /* serial and beta: alpha's twin goes with alpha */
    close_stage(&s);
}

/* Interrupted at its n-th session, wherever that is, it goes on with that session, and nothing is measured twice. */
static void an_interrupted_run_goes_on(void **state)
{
    (void)state;
    for (int n = 0; n < 6 * 7; n++) {
        struct stage s;
        open_stage(&s, "quick");
        s.mock.interrupt_at = n;
        assert_int_equal(run(&s), CAMPAIGN_INTERRUPTED);
        assert_int_equal(s.mock.sessions, n + 1);
        s.mock.interrupt_at = MOCK_NEVER;
        s.mock.sessions = n; /* it is taken again */
        go_on(&s);
        assert_int_equal(run(&s), CAMPAIGN_DONE);
        assert_order(&s);
        assert_int_equal(count_phase(&s, SAMPLE_MEASURE), 6 * 7 * 3);
        go_on(&s);
        assert_int_equal(run(&s), CAMPAIGN_DONE);
        assert_int_equal(s.mock.sessions, 6 * 7); /* there is nothing left */
        close_stage(&s);
    }
}

static void what_was_left_out_stays_out(void **state)
{
    struct stage s;

    (void)state;
    open_stage(&s, "quick");
    s.mock.fail_at = 8;
    s.mock.interrupt_at = 12;
    assert_int_equal(run(&s), CAMPAIGN_INTERRUPTED);
    const size_t cell = s.mock.cells[8];
    go_on(&s);
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_true(s.campaign.found);
    for (int n = 9; n < s.mock.sessions; n++)
        assert_int_not_equal(s.mock.cells[n], cell);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_calm_run_is_its_plan),
        cmocka_unit_test(only_what_has_not_reached_its_target_goes_on),
        cmocka_unit_test(more_launches_fit_the_budget),
        cmocka_unit_test(quick_runs_do_not_go_on),
        cmocka_unit_test(what_ran_on_another_machine_is_repeated),
        cmocka_unit_test(not_more_than_a_tenth_is_repeated),
        cmocka_unit_test(a_clock_that_goes_back_costs_a_session),
        cmocka_unit_test(a_run_ends_when_cpus_go),
        cmocka_unit_test(a_full_store_ends_the_run),
        cmocka_unit_test(a_cell_that_fails_is_left_out),
        cmocka_unit_test(a_strategy_that_breaks_the_contract_is_refused),
        cmocka_unit_test(an_interrupted_run_goes_on),
        cmocka_unit_test(what_was_left_out_stays_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
