/* The lists of names that --strategies and --workloads take: "a,b:chunk=16,grain=2,c". */
#include "../measure/roofs.h"
#include "catalogue.h"
#include "nearest.h"
#include "peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What strategies and workloads have in common here. */
struct entry {
    const void *table;
    const char *name, *absent;
    bool peer; /* chosen by name and by "all" only */
    bool roof; /* chosen by name only */
};

struct choice {
    const void *table;
    char *options;
};

/* One of the two kinds, and one list being made from it. */
struct chooser {
    const char *what;                                              /* "strategy" */
    struct entry (*entry)(const struct catalogue *, size_t index); /* table NULL: no more */
    bool (*check)(const void *table, const char *options, char why[WHY_SIZE]);
    const struct catalogue *catalogue;
    struct choice *list;
    size_t count;
};

static struct entry strategy_entry(const struct catalogue *c, size_t i)
{
    const struct pool_ops *ops = c->strategies[i];

    return ops ? (struct entry){ops, ops->name, ops->absent, peers_have(ops), roofs_have(ops)} : (struct entry){0};
}

static struct entry workload_entry(const struct catalogue *c, size_t i)
{
    const struct workload *w = c->workloads[i];

    return w ? (struct entry){w, w->name, w->absent, false, false} : (struct entry){0};
}

static const struct pool_option *find_option(const struct pool_ops *ops, const char *key, struct nearest *nearest)
{
    for (const struct pool_option *o = ops->options; o && o->key; o++) {
        if (strcmp(o->key, key) == 0)
            return o;
        nearest_try(nearest, o->key);
    }
    return NULL;
}

/* pool_create says the same later; here it is said before anything runs, and with the nearest key. */
static bool check_strategy_option(const struct pool_ops *ops, char *text, char why[WHY_SIZE])
{
    char *value = text, reason[WHY_SIZE];
    const char *key = strsep(&value, "=");
    struct nearest nearest = {.typed = key};
    const struct pool_option *option = find_option(ops, key, &nearest);
    const char *meant = nearest_name(&nearest);
    uint64_t number;

    if (!option)
        snprintf(why, WHY_SIZE, "strategy %s has no option '%.60s'%s%s%s", ops->name, key,
                 meant ? "; did you mean '" : "", meant ? meant : "", meant ? "'?" : "");
    else if (!units_parse_count(value ? value : "", option->min, option->max, &number, reason))
        snprintf(why, WHY_SIZE, "option %s of %s: %.160s", key, ops->name, reason);
    else
        return true;
    return false;
}

static bool check_strategy(const void *table, const char *options, char why[WHY_SIZE])
{
    char *copy = strdup(options), *rest = copy;
    bool ok = copy;

    if (!copy)
        snprintf(why, WHY_SIZE, "no memory for options");
    while (ok && rest)
        ok = check_strategy_option(table, strsep(&rest, ","), why);
    free(copy);
    return ok;
}

/* A workload checks its options when it prepares; one item is enough for that. */
static bool check_workload(const void *table, const char *options, char why[WHY_SIZE])
{
    const struct workload *w = table;
    const struct workload_spec spec = {.count = 1, .seed = 1, .loops_per_ns = 1, .options = options};
    struct workload_run run;
    char reason[WORKLOAD_WHY] = "";

    if (w->prepare(&spec, &run, reason)) {
        snprintf(why, WHY_SIZE, "workload %s: %s", w->name, reason);
        return false;
    }
    if (w->release)
        w->release(&run);
    return true;
}

static bool append(struct chooser *c, const void *table, const char *options, char why[WHY_SIZE])
{
    struct choice *list = realloc(c->list, (c->count + 1) * sizeof *list);

    if (list)
        c->list = list;
    char *copy = options ? strdup(options) : NULL;
    if (!list || (options && !copy)) {
        free(copy);
        snprintf(why, WHY_SIZE, "no memory for a list of names");
        return false;
    }
    c->list[c->count++] = (struct choice){table, copy};
    return true;
}

static bool append_all(struct chooser *c, bool peers, char why[WHY_SIZE])
{
    for (size_t i = 0; c->entry(c->catalogue, i).table; i++) {
        const struct entry e = c->entry(c->catalogue, i);
        if (!e.absent && !e.roof && (peers || !e.peer) && !append(c, e.table, NULL, why))
            return false;
    }
    return true;
}

static bool refuse_unknown(const struct chooser *c, const char *name, char why[WHY_SIZE])
{
    struct nearest nearest = {.typed = name};

    for (size_t i = 0; c->entry(c->catalogue, i).table; i++)
        nearest_try(&nearest, c->entry(c->catalogue, i).name);
    if (nearest_name(&nearest))
        snprintf(why, WHY_SIZE, "there is no %s '%.60s'; did you mean '%s'?", c->what, name, nearest_name(&nearest));
    else
        snprintf(why, WHY_SIZE, "there is no %s '%.60s'; poolbench list shows them", c->what, name);
    return false;
}

