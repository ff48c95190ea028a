#include "curves.h"
#include "rows.h"

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_MEMORY "does not fit into memory"

__attribute__((format(printf, 2, 3))) static void append(char text[CURVES_LABEL_SIZE], const char *format, ...)
{
    size_t used = strlen(text);
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text + used, CURVES_LABEL_SIZE - used, format, list);
    va_end(list);
}

static void label_make(const struct row *r, char label[CURVES_LABEL_SIZE])
{
    static const char *const curve_factor[] = {"bind", "wait", "chunk"};

    label[0] = '\0';
    append(label, "%s%s%s", r->text[STRATEGY], *r->text[OPTIONS] ? ":" : "", r->text[OPTIONS]);
    for (enum text k = OF_CURVE; k < OF_PANEL; k++) {
        if (!r->varies[k])
            continue;
        bool automatic = k == CHUNK && strcmp(r->text[k], "0") == 0;
        append(label, ", %s %.*s", curve_factor[k - OF_CURVE], k == WAIT ? (int)strcspn(r->text[k], " ") : INT_MAX,
               automatic ? "auto" : r->text[k]);
    }
    if (r->also)
        append(label, ", %s", r->also);
    append(label, "%s", r->text[WAIT] + strcspn(r->text[WAIT], " ")); /* its label */
}

/* What of a file name stays: the rest becomes '-'. */
static void name_clean(char *name)
{
    for (; *name; name++)
        if (!isalnum((unsigned char)*name) && !strchr("_-.=+", *name))
            *name = '-';
}

static void panel_name(const struct row *r, char name[CURVES_LABEL_SIZE])
{
    static const char *const before[] = {"", "work", "in", "out"}, *const after[] = {"", "ns", "B", "B"};

    name[0] = '\0';
    append(name, "%s", r->text[WORKLOAD]);
    for (enum text k = OF_PANEL; k < TEXTS; k++)
        if (r->varies[k])
            append(name, "-%s%s%s", before[k - OF_PANEL], r->text[k], after[k - OF_PANEL]);
    name_clean(name);
}

static void panel_title(const struct ladder *ladder, const struct row *r, char title[CURVES_LABEL_SIZE])
{
    char amount[32];

    title[0] = '\0';
    append(title, "%s", r->text[WORKLOAD]);
    if (*r->text[WORKLOAD_OPTIONS] && ladder->axis != LADDER_COSTS)
        append(title, " (%s)", r->text[WORKLOAD_OPTIONS]);
    if (ladder->axis != LADDER_WORK && strtod(r->text[WORK_NS], NULL) > 0)
        append(title, ", %s an item", units_format_ns(strtod(r->text[WORK_NS], NULL), amount, sizeof(amount)));
    if (r->varies[IN_BYTES])
        append(title, ", %s in", units_format_bytes(strtod(r->text[IN_BYTES], NULL), amount, sizeof(amount)));
    if (r->varies[OUT_BYTES])
        append(title, ", %s out", units_format_bytes(strtod(r->text[OUT_BYTES], NULL), amount, sizeof(amount)));
}

static struct panel *panel_of(struct curves *curves, const struct row *r, char why[WHY_SIZE])
{
    char name[CURVES_LABEL_SIZE];

    panel_name(r, name);
    for (size_t p = 0; p < curves->count; p++)
        if (strcmp(curves->panels[p].name, name) == 0)
            return &curves->panels[p];
    if (curves->count == CURVES_PANELS_MAX) {
        rows_refuse(why, "holds more than %d combinations of workload, work and payload", CURVES_PANELS_MAX);
        return NULL;
    }
    struct panel *panel = &curves->panels[curves->count++];
    *panel = (struct panel){0};
    memcpy(panel->name, name, sizeof(name));
    panel_title(curves->ladder, r, panel->title);
    return panel;
}

/* The style that this label has in another panel already, or a new one. */
static size_t style_of(struct curves *curves, const char *label)
{
    for (size_t p = 0; p < curves->count; p++)
        for (size_t c = 0; c < curves->panels[p].count; c++)
            if (!curves->panels[p].curves[c].is_base && strcmp(curves->panels[p].curves[c].label, label) == 0)
                return curves->panels[p].curves[c].style;
    return curves->styles++;
}

