#define _GNU_SOURCE
#include "catalogue.h"

#include "../measure/roofs.h"
#include "machine/isolate.h"
#include "peers.h"
#include "plugin.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIAL_WELL = 61 }; /* an exit code that nobody else gives */
static const int64_t TRIAL_NS = INT64_C(20000000000);

/* Both lists hold pointers to constant tables; this code treats them alike. */
static size_t count_entries(const void *const *list)
{
    size_t count = 0;

    while (list && list[count])
        count++;
    return count;
}

/* old and added in one new list; NULL without memory. */
static const void **join_lists(const void *const *old, const void *const *added)
{
    const size_t before = count_entries(old), more = count_entries(added);
    const void **list = calloc(before + more + 1, sizeof *list);

    if (!list)
        return NULL;
    if (before)
        memcpy(list, old, before * sizeof *list);
    if (more)
        memcpy(list + before, added, more * sizeof *list);
    return list;
}

static bool extend(struct catalogue *c, const struct pool_ops *const *strategies, const struct workload *const *loads,
                   char why[WHY_SIZE])
{
    const void **s = join_lists((const void *const *)c->strategies, (const void *const *)strategies);
    const void **w = join_lists((const void *const *)c->workloads, (const void *const *)loads);

    if (!s || !w) {
        free(s);
        free(w);
        snprintf(why, WHY_SIZE, "no memory for the list of strategies and workloads");
        return false;
    }
    free(c->strategies);
    free(c->workloads);
    c->strategies = (const struct pool_ops **)s;
    c->workloads = (const struct workload **)w;
    return true;
}

bool catalogue_open(struct catalogue *c, char why[WHY_SIZE])
{
    *c = (struct catalogue){0};
    return extend(c, pool_strategies, workloads, why) && extend(c, pool_peers, NULL, why) &&
           extend(c, roofs, NULL, why);
}

/* The place of the first entry of that name; the place of the NULL if there is none. */
static const struct pool_ops *const *find_strategy(const struct pool_ops *const *list, const char *name)
{
    while (*list && strcmp((*list)->name, name) != 0)
        list++;
    return list;
}

static const struct workload *const *find_workload(const struct workload *const *list, const char *name)
{
    while (*list && strcmp((*list)->name, name) != 0)
        list++;
    return list;
}

static bool refuse_double(const char *path, const char *name, char why[WHY_SIZE])
{
    snprintf(why, WHY_SIZE, "%.100s: the name %s is taken already; give it another", path, name);
    return false;
}

/* No name twice: neither in the plugin nor with what the catalogue has. */
static bool check_doubles(const struct catalogue *c, const char *path, const struct pool_ops *const *strategies,
                          const struct workload *const *loads, char why[WHY_SIZE])
{
    for (size_t i = 0; strategies && strategies[i]; i++)
        if (*find_strategy(c->strategies, strategies[i]->name) ||
            find_strategy(strategies, strategies[i]->name) != &strategies[i])
            return refuse_double(path, strategies[i]->name, why);
    for (size_t i = 0; loads && loads[i]; i++)
        if (*find_workload(c->workloads, loads[i]->name) || find_workload(loads, loads[i]->name) != &loads[i])
            return refuse_double(path, loads[i]->name, why);
    return true;
}

static int load_for_trial(void *path, int report)
{
    (void)report;
    (void)dlopen(path, RTLD_NOW | RTLD_LOCAL); /* a plugin that does not load is told of when it is loaded here */
    return TRIAL_WELL;
}

/* What a plugin does when it is loaded, it does in another process first: it may end the process. */
static bool survives_loading(char *path, char why[WHY_SIZE])
{
    struct isolate_result end;

    if (!isolate_run(load_for_trial, path, TRIAL_NS, NULL, NULL, &end, why))
        return false;
    const bool well = end.end == ISOLATE_EXITED && end.code == TRIAL_WELL;
    if (!well && end.end == ISOLATE_SIGNALED)
        snprintf(why, WHY_SIZE, "the plugin %.100s crashes when it is loaded: signal %d", path, end.code);
    else if (!well && end.end == ISOLATE_EXITED)
        snprintf(why, WHY_SIZE, "the plugin %.100s ends the process that loads it, with code %d", path, end.code);
    else if (!well)
        snprintf(why, WHY_SIZE, "loading the plugin %.100s does not end", path);
    isolate_result_free(&end);
    return well;
}

/* A name without '/' is a file here, as for every other command; the loader would search its library path for it. */
static void *load(const char *path, char why[WHY_SIZE])
{
    char *here = NULL;

    if (!strchr(path, '/') && asprintf(&here, "./%s", path) < 0) {
        snprintf(why, WHY_SIZE, "no memory for a path");
        return NULL;
    }
    char *name = here ? here : (char *)path;
    const bool safe = survives_loading(name, why);
    void *handle = safe ? dlopen(name, RTLD_NOW | RTLD_LOCAL) : NULL;
    if (safe && !handle)
        snprintf(why, WHY_SIZE, "cannot load the plugin: %s", dlerror());
    free(here);
    return handle;
}

static bool adopt(struct catalogue *c, const char *path, void *handle, char why[WHY_SIZE])
{
    const struct pool_ops *const *strategies = dlsym(handle, "pool_plugin_strategies");
    const struct workload *const *loads = dlsym(handle, "pool_plugin_workloads");

    if (!strategies && !loads) {
        snprintf(why, WHY_SIZE, "%.100s exports neither pool_plugin_strategies nor pool_plugin_workloads", path);
        return false;
    }
    if ((strategies && !plugin_check_strategies(path, strategies, why)) ||
        (loads && !plugin_check_workloads(path, loads, why)) || !check_doubles(c, path, strategies, loads, why))
        return false;
    void **plugins = realloc(c->plugins, (c->plugin_count + 1) * sizeof *plugins);
    if (!plugins) {
        snprintf(why, WHY_SIZE, "no memory for a plugin");
        return false;
    }
    c->plugins = plugins;
    if (!extend(c, strategies, loads, why))
        return false;
    c->plugins[c->plugin_count++] = handle;
    return true;
}

bool catalogue_add_plugin(struct catalogue *c, const char *path, char why[WHY_SIZE])
{
    void *handle = load(path, why);

    if (!handle)
        return false;
    if (adopt(c, path, handle, why))
        return true;
    dlclose(handle);
    return false;
}

void catalogue_close(struct catalogue *c)
{
    free(c->strategies);
    free(c->workloads);
    for (size_t i = 0; i < c->plugin_count; i++)
        dlclose(c->plugins[i]);
    free(c->plugins);
    *c = (struct catalogue){0};
}