static bool same_options(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : !a && !b;
}

static bool append_name(struct chooser *c, const char *name, const char *options, char why[WHY_SIZE])
{
    struct entry e = {0};

    for (size_t i = 0; (e = c->entry(c->catalogue, i)).table; i++)
        if (strcmp(e.name, name) == 0)
            break;
    if (!e.table)
        return refuse_unknown(c, name, why);
    if (e.absent) {
        snprintf(why, WHY_SIZE, "%s %s is not in this build: %.160s", c->what, name, e.absent);
        return false;
    }
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].table == e.table && same_options(c->list[i].options, options)) {
            snprintf(why, WHY_SIZE, "%s %s is in the list twice", c->what, name);
            return false;
        }
    return (!options || c->check(e.table, options, why)) && append(c, e.table, options, why);
}

/* True where text goes on with the options of the element before: "key=value" and no name in front. */
static bool continues_options(const char *text)
{
    const size_t length = strcspn(text, "=:,");

    return text[length] == '=';
}

/* Cut the first element, with all its options, off *rest. */
static char *cut_element(char **rest)
{
    char *element = *rest, *comma = strchr(element, ',');

    while (comma && continues_options(comma + 1))
        comma = strchr(comma + 1, ',');
    *rest = comma ? comma + 1 : NULL;
    if (comma)
        *comma = '\0';
    return element;
}

static bool append_element(struct chooser *c, char *element, char why[WHY_SIZE])
{
    char *options = element;
    const char *name = strsep(&options, ":");

    if (strpbrk(name, "=,")) {
        snprintf(why, WHY_SIZE, "'%.80s': options follow a name and a colon, as in NAME:key=value", name);
        return false;
    }
    if (!*name || (options && !*options)) {
        snprintf(why, WHY_SIZE, "%s in the list of %s names", *name ? "a colon without options" : "an empty name",
                 c->what);
        return false;
    }
    return append_name(c, name, options, why);
}

static bool choose(struct chooser *c, const char *text, char why[WHY_SIZE])
{
    if (!text || strcmp(text, "all") == 0)
        return append_all(c, text, why);
    char *copy = strdup(text), *rest = copy;
    bool ok = copy;

    if (!copy)
        snprintf(why, WHY_SIZE, "no memory for a list of names");
    while (ok && rest)
        ok = append_element(c, cut_element(&rest), why);
    free(copy);
    return ok;
}

/* True if name is an element of the list, with or without options. */
static bool names(const char *text, const char *name)
{
    const size_t length = strlen(name);

    for (; text; text = strchr(text, ',') ? strchr(text, ',') + 1 : NULL)
        if (strncmp(text, name, length) == 0 && strchr(",:", text[length]))
            return true;
    return false;
}

bool catalogue_lacks(const struct catalogue *c, const char *text)
{
    for (size_t i = 0; c->strategies[i]; i++)
        if (c->strategies[i]->absent && names(text, c->strategies[i]->name))
            return true;
    for (size_t i = 0; c->workloads[i]; i++)
        if (c->workloads[i]->absent && names(text, c->workloads[i]->name))
            return true;
    return false;
}

static void free_choices(struct choice *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i].options);
    free(list);
}

bool catalogue_choose_strategies(const struct catalogue *catalogue, const char *text, struct chosen_strategy **list,
                                 size_t *count, char why[WHY_SIZE])
{
    struct chooser c = {"strategy", strategy_entry, check_strategy, catalogue, NULL, 0};
    const bool ok = choose(&c, text, why);

    *list = ok ? calloc(c.count + 1, sizeof **list) : NULL;
    *count = *list ? c.count : 0;
    if (ok && !*list)
        snprintf(why, WHY_SIZE, "no memory for a list of names");
    for (size_t i = 0; i < *count; i++)
        (*list)[i] = (struct chosen_strategy){c.list[i].table, c.list[i].options};
    *count ? free(c.list) : free_choices(c.list, c.count);
    return *list;
}

bool catalogue_choose_workloads(const struct catalogue *catalogue, const char *text, struct chosen_workload **list,
                                size_t *count, char why[WHY_SIZE])
{
    struct chooser c = {"workload", workload_entry, check_workload, catalogue, NULL, 0};
    const bool ok = choose(&c, text, why);

    *list = ok ? calloc(c.count + 1, sizeof **list) : NULL;
    *count = *list ? c.count : 0;
    if (ok && !*list)
        snprintf(why, WHY_SIZE, "no memory for a list of names");
    for (size_t i = 0; i < *count; i++)
        (*list)[i] = (struct chosen_workload){c.list[i].table, c.list[i].options};
    *count ? free(c.list) : free_choices(c.list, c.count);
    return *list;
}

void catalogue_free_strategies(struct chosen_strategy *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i].options);
    free(list);
}

void catalogue_free_workloads(struct chosen_workload *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i].options);
    free(list);
}
