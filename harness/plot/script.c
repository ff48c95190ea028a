#include "script.h"
#include "../pure/stats/scaling.h"
#include "axis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a curve ends with, by which legends are sorted; curves without a value come last. */
static double curve_end(const struct curve *curve, enum curve_kind metric)
{
    for (size_t i = curve->count; i-- > 0;)
        if (!isnan(curve->points[i].value[metric].median))
            return curve->points[i].value[metric].median;
    return -1;
}

static bool curve_is_drawn(const struct curve *curve, enum curve_kind metric)
{
    return !curve->is_base && curve_end(curve, metric) >= 0;
}

/* The drawn curves of a panel: in the order of their right ends in a picture of its own, else in that of their styles.
 */
static size_t panel_order(const struct picture *pic, const struct panel *panel,
                          const struct curve *order[CURVES_IN_PANEL_MAX])
{
    size_t count = 0;

    for (size_t c = 0; c < panel->count; c++) {
        const struct curve *curve = &panel->curves[c];
        size_t at = count;
        if (!curve_is_drawn(curve, pic->metric))
            continue;
        for (; at > 0; at--) {
            const struct curve *before = order[at - 1];
            bool ahead = pic->count == 1 ? curve_end(before, pic->metric) < curve_end(curve, pic->metric)
                                         : before->style > curve->style;
            if (!ahead)
                break;
            order[at] = before;
        }
        order[at] = curve;
        count++;
    }
    return count;
}

static void value_write(double value, FILE *out)
{
    if (isnan(value))
        (void)fputs(" NaN", out);
    else
        (void)fprintf(out, " %.9g", value);
}

static void curve_write(const struct ladder *ladder, const struct panel *panel, const struct curve *curve,
                        enum curve_kind metric, FILE *out)
{
    static const char *const unit[CURVE_KINDS] = {"items per second", "speed-up", "efficiency"};

    (void)fprintf(out, "# %s, %s\n# %s, %s: median, low, high; launches\n", panel->title, curve->label, ladder->label,
                  unit[metric]);
    for (size_t i = 0; i < curve->count; i++) {
        const struct curve_value *v = &curve->points[i].value[metric];
        if (isnan(v->median))
            continue;
        (void)fprintf(out, "%.12g", axis_place(curve->points[i].at));
        value_write(v->median, out);
        value_write(v->low, out);
        value_write(v->high, out);
        (void)fprintf(out, " %zu\n", curve->points[i].launches);
    }
    (void)fputs("\n\n", out);
}

bool script_write_data(const struct picture *pic, FILE *out)
{
    const struct curve *order[CURVES_IN_PANEL_MAX];

    for (size_t p = 0; p < pic->count; p++) {
        size_t count = panel_order(pic, &pic->panels[p], order);
        for (size_t c = 0; c < count; c++)
            curve_write(pic->all->ladder, &pic->panels[p], order[c], pic->metric, out);
    }
    return !ferror(out);
}

/* array NAME[count] = [...], of what `each` writes. gnuplot has no empty array. */
static void array_write(const char *name, const char *list, size_t count, FILE *out)
{
    (void)fprintf(out, "array %s[%zu] = [%s]\n", name, count ? count : 1, count ? list : "0");
}

/* Lists that grow together while the panels are walked through. */
enum list { LABEL, STYLE, RATE, SIGMA, KAPPA, TITLE, FIRST, LAST, BASE, YLOG, YMIN, YMAX, LISTS };

static const char *const list_name[LISTS] = {"LABEL", "STYLE", "RATE", "SIGMA", "KAPPA", "TITLE",
                                             "FIRST", "LAST",  "BASE", "YLOG",  "YMIN",  "YMAX"};

struct lists {
    FILE *to[LISTS];
    char *text[LISTS];
    size_t size[LISTS];
    size_t length[LISTS];
};

static FILE *next(struct lists *lists, enum list which)
{
    if (lists->length[which]++)
        (void)fputs(", ", lists->to[which]);
    return lists->to[which];
}

static double base_of(const struct panel *panel, enum curve_kind metric)
{
    for (size_t c = 0; c < panel->count; c++)
        if (panel->curves[c].is_base)
            return metric == CURVE_THROUGHPUT ? panel->curves[c].points[0].value[metric].median : 1;
    return NAN;
}

/* The scaling law of a curve of rates, from its medians inside the regime; NaN: it has too few. */
static void law_write(const struct picture *pic, const struct curve *curve, size_t regime, struct lists *lists)
{
    struct scaling_point points[CURVES_POINTS_MAX];
    struct scaling law;
    size_t n = 0;

    for (size_t i = 0; i < curve->count && curve->points[i].at <= regime; i++)
        if (curve->points[i].value[pic->metric].median > 0)
            points[n++] =
                (struct scaling_point){(double)curve->points[i].at, curve->points[i].value[pic->metric].median};
    if (pic->metric != CURVE_THROUGHPUT || !scaling_fit(points, n, &law))
        law = (struct scaling){NAN, NAN, NAN, NAN};
    value_write(law.rate, next(lists, RATE));
    value_write(law.contention, next(lists, SIGMA));
    value_write(law.coherence, next(lists, KAPPA));
}

