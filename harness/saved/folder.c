#include "../saved.h"
#include "files.h"
#include "json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define VALUES_MAX (16 << 20) /* launches' values of all cells together */

static json_t *json_of(const char *dir, const char *name, char why[WHY_SIZE])
{
    char path[FILES_PATH_MAX];

    return files_path(path, why, "%s/%s", dir, name) ? json_read(path, why) : NULL;
}

static bool machine_load(struct saved *s, char why[WHY_SIZE])
{
    s->machine = json_of(s->path, "machine.json", why);
    if (!s->machine)
        return false;
    if (json_is_object(saved_fact(s, "topology")) && saved_text(s, "cpu_model"))
        return true;
    snprintf(why, WHY_SIZE, "%.100s/machine.json: these are no facts that poolbench writes", s->path);
    return false;
}

static bool plan_load(struct saved *s, char why[WHY_SIZE])
{
    char reason[WHY_SIZE];
    json_t *json = json_of(s->path, "plan.json", why);

    if (!json)
        return false;
    const bool ok = plan_from_json(json, &s->plan, reason);
    json_decref(json);
    if (!ok)
        snprintf(why, WHY_SIZE, "%.80s/plan.json: %.160s", s->path, reason);
    return ok;
}

/* What the samples are summed up in takes launches x quantities x cells. */
static bool is_bearable(const struct saved *s, char why[WHY_SIZE])
{
    size_t slots = 0;

    for (size_t c = 0; c < s->plan.cell_count; c++)
        slots += metric_quantity_count(plan_metric_of(&s->plan, c));
    if (slots <= VALUES_MAX / s->plan.launches)
        return true;
    snprintf(why, WHY_SIZE, "%.100s/plan.json: %zu cells in %zu launches are more than can be read", s->path,
             s->plan.cell_count, s->plan.launches);
    return false;
}

static bool samples_take(struct saved *s, char why[WHY_SIZE])
{
    char path[FILES_PATH_MAX];

    if (!files_path(path, why, "%s/samples.csv", s->path) || !samples_load(path, &s->plan, &s->samples, why))
        return false;
    if (s->samples.count == 0) {
        snprintf(why, WHY_SIZE, "%.100s holds no sample yet", path);
        return false;
    }
    return summary_make(&s->plan, s->samples.list, s->samples.count, &s->summary) ||
           files_refuse(why, "sum up", path, ENOMEM);
}

bool saved_open(const char *dir, struct saved *s, char why[WHY_SIZE])
{
    *s = (struct saved){.path = strdup(dir)};
    if (!s->path)
        return files_refuse(why, "read", dir, ENOMEM);
    if (plan_load(s, why) && is_bearable(s, why) && machine_load(s, why) && samples_take(s, why))
        return true;
    saved_free(s);
    return false;
}

/* 0: it is not there, or nothing is in it. */
static off_t size_of(const struct saved *s, const char *name)
{
    char path[FILES_PATH_MAX], why[WHY_SIZE];
    struct stat facts;

    return files_path(path, why, "%s/%s", s->path, name) && stat(path, &facts) == 0 ? facts.st_size : 0;
}

/* A header that was cut short is none. */
static bool unfinished_samples_take(struct saved *s, char why[WHY_SIZE])
{
    char path[FILES_PATH_MAX];

    if (size_of(s, "samples.csv") < (off_t)strlen(sample_header))
        return true;
    if (!s->machine) {
        snprintf(why, WHY_SIZE, "%.100s holds samples but no machine.json, so nobody knows what they are of", s->path);
        return false;
    }
    return files_path(path, why, "%s/samples.csv", s->path) && samples_load(path, &s->plan, &s->samples, why);
}

bool saved_open_unfinished(const char *dir, struct saved *s, char why[WHY_SIZE])
{
    *s = (struct saved){.path = strdup(dir)};
    if (!s->path)
        return files_refuse(why, "read", dir, ENOMEM);
    if (plan_load(s, why) && is_bearable(s, why) && (size_of(s, "machine.json") == 0 || machine_load(s, why)) &&
        unfinished_samples_take(s, why))
        return true;
    saved_free(s);
    return false;
}

void saved_free(struct saved *s)
{
    summary_free(&s->summary);
    samples_free(&s->samples);
    plan_free(&s->plan);
    json_decref(s->machine);
    free(s->path);
    *s = (struct saved){0};
}

static const json_t *fact_of(const json_t *at, const char *path)
{
    char key[64];

    for (const char *part = path; at && *part;) {
        const size_t length = strcspn(part, ".");
        snprintf(key, sizeof key, "%.*s", (int)length, part);
        at = json_object_get(at, key);
        part += length + (part[length] == '.');
    }
    return at;
}

const json_t *saved_fact(const struct saved *s, const char *path)
{
    return fact_of(s->machine, path);
}

const char *saved_text(const struct saved *s, const char *path)
{
    return json_string_value(saved_fact(s, path));
}

/* Facts that change what a number means. Not the load, the time, the seed; not the sources. */
static const char *const environment[] = {
    "cpu_model",      "topology.summary", "topology.usable",    "topology.quota",    "kernel",
    "architecture",   "distribution",     "cpu.governors",      "cpu.boost",         "cpu.smt_active",
    "cpu.isolated",   "cpu.mitigations",  "virtual.machine",    "virtual.container", "transparent_hugepages",
    "numa_balancing", "clock_source",     "build.compiler",     "build.flags",       "build.sanitize",
    "build.libc",     "openmp.runtime",   "openmp.environment",
};

static void note(char why[WHY_SIZE], const char *what)
{
    const size_t used = strlen(why);

    if (used + strlen(what) + 3 < WHY_SIZE)
        snprintf(why + used, WHY_SIZE - used, "%s%s", used ? ", " : "", what);
}

static const char *const identity[] = {"hostname", "build.version", "build.type", "source.commit", "source.dirty"};

/* Append those facts that differ. */
static void compare_facts(const json_t *a, const json_t *b, const char *const *list, size_t count, char why[WHY_SIZE])
{
    for (size_t i = 0; i < count; i++) {
        const json_t *x = fact_of(a, list[i]), *y = fact_of(b, list[i]);
        if (x != y && !(x && y && json_equal((json_t *)x, (json_t *)y)))
            note(why, list[i]);
    }
}

bool saved_same_run(const json_t *a, const json_t *b, char why[WHY_SIZE])
{
    why[0] = '\0';
    compare_facts(a, b, identity, sizeof identity / sizeof *identity, why);
    compare_facts(a, b, environment, sizeof environment / sizeof *environment, why);
    return why[0] == '\0';
}

bool saved_same_environment(const struct saved *a, const struct saved *b, char why[WHY_SIZE])
{
    why[0] = '\0';
    compare_facts(a->machine, b->machine, environment, sizeof environment / sizeof *environment, why);
    if (a->plan.bind != b->plan.bind)
        note(why, "binding");
    if (a->plan.wait != b->plan.wait)
        note(why, "wait policy");
    return why[0] == '\0';
}
