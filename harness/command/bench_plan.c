#define _GNU_SOURCE
#include "bench_plan.h"

#include "../machine/floors/room.h"
#include "../measure/roofs.h"
#include "../saved/json.h"
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static bool has_serial(const struct bench_plan *b)
{
    for (size_t i = 0; i < b->strategy_count; i++)
        if (strcmp(b->strategies[i].ops->name, "serial") == 0)
            return true;
    return false;
}

/* The roofs are for whoever has not chosen: who has, names them. */
static int add_roofs(struct bench_plan *b)
{
    for (size_t i = 0; roofs[i]; i++) {
        struct chosen_strategy *more = realloc(b->strategies, (b->strategy_count + 1) * sizeof *more);
        if (!more)
            return failure(EXIT_CANNOT, "out of memory for the names");
        b->strategies = more;
        b->strategies[b->strategy_count++] = (struct chosen_strategy){.ops = roofs[i]};
    }
    return EXIT_GOOD;
}

/* The names, and serial before them where it is not among them. */
static int choose_strategies(struct bench_plan *b, const struct catalogue *c, const char *names)
{
    char why[WHY_SIZE], *text = NULL;

    if (!catalogue_choose_strategies(c, names, &b->strategies, &b->strategy_count, why))
        return failure(EXIT_USAGE, "%s", why);
    if (!names || strcmp(names, "all") == 0)
        return add_roofs(b);
    if (has_serial(b))
        return EXIT_GOOD;
    if (asprintf(&text, "serial,%s", names) < 0)
        return failure(EXIT_CANNOT, "out of memory for the names");
    catalogue_free_strategies(b->strategies, b->strategy_count);
    b->strategies = NULL;
    const bool ok = catalogue_choose_strategies(c, text, &b->strategies, &b->strategy_count, why);
    free(text);
    return ok ? EXIT_GOOD : failure(EXIT_USAGE, "%s", why);
}

static int ascending(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* What --workers asks for, ascending and without doubles. */
static bool points_asked(const struct bench_list *list, const struct topology *t, struct worker_point **points,
                         size_t *count)
{
    *points = calloc(list->count, sizeof **points);
    *count = 0;
    if (!*points)
        return false;
    qsort(list->values, list->count, sizeof *list->values, ascending);
    for (size_t i = 0; i < list->count; i++)
        if (i == 0 || list->values[i] != list->values[i - 1]) {
            const size_t workers = (size_t)list->values[i];
            (*points)[(*count)++] =
                (struct worker_point){workers, POINT_ASKED | (workers > t->usable ? POINT_OVERSUBSCRIBED : 0U)};
        }
    return true;
}

static uint64_t default_budget_ns(const char *profile)
{
    const uint64_t second = UINT64_C(1000000000);

    return strcmp(profile, "quick") == 0 ? 60 * second : strcmp(profile, "default") == 0 ? 120 * second : 1800 * second;
}

/* Short enough to be typed again. */
static uint64_t random_seed(void)
{
    uint32_t seed = 0;

    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint32_t)getpid();
    return seed;
}

/* The subjects of the request: first the strategies, then the workloads. Owns: the caller frees. */
static struct plan_subject *subjects(const struct bench_plan *b)
{
    struct plan_subject *s = calloc(b->strategy_count + b->workload_count + 1, sizeof *s);

    for (size_t i = 0; s && i < b->strategy_count; i++)
        s[i] = (struct plan_subject){.name = b->strategies[i].ops->name,
                                     .options = b->strategies[i].options,
                                     .workers_max = b->strategies[i].ops->workers_max,
                                     .capabilities = b->strategies[i].ops->capabilities,
                                     .roof = roofs_have(b->strategies[i].ops)};
    for (size_t i = 0; s && i < b->workload_count; i++)
        s[b->strategy_count + i] = (struct plan_subject){.name = b->workloads[i].workload->name,
                                                         .options = b->workloads[i].options,
                                                         .tunable = b->workloads[i].workload->work_is_tunable,
                                                         .payload = b->workloads[i].workload->has_payload};
    return s;
}

/* The plan's last strategy may be one that is there before: it is chosen a second time. */
static bool choose_twin(struct bench_plan *b)
{
    const struct plan *p = &b->plan;
    const size_t last = p->strategy_count - 1, of = plan_strategy_of(p, last);

    if (of == SIZE_MAX)
        return true;
    struct chosen_strategy *more = realloc(b->strategies, p->strategy_count * sizeof *more);
    if (!more)
        return false;
    b->strategies = more;
    b->strategies[b->strategy_count] = b->strategies[of];
    const char *options = b->strategies[of].options;
    b->strategies[b->strategy_count++].options = options ? strdup(options) : NULL;
    return !options || b->strategies[last].options;
}

/* Which of the plan's strategies do not wait as it says. */
static void label_waits(struct bench_plan *b)
{
    for (size_t i = 0; i < b->plan.strategy_count; i++)
        b->plan.strategies[i].own_wait = !pool_ops_keep_wait(b->strategies[i].ops, b->plan.wait);
}

