/* panel - what a picture needs to know of a panel as a whole. */
#include "curves.h"

#include <math.h>
#include <stdlib.h>

bool panel_range(const struct panel *panel, enum curve_kind metric, double *least, double *greatest)
{
    *least = INFINITY;
    *greatest = -INFINITY;
    for (size_t c = 0; c < panel->count; c++)
        for (size_t i = 0; i < panel->curves[c].count; i++) {
            const struct curve_value *v = &panel->curves[c].points[i].value[metric];
            double low = isnan(v->low) ? v->median : v->low, high = isnan(v->high) ? v->median : v->high;
            if (!(v->median > 0))
                continue;
            *least = fmin(*least, low > 0 ? low : v->median);
            *greatest = fmax(*greatest, high);
        }
    return *greatest >= *least;
}

static int places_compare(const void *a, const void *b)
{
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return (left > right) - (left < right);
}

bool panel_places(const struct panel *panel, size_t **list, size_t *count)
{
    size_t all = 0, used = 0;

    for (size_t c = 0; c < panel->count; c++)
        all += panel->curves[c].count;
    size_t *places = *list = malloc((all + 1) * sizeof(*places));
    if (!places)
        return false;
    for (size_t c = 0; c < panel->count; c++)
        for (size_t i = 0; i < panel->curves[c].count; i++)
            places[used++] = panel->curves[c].points[i].at;
    qsort(places, all, sizeof(*places), places_compare);
    *count = 0;
    for (size_t i = 0; i < all; i++)
        if (*count == 0 || places[i] != places[*count - 1])
            places[(*count)++] = places[i];
    return true;
}

size_t panel_workers_fitting(const struct panel *panel)
{
    size_t most = 0;

    for (size_t c = 0; c < panel->count; c++)
        for (size_t i = 0; i < panel->curves[c].count; i++) {
            const struct curve_point *point = &panel->curves[c].points[i];
            if (!point->oversubscribed && point->at > most)
                most = point->at;
        }
    return most;
}
