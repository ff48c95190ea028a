/*
 * synthesize.c DIR [KEY=NUMBER...] - a result folder with a known truth, written by the code that writes real ones.
 *
 * Keys: seed, launches, rounds, usable (CPUs), noise (of a sample), slower (times pthread_steal's cost), works (steps
 * of the ladder of work per task, from 1 us on, each four times the one before), metrics (1: throughput; 2: latency
 * too; 3: and lifecycle). The truth: an item costs its work and a strategy's own time, shared by the workers under the
 * scalability law.
 */
#include "pure/plan.h"
#include "pure/sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SEED, LAUNCHES, ROUNDS, USABLE, NOISE, SLOWER, WORKS, METRICS_USED, TWIN, KEYS };

static const char *const key_names[KEYS] = {"seed",   "launches", "rounds",  "usable", "noise",
                                            "slower", "works",    "metrics", "twin"};
static double keys[KEYS] = {1, 9, 3, 8, 0.01, 1, 4, 1, 0};

static const struct {
    const char *name;
    double own_ns, start_ns, call_ns;
} truths[] = {{"serial", 2, 200, 50},
              {"pthread_steal", 40, 90000, 5000},
              {"omp_dynamic", 45, 70000, 4000},
              {"fork_shared", 60, 400000, 8000},
              {"process_fork", 150000, 3000, 80000},
              {"fork_pipe", 21000, 420000, 30000},
              {"omp_dynamic.twin", 45, 70000, 4000}}; /* only where there is to be one */

enum { TRUTHS = sizeof truths / sizeof *truths };

static void take_keys(int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        for (size_t k = 0; k < KEYS; k++)
            if (strncmp(argv[i], key_names[k], strlen(key_names[k])) == 0 && argv[i][strlen(key_names[k])] == '=')
                keys[k] = strtod(strchr(argv[i], '=') + 1, NULL);
}

static double uniform(void)
{
    return ((double)rand() + 0.5) / ((double)RAND_MAX + 1);
}

static double normal(void)
{
    return sqrt(-2 * log(uniform())) * cos(2 * 3.14159265358979 * uniform());
}

static void plan_with(struct plan *p, char why[WHY_SIZE])
{
    static struct plan_subject strategies[TRUTHS];
    static const struct plan_subject spin = {.name = "spin", .tunable = true};
    static uint64_t works[16];
    static const size_t first = 0;
    static const char *const known[] = {"throughput", "latency", "lifecycle"};
    struct worker_point points[12];
    struct plan_metric metrics[8];
    struct plan_request r = {.profile = "publication",
                             .seed = (uint64_t)keys[SEED],
                             .budget_ns = UINT64_C(1) << 60,
                             .usable = (size_t)keys[USABLE],
                             .strategies = strategies,
                             .strategy_count = keys[TWIN] > 0 ? TRUTHS : TRUTHS - 1,
                             .workloads = &spin,
                             .workload_count = 1,
                             .points = points,
                             .metrics = metrics,
                             .ladders = {.works_ns = {works, (size_t)keys[WORKS]}}};

    for (size_t i = 0; i < TRUTHS; i++)
        strategies[i] = (struct plan_subject){.name = truths[i].name, .workers_max = i ? 4096 : 1};
    for (size_t i = 0; i < (size_t)keys[WORKS] && i < 16; i++)
        works[i] = UINT64_C(1000) << (2 * i);
    for (size_t w = 1; w <= 2 * (size_t)keys[USABLE]; w *= 2)
        points[r.point_count++] = (struct worker_point){w, w > r.usable ? POINT_OVERSUBSCRIBED : POINT_POWER};
    for (size_t m = 0; m < sizeof known / sizeof *known && m < (size_t)keys[METRICS_USED]; m++)
        metrics[r.metric_count++] = (struct plan_metric){metric_named(known[m]), &first, 1};
    if (!plan_make(&r, p, why))
        exit(2);
}

/* The plan with as many launches and rounds as wanted: what plan_make gives, changed as JSON. */
static void plan_resized(struct plan *p, json_t **json)
{
    char why[WHY_SIZE];

    plan_with(p, why);
    *json = plan_to_json(p);
    json_t *order = json_array(), *row = json_array();
    for (size_t i = 0; i < p->cell_count; i++)
        json_array_append_new(row, json_integer((json_int_t)i));
    for (size_t l = 0; l < (size_t)keys[LAUNCHES]; l++)
        json_array_append(order, row);
    json_decref(row);
    json_object_set_new(*json, "order", order);
    if (keys[TWIN] > 0) {
        json_t *twin = json_array_get(json_object_get(*json, "strategies"), TRUTHS - 1);
        json_object_set_new(twin, "name", json_string("omp_dynamic"));
        json_object_set_new(twin, "twin", json_true());
    }
    json_object_set_new(*json, "launches", json_integer((json_int_t)keys[LAUNCHES]));
    json_object_set_new(*json, "rounds", json_integer((json_int_t)keys[ROUNDS]));
    plan_free(p);
    if (!plan_from_json(*json, p, why)) {
        fprintf(stderr, "%s\n", why);
        exit(2);
    }
}

