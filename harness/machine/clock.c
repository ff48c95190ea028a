/* The only file of the harness that reads a clock. */
#include "clock.h"

#include <time.h>

enum { READINGS = 1000, BATCHES = 31, STEPS = 20000 };

int64_t clock_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail: every Linux has this clock, and `now` is ours */
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_epoch_s(void)
{
    return (int64_t)time(NULL);
}

/* The cheapest batch: an interruption can only make a reading dearer. */
static double cost_of_reading(void)
{
    int64_t least = INT64_MAX;

    for (int batch = 0; batch < BATCHES; batch++) {
        const int64_t start = clock_now_ns();
        for (int i = 1; i < READINGS; i++)
            (void)clock_now_ns();
        const int64_t taken = clock_now_ns() - start;
        least = taken < least ? taken : least;
    }
    return (double)least / READINGS;
}

static double smallest_step(void)
{
    int64_t least = INT64_MAX, before = clock_now_ns();

    for (int i = 0; i < STEPS || least == INT64_MAX; i++) {
        const int64_t now = clock_now_ns();
        if (now > before && now - before < least)
            least = now - before;
        before = now;
    }
    return (double)least;
}

struct clock_facts clock_measure(void)
{
    return (struct clock_facts){.cost_ns = cost_of_reading(), .tick_ns = smallest_step()};
}
