#include "axis.h"

#include <math.h>
#include <stdlib.h>

#define LOG_X_ABOVE 8.0     /* spans of the x axis and ... */
#define LOG_Y_ABOVE 20.0    /* ... of the values that a linear axis would squeeze */
#define LABELS_MAX 22       /* of an axis over a whole picture and ... */
#define LABELS_MAX_SMALL 10 /* ... one of a picture among others, or with long labels */

/* Which places get their label first. */
static unsigned weight(size_t place, const size_t *list, size_t count, const struct scene *scene)
{
    if (place == list[count - 1] || place == list[0])
        return 4;
    if (place == scene->cores || place == scene->usable)
        return 3;
    return (place & (place - 1)) == 0 ? 2 : 1;
}

double axis_place(size_t place)
{
    return place ? (double)place : 0.5;
}

static void label_write(enum ladder_axis axis, size_t place, char text[32])
{
    if (axis == LADDER_WORK)
        units_format_ns((double)place, text, 32);
    else if (axis == LADDER_PAYLOAD)
        units_format_bytes((double)place, text, 32);
    else if (axis == LADDER_COSTS)
        (void)snprintf(text, 32, "%s", place <= LADDER_DISTS ? ladder_dists[place - 1] : "");
    else if (place == 0)
        (void)snprintf(text, 32, "auto");
    else
        (void)snprintf(text, 32, "%zu", place);
}

/* The places that have a label. */
struct labels {
    size_t places[LABELS_MAX];
    size_t count;
    size_t max; /* how many would fit side by side */
};

static bool has_label(const struct labels *labels, size_t place)
{
    for (size_t i = 0; i < labels->count; i++)
        if (labels->places[i] == place)
            return true;
    return false;
}

static bool has_room(const struct labels *labels, size_t place, const struct axis *x)
{
    for (size_t i = 0; i < labels->count; i++) {
        double here = axis_place(place), there = axis_place(labels->places[i]);
        double apart =
            x->log_base ? fabs(log(here / there)) / log(x->max / x->min) : fabs(here - there) / (x->max - x->min);
        if (apart * (double)labels->max < 1)
            return false;
    }
    return labels->count < labels->max;
}

static void tics_write(enum ladder_axis axis, const size_t *list, size_t count, const struct scene *scene,
                       const struct axis *x, size_t labels_max, char tics[AXIS_TICS_SIZE])
{
    struct labels labels = {.max = labels_max};
    size_t used = 0;

    for (unsigned rank = 4; rank > 0; rank--)
        for (size_t i = 0; i < count; i++)
            if (weight(list[i], list, count, scene) == rank && has_room(&labels, list[i], x))
                labels.places[labels.count++] = list[i];
    tics[0] = '\0';
    for (size_t i = 0; i < count && used + 64 < AXIS_TICS_SIZE; i++) {
        const char *separator = used ? ", " : "";
        char label[32];
        label_write(axis, list[i], label);
        if (!has_label(&labels, list[i]))
            used +=
                (size_t)snprintf(tics + used, AXIS_TICS_SIZE - used, "%s\"\" %.12g 1", separator, axis_place(list[i]));
        else if (axis == LADDER_WORKERS)
            used += (size_t)snprintf(tics + used, AXIS_TICS_SIZE - used, "%s%zu", separator, list[i]);
        else
            used += (size_t)snprintf(tics + used, AXIS_TICS_SIZE - used, "%s\"%s\" %.12g", separator, label,
                                     axis_place(list[i]));
    }
}

bool axis_of_places(enum ladder_axis axis, const struct panel *panels, size_t count, const struct scene *scene,
                    struct axis *x, char tics[AXIS_TICS_SIZE])
{
    struct panel all = {0};
    size_t *list, places;
    bool good;

    for (size_t p = 0; p < count; p++)
        all.count += panels[p].count;
    all.curves = calloc(all.count, sizeof(*all.curves));
    if (!all.curves)
        return false;
    all.count = 0;
    for (size_t p = 0; p < count; p++)
        for (size_t c = 0; c < panels[p].count; c++)
            all.curves[all.count++] = panels[p].curves[c];
    good = panel_places(&all, &list, &places);
    free(all.curves);
    if (!good)
        return false;
    double least = axis_place(list[0]), most = axis_place(list[places - 1]), margin = fmax(0.35, 0.06 * (most - least));
    *x = most / least > LOG_X_ABOVE ? (struct axis){2, least / 1.25, most * 1.25}
                                    : (struct axis){0, least - margin, most + margin};
    const bool small = count > 1 || axis == LADDER_WORK || axis == LADDER_PAYLOAD;
    tics_write(axis, list, places, scene, x, small ? LABELS_MAX_SMALL : LABELS_MAX, tics);
    free(list);
    return true;
}

struct axis axis_of_values(const struct panel *panel, enum curve_kind metric, const struct axis *x, double usable,
                           double base)
{
    double least, most;
    double ideal = usable > 0 && usable < x->max ? usable : x->max;

    if (!panel_range(panel, metric, &least, &most))
        least = most = 1;
    if (metric == CURVE_EFFICIENCY)
        return (struct axis){0, 0, fmax(1.15, 1.08 * most)};
    if (!isnan(base)) {
        least = fmin(least, base);
        most = fmax(most, base);
    }
    if (metric == CURVE_SPEEDUP)
        most = fmax(most, ideal);
    if (metric == CURVE_SPEEDUP && (x->log_base || most / least > LOG_Y_ABOVE))
        return (struct axis){most / least > 1000 ? 10 : 2, least / 1.3, most * 1.3};
    if (metric == CURVE_THROUGHPUT && most / least > LOG_Y_ABOVE)
        return (struct axis){10, least / 1.5, most * 1.5};
    return (struct axis){0, 0, 1.08 * most};
}