static int plan_from_options(struct bench_plan *b, const struct bench_options *o, const struct topology *t)
{
    struct worker_point *points = NULL;
    size_t point_count = 0;
    char why[WHY_SIZE] = "out of memory for the plan";
    struct plan_subject *s = subjects(b);
    const bool ok = s && (o->workers.count ? points_asked(&o->workers, t, &points, &point_count)
                                           : topology_points(t, &points, &point_count, why));
    const struct plan_request request = {
        .profile = o->profile,
        .seed = o->has_seed ? o->seed : random_seed(),
        .budget_ns = o->budget_ns ? o->budget_ns : default_budget_ns(o->profile),
        .bind = o->bind,
        .wait = o->wait,
        .usable = t->usable,
        .metrics = b->metrics,
        .metric_count = b->metric_count,
        .strategies = s,
        .strategy_count = b->strategy_count,
        .workloads = s ? s + b->strategy_count : NULL,
        .workload_count = b->workload_count,
        .points = points,
        .point_count = point_count,
        .twin = true,
        .ladders = {.chunks = {o->chunks.values, o->chunks.count},
                    .works_ns = {o->works_ns.values, o->works_ns.count},
                    .payloads = {o->payloads.values, o->payloads.count}},
        .memory_bytes = room_bytes(""),
    };
    const bool made = ok && plan_make(&request, &b->plan, why) && choose_twin(b);
    free(points);
    free(s);
    if (made)
        label_waits(b);
    return made ? EXIT_GOOD : failure(ok ? EXIT_USAGE : EXIT_CANNOT, "%s", why);
}

/* "a,b:x=1" of a plan's names. Owns: the caller frees. */
static char *names_text(const struct plan_name *names, size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);

    for (size_t i = 0; f && i < count && !names[i].twin; i++)
        fprintf(f, "%s%s%s%s", i ? "," : "", names[i].name, names[i].options ? ":" : "",
                names[i].options ? names[i].options : "");
    return f && fclose(f) == 0 ? text : NULL;
}

static int plan_from_file(struct bench_plan *b, const char *path, const struct catalogue *c)
{
    char why[WHY_SIZE];
    json_t *j = json_read(path, why);

    if (!j)
        return failure(EXIT_USAGE, "%s", why);
    const bool read = plan_from_json(j, &b->plan, why);
    json_decref(j);
    if (!read)
        return failure(EXIT_USAGE, "%s: %s", path, why);
    char *strategies = names_text(b->plan.strategies, b->plan.strategy_count);
    char *loads = names_text(b->plan.workloads, b->plan.workload_count);
    int code =
        strategies && loads ? choose_strategies(b, c, strategies) : failure(EXIT_CANNOT, "out of memory for the plan");
    if (code == EXIT_GOOD && !catalogue_choose_workloads(c, loads, &b->workloads, &b->workload_count, why))
        code = failure(EXIT_USAGE, "%s", why);
    free(strategies);
    free(loads);
    if (code == EXIT_GOOD && b->strategy_count + 1 == b->plan.strategy_count && !choose_twin(b))
        code = failure(EXIT_CANNOT, "out of memory for the plan");
    if (code == EXIT_GOOD &&
        (b->strategy_count != b->plan.strategy_count || b->workload_count != b->plan.workload_count))
        code = failure(EXIT_USAGE, "%s: the plan names a strategy or workload twice, or leaves out serial", path);
    return code;
}

static int plan_from_folder(struct bench_plan *b, const char *folder, const struct catalogue *c)
{
    char *path = NULL;

    if (asprintf(&path, "%s/plan.json", folder) < 0)
        return failure(EXIT_CANNOT, "out of memory for the plan");
    const int code = plan_from_file(b, path, c);
    free(path);
    return code;
}

int bench_plan_make(struct bench_plan *b, const struct bench_options *o, const struct catalogue *c,
                    const struct topology *t)
{
    *b = (struct bench_plan){0};
    if (o->resume)
        return plan_from_folder(b, o->resume, c);
    if (o->plan_file) {
        const int read = plan_from_file(b, o->plan_file, c);
        b->plan.launches_max = b->plan.launches; /* what it says, and no more */
        if (read == EXIT_GOOD)
            label_waits(b);
        return read;
    }
    int code = choose_strategies(b, c, o->strategies);
    if (code == EXIT_GOOD)
        code = bench_plan_metrics(b, o, c);
    return code == EXIT_GOOD ? plan_from_options(b, o, t) : code;
}

void bench_plan_free(struct bench_plan *b)
{
    plan_free(&b->plan);
    catalogue_free_strategies(b->strategies, b->strategy_count);
    catalogue_free_workloads(b->workloads, b->workload_count);
    for (size_t i = 0; i < b->metric_count; i++)
        free((size_t *)b->metrics[i].workloads);
    free(b->metrics);
    *b = (struct bench_plan){0};
}
