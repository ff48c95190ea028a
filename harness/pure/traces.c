#include "traces.h"

#include <stdlib.h>

/* One worker's time at work. */
struct seat {
    int64_t name, first_ns, end_ns, busy_ns;
};

static int by_start(const void *a, const void *b)
{
    const struct trace_item *x = a, *y = b;

    return x->start_ns < y->start_ns ? -1 : x->start_ns > y->start_ns;
}

static void sit(struct seat *seat, const struct trace_item *item)
{
    if (seat->busy_ns == 0)
        seat->first_ns = item->start_ns;
    seat->name = item->worker;
    seat->end_ns = item->end_ns;
    seat->busy_ns += item->end_ns - item->start_ns + 1; /* never 0 once somebody sits there */
}

/* Seats by name. False: there are more names than seats. */
static bool seat_by_name(struct seat *seats, size_t workers, const struct trace_item *items, size_t count)
{
    size_t taken = 0;

    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < taken && seats[k].name != items[i].worker)
            k++;
        if (k == workers)
            return false;
        taken += k == taken;
        sit(&seats[k], &items[i]);
    }
    return true;
}

/* Each item takes the seat that has been free for longest. */
static void seat_by_time(struct seat *seats, size_t workers, const struct trace_item *items, size_t count)
{
    for (size_t k = 0; k < workers; k++)
        seats[k] = (struct seat){.end_ns = INT64_MIN};
    for (size_t i = 0; i < count; i++) {
        size_t longest = 0;
        for (size_t k = 1; k < workers; k++)
            if (seats[k].end_ns < seats[longest].end_ns)
                longest = k;
        sit(&seats[longest], &items[i]);
    }
}

/* Workers that ran nothing count in the fair share, and have neither start nor end. */
static struct trace_shape shape_of(const struct seat *seats, size_t workers, int64_t call_ns)
{
    double total_ns = 0, most_ns = 0, end_sum_ns = 0;
    int64_t last_first_ns = call_ns, last_end_ns = INT64_MIN;
    size_t used = 0;

    for (size_t k = 0; k < workers; k++) {
        if (seats[k].busy_ns == 0)
            continue;
        used++;
        total_ns += (double)seats[k].busy_ns;
        most_ns = (double)seats[k].busy_ns > most_ns ? (double)seats[k].busy_ns : most_ns;
        end_sum_ns += (double)(seats[k].end_ns - call_ns);
        last_first_ns = seats[k].first_ns > last_first_ns ? seats[k].first_ns : last_first_ns;
        last_end_ns = seats[k].end_ns > last_end_ns ? seats[k].end_ns : last_end_ns;
    }
    if (used == 0)
        return (struct trace_shape){0};
    return (struct trace_shape){
        .share_max = most_ns * (double)workers / total_ns,
        .start_lag_ns = last_first_ns - call_ns,
        .straggler_ns = last_end_ns - call_ns - (int64_t)(end_sum_ns / (double)used),
    };
}

bool trace_shape_of(struct trace_item *items, size_t count, size_t workers, int64_t call_ns, struct trace_shape *shape)
{
    struct seat *seats = calloc(workers ? workers : 1, sizeof *seats);

    if (!seats)
        return false;
    if (count > 1)
        qsort(items, count, sizeof *items, by_start);
    if (!seat_by_name(seats, workers, items, count))
        seat_by_time(seats, workers, items, count);
    *shape = shape_of(seats, workers, call_ns);
    free(seats);
    return true;
}