static void panel_write(const struct picture *pic, const struct panel *panel, const struct axis *x,
                        const struct scene *marks, struct lists *lists)
{
    const struct curve *order[CURVES_IN_PANEL_MAX];
    size_t count = panel_order(pic, panel, order);
    double base = base_of(panel, pic->metric);
    struct axis y = axis_of_values(panel, pic->metric, x, (double)marks->usable, base);

    (void)fprintf(next(lists, TITLE), "'%s'", panel->title);
    (void)fprintf(next(lists, FIRST), "%zu", lists->length[LABEL] + 1);
    for (size_t c = 0; c < count; c++) {
        (void)fprintf(next(lists, LABEL), "'%s'", order[c]->label);
        (void)fprintf(next(lists, STYLE), "%zu", order[c]->style);
        law_write(pic, order[c], marks->regime, lists);
    }
    (void)fprintf(next(lists, LAST), "%zu", lists->length[LABEL]);
    value_write(base, next(lists, BASE));
    (void)fprintf(next(lists, YLOG), "%u", y.log_base);
    (void)fprintf(next(lists, YMIN), "%.6g", y.min);
    (void)fprintf(next(lists, YMAX), "%.6g", y.max);
}

static void all_labels_write(const struct curves *all, FILE *out)
{
    size_t written = 0;

    (void)fprintf(out, "STYLES = %zu\narray ALL[%zu] = [", all->styles, all->styles ? all->styles : 1);
    for (size_t p = 0; p < all->count; p++)
        for (size_t c = 0; c < all->panels[p].count; c++) {
            const struct curve *curve = &all->panels[p].curves[c];
            if (!curve->is_base && curve->style == written)
                (void)fprintf(out, "%s'%s'", written++ ? ", " : "", curve->label);
        }
    (void)fputs(written ? "]\n" : "0]\n", out);
}

/* More workers than this are too many for the machine; 0: not known, or none has more. */
static size_t oversubscribed_above(const struct picture *pic, const struct scene *scene)
{
    size_t fitting = 0;

    if (scene->usable)
        return scene->usable;
    for (size_t p = 0; p < pic->count; p++) {
        size_t here = panel_workers_fitting(&pic->panels[p]);
        fitting = here > fitting ? here : fitting;
    }
    return fitting;
}

static bool lists_open(struct lists *lists)
{
    for (size_t k = 0; k < LISTS; k++) {
        lists->to[k] = open_memstream(&lists->text[k], &lists->size[k]);
        if (!lists->to[k])
            return false;
    }
    return true;
}

static bool lists_close(struct lists *lists)
{
    bool good = true;

    for (size_t k = 0; k < LISTS; k++)
        if (!lists->to[k] || fclose(lists->to[k]) != 0)
            good = false;
    return good;
}

bool script_write_head(const struct picture *pic, const struct scene *scene, FILE *out)
{
    const struct ladder *ladder = pic->all->ladder;
    const struct scene marks = ladder->axis == LADDER_WORKERS ? *scene : (struct scene){0};
    const size_t over = ladder->axis == LADDER_WORKERS ? oversubscribed_above(pic, scene) : 0;
    struct lists lists = {0};
    struct axis x;
    char tics[AXIS_TICS_SIZE];
    bool good = axis_of_places(ladder->axis, pic->panels, pic->count, &marks, &x, tics);

    good = lists_open(&lists) && good;
    for (size_t p = 0; good && p < pic->count; p++)
        panel_write(pic, &pic->panels[p], &x, &marks, &lists);
    good = lists_close(&lists) && good;
    if (good) {
        (void)fprintf(out, "NAME = '%s'\nHEADING = '%s'\nCAPTION = '%s'\n", pic->name, pic->heading, scene->caption);
        (void)fprintf(out, "XLABEL = '%s'\nXLOG = %u\nXMIN = %.6g\nXMAX = %.6g\nXTICS = '%s'\n", ladder->label,
                      x.log_base, x.min, x.max, tics);
        (void)fprintf(out, "CORES = %zu\nUSABLE = %zu\nOVER = %zu\nREGIME = %zu\n", marks.cores, marks.usable, over,
                      marks.regime);
        (void)fprintf(out, "LAUNCHES_MIN = %zu\nLAUNCHES_MAX = %zu\n", pic->all->launches_min, pic->all->launches_max);
        (void)fprintf(out, "PANELS = %zu\n", pic->count);
        for (size_t k = 0; k < LISTS; k++)
            array_write(list_name[k], lists.text[k], lists.length[k], out);
        all_labels_write(pic->all, out);
    }
    for (size_t k = 0; k < LISTS; k++)
        free(lists.text[k]);
    return good && !ferror(out);
}
