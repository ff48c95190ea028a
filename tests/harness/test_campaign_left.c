/* What is told to be left of a run, on a virtual clock: right within a fifth once a quarter of it is over. */
#include "campaign_fixture.h"
#include "measure/campaign_parts.h"

#include <math.h>

enum { TOLD_MAX = 1024 };

/* What was told, and when. */
struct told {
    const struct stage *stage;
    size_t count;
    double now_ns[TOLD_MAX], left_ns[TOLD_MAX];
};

static void ask(void *arg)
{
    struct told *t = arg;
    const struct campaign *c = &t->stage->campaign;
    size_t launch = 0;

    while (campaign_launch_left(c, launch).sessions == 0)
        launch++;
    assert_in_range(t->count, 0, TOLD_MAX - 1);
    t->now_ns[t->count] = (double)t->stage->mock.now_ns;
    t->left_ns[t->count++] = campaign_left(c, launch).ns;
}

/* A run from end to end; prints where it was told worst after its first quarter, and fails beyond a fifth. */
static void assert_told(struct stage *s, struct told *t, const char *what)
{
    double start_ns, length_ns, worst = 0, at = 0;

    *t = (struct told){.stage = s};
    s->mock.watch = ask;
    s->mock.watch_arg = t;
    assert_int_equal(run(s), CAMPAIGN_DONE);
    start_ns = t->now_ns[0];
    length_ns = (double)s->mock.now_ns - start_ns;
    for (size_t i = 0; i < t->count; i++) {
        const double share = (t->now_ns[i] - start_ns) / length_ns, left_ns = length_ns * (1 - share);
        const double off = fabs(t->left_ns[i] - left_ns) / left_ns;
        if (share >= 0.25 && share <= 0.95 && off > worst) {
            worst = off;
            at = share;
        }
    }
    print_message("%s: %zu launches, off by %.0f %% at most, at %.0f %%\n", what, s->plan.launches, 100 * worst,
                  100 * at);
    assert_true(worst <= 0.2);
}

static void runs_of_every_length(void **state)
{
    static const struct {
        const char *what, *profile;
        double scatter;
        int64_t session_ns, step_ns;
        size_t launches;
    } runs[] = {
        {"no launches added", "default", 0, 100000000, 0, 9},
        {"sessions of many lengths", "default", 0, 100000000, 40000000, 9},
        {"nothing to be added", "quick", 0.1, 100000000, 30000000, 6},
        {"launches added up to the last look", "default", 0.1, 100000000, 20000000, 31},
        {"as many as the budget allows", "default", 0.1, 1500000000, 0, 15},
        {"a publication", "publication", 0.1, 200000000, 10000000, 31},
    };
    static struct told told;

    (void)state;
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct stage s;
        open_stage(&s, runs[i].profile);
        s.mock.scattered = 2;
        s.mock.scatter = runs[i].scatter;
        s.mock.session_ns = runs[i].session_ns;
        s.mock.step_ns = runs[i].step_ns;
        assert_told(&s, &told, runs[i].what);
        assert_int_equal(s.plan.launches, runs[i].launches);
        close_stage(&s);
    }
}

/* What an interrupted run has measured tells the next one at once how long the rest takes. */
static void a_run_that_goes_on(void **state)
{
    static struct told told;
    struct stage s;

    (void)state;
    open_stage(&s, "default");
    s.mock.scattered = 2;
    s.mock.scatter = 0.1;
    s.mock.interrupt_at = 40;
    assert_int_equal(run(&s), CAMPAIGN_INTERRUPTED);
    s.mock.interrupt_at = MOCK_NEVER;
    go_on(&s);
    assert_told(&s, &told, "gone on");
    close_stage(&s);
}

/* A cell that is left out is no part of what is left. */
static void a_run_that_loses_a_cell(void **state)
{
    static struct told told;
    struct stage s;

    (void)state;
    open_stage(&s, "default");
    s.mock.step_ns = 50000000;
    s.mock.fail_at = 5;
    assert_told(&s, &told, "a cell less");
    assert_true(s.campaign.found);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_of_every_length),
        cmocka_unit_test(a_run_that_goes_on),
        cmocka_unit_test(a_run_that_loses_a_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