static double truth_of(const struct plan *p, const struct sample *s)
{
    const struct plan_cell *c = &p->cells[s->cell];
    const double w = (double)c->workers, cpus = fmin(w, (double)p->usable);
    const double slower = strcmp(truths[c->strategy].name, "pthread_steal") == 0 ? keys[SLOWER] : 1;

    if (strcmp(plan_metric_of(p, s->cell)->name, "throughput") == 0)
        return slower * ((double)c->work_ns + truths[c->strategy].own_ns) / cpus *
               (1 + 0.01 * (cpus - 1) + 0.0004 * w * (w - 1));
    const char *quantity = plan_metric_of(p, s->cell)->quantities[s->quantity].name;
    const bool call = strcmp(quantity, "nth_call") == 0 || strcmp(quantity, "back_to_back_p50") == 0;
    return slower * (call ? truths[c->strategy].call_ns : truths[c->strategy].start_ns) * (1 + w / 8);
}

static void write_sample(const struct plan *p, double weather, struct sample *s, FILE *f)
{
    char line[SAMPLE_LINE_MAX];

    s->value = truth_of(p, s) * weather * exp(keys[NOISE] * normal());
    if (uniform() < 0.001)
        s->value *= 3; /* an outlier */
    s->wall_ns = (int64_t)(s->value * (double)s->count);
    s->timestamp++;
    fwrite(line, 1, sample_format(p, s, line, sizeof line), f);
}

static void write_launch(const struct plan *p, size_t launch, FILE *f)
{
    double *weather = calloc(p->rounds, sizeof *weather);
    struct sample s = {.launch = launch, .count = 1000, .calls = 1, .verified = true, .timestamp = 1700000000};
    char line[SAMPLE_LINE_MAX];

    s.used = (struct sample_counters){1000, 200, 3, 1, 4, 0, 0};
    for (size_t r = 0; r < p->rounds; r++)
        weather[r] = exp(0.02 * normal());
    struct sample canary = {.phase = SAMPLE_CANARY,
                            .calls = 1,
                            .launch = launch,
                            .count = 1,
                            .wall_ns = (int64_t)(5e6 * (1 + 0.002 * normal()))};
    fwrite(line, 1, sample_format_machine(p, &canary, line, sizeof line), f);
    for (s.cell = 0; s.cell < p->cell_count; s.cell++) {
        const struct metric *m = plan_metric_of(p, s.cell);
        const double own = exp(keys[NOISE] * normal()); /* of this launch of this cell */
        for (s.quantity = 0; m->quantities[s.quantity].name; s.quantity++)
            for (s.round = 0; !m->quantities[s.quantity].derived && s.round < p->rounds; s.round++) {
                s.phase = SAMPLE_MEASURE;
                write_sample(p, weather[s.round] * own, &s, f);
            }
    }
    free(weather);
}

static FILE *file_in(const char *dir, const char *name)
{
    char path[1024];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    if (!f)
        exit(2);
    return f;
}

int main(int argc, char **argv)
{
    struct plan p;
    json_t *json;

    if (argc < 2)
        return 2;
    take_keys(argc, argv);
    srand((unsigned)keys[SEED]);
    plan_resized(&p, &json);
    (void)mkdir(argv[1], 0777);
    FILE *f = file_in(argv[1], "plan.json");
    json_dumpf(json, f, JSON_INDENT(1));
    fclose(f);
    json_decref(json);
    f = file_in(argv[1], "machine.json");
    fprintf(f,
            "{\"format\": %d, \"cpu_model\": \"Synthetic CPU\", \"kernel\": \"Linux 6.0\", \"time\": 1700000000,\n"
            " \"topology\": {\"summary\": \"1 package, %d cores\", \"cores\": %d, \"usable\": %d, \"quota\": null},\n"
            " \"build\": {\"compiler\": \"GNU 12\"}, \"warnings\": [], \"why\": {}}\n",
            PLAN_FORMAT, (int)keys[USABLE], (int)keys[USABLE], (int)keys[USABLE]);
    fclose(f);
    f = file_in(argv[1], "samples.csv");
    fputs(sample_header, f);
    for (size_t l = 0; l < p.launches; l++)
        write_launch(&p, l, f);
    plan_free(&p);
    return fclose(f) != 0;
}