static struct curve *curve_of(struct curves *curves, struct panel *panel, const struct row *r, char why[WHY_SIZE])
{
    char label[CURVES_LABEL_SIZE];

    label_make(r, label);
    for (size_t c = 0; c < panel->count; c++)
        if (strcmp(panel->curves[c].label, label) == 0)
            return &panel->curves[c];
    if (panel->count == CURVES_IN_PANEL_MAX) {
        rows_refuse(why, "holds more than %d strategies for %.60s", CURVES_IN_PANEL_MAX, panel->name);
        return NULL;
    }
    size_t style = r->is_base ? 0 : style_of(curves, label);
    struct curve *more = realloc(panel->curves, (panel->count + 1) * sizeof(*more));
    if (!more) {
        rows_refuse(why, NO_MEMORY);
        return NULL;
    }
    panel->curves = more;
    struct curve *curve = &panel->curves[panel->count++];
    *curve = (struct curve){.style = style, .is_base = r->is_base};
    memcpy(curve->label, label, sizeof(label));
    return curve;
}

static bool point_add(const struct ladder *ladder, struct curve *curve, const struct row *r, char why[WHY_SIZE])
{
    struct curve_point *more, *point;
    size_t place = (size_t)r->place, at = curve->count;

    while (at > 0 && curve->points[at - 1].at >= place)
        at--;
    if (at < curve->count && curve->points[at].at == place)
        return rows_refuse(why, "line %zu: %s is there twice at %zu %.20s", r->line, curve->label, place,
                           ladder->label);
    if (curve->count == CURVES_POINTS_MAX)
        return rows_refuse(why, "line %zu: %s has more than %d points", r->line, curve->label, CURVES_POINTS_MAX);
    more = realloc(curve->points, (curve->count + 1) * sizeof(*more));
    if (!more)
        return rows_refuse(why, NO_MEMORY);
    curve->points = more;
    point = &more[at];
    memmove(point + 1, point, (curve->count++ - at) * sizeof(*more));
    *point = (struct curve_point){
        .at = place, .launches = (size_t)r->number[LAUNCHES], .oversubscribed = r->number[OVERSUBSCRIBED] > 0};
    for (size_t m = 0; m < CURVE_KINDS; m++) {
        const double *value = &r->number[VALUES + 3 * m];
        point->value[m] = (struct curve_value){.median = value[0], .low = value[1], .high = value[2]};
    }
    return true;
}

bool curves_read(const struct csv *csv, const struct ladder *ladder, struct curves *curves, char why[WHY_SIZE])
{
    struct rows rows;

    *curves = (struct curves){.ladder = ladder, .launches_min = SIZE_MAX};
    if (!rows_read(csv, ladder, &rows, why))
        return false;
    curves->panels = calloc(CURVES_PANELS_MAX, sizeof(*curves->panels));
    bool good = curves->panels || rows_refuse(why, NO_MEMORY);
    for (size_t i = 0; good && i < rows.count; i++) {
        struct panel *panel = panel_of(curves, &rows.row[i], why);
        struct curve *curve = panel ? curve_of(curves, panel, &rows.row[i], why) : NULL;
        size_t launches = (size_t)rows.row[i].number[LAUNCHES];
        good = curve && point_add(ladder, curve, &rows.row[i], why);
        curves->launches_min = launches < curves->launches_min ? launches : curves->launches_min;
        curves->launches_max = launches > curves->launches_max ? launches : curves->launches_max;
    }
    free(rows.row);
    if (!good)
        curves_free(curves);
    return good;
}

void curves_free(struct curves *curves)
{
    for (size_t p = 0; p < curves->count; p++) {
        for (size_t c = 0; c < curves->panels[p].count; c++)
            free(curves->panels[p].curves[c].points);
        free(curves->panels[p].curves);
    }
    free(curves->panels);
    *curves = (struct curves){0};
}
