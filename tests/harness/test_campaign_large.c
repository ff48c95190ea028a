/* A campaign of ten thousand cells, to its end; and what a cell costs the harness, beside what it does among a
 * thousand. */
#include "campaign_fixture.h"

#include <time.h>

/* With 6 cells for each work per item, and launches added at a look. Returns CPU seconds per cell. */
static double cost_per_cell(size_t cells)
{
    static const struct plan_subject spin = {.name = "spin", .tunable = true};
    static uint64_t works[2000];
    struct plan_request r = request();
    struct stage s;

    for (size_t i = 0; i < cells / 6; i++)
        works[i] = 1000 + i;
    r.workloads = &spin;
    r.workload_count = 1;
    r.ladders.works_ns = (struct metric_values){works, cells / 6};
    r.budget_ns = UINT64_C(1) << 62;
    const clock_t start = clock();
    open_stage_of(&s, &r);
    assert_int_equal(s.plan.cell_count, cells / 6 * 6);
    s.plan.rounds = 1;
    s.plan.launches_max = 15;
    s.mock.scattered = 2;
    s.mock.scatter = 0.1;
    assert_int_equal(run(&s), CAMPAIGN_DONE);
    assert_int_equal(s.plan.launches, 15);
    close_stage(&s);
    return (double)(clock() - start) / CLOCKS_PER_SEC / (double)cells;
}

/* For people to compare: no machine is quiet enough to assert it. Quadratic work would cost ten times as much. */
static void many_cells_are_brought_to_their_end(void **state)
{
    const double few = cost_per_cell(1000), many = cost_per_cell(10000);

    (void)state;
    print_message("%.0f us of CPU time for each of 1,000 cells, %.0f us for each of 10,000\n", 1e6 * few, 1e6 * many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_cells_are_brought_to_their_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
