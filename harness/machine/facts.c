/* machine.json, part by part. */
#include "facts.h"

#include "clock.h"
#include "facts/gather.h"

#include <inttypes.h>
#include <stdlib.h>

static json_t *topology_json(const struct topology *t)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:b, s:s, s:s}",                        //
                     "packages", (json_int_t)t->packages, "numa_nodes", (json_int_t)t->numa_nodes,     //
                     "l3_caches", (json_int_t)t->l3_caches, "cores", (json_int_t)t->cores,             //
                     "pus", (json_int_t)t->pus, "usable", (json_int_t)t->usable,                       //
                     "affinity", (json_int_t)t->affinity,                                              //
                     "quota", t->quota == SIZE_MAX ? json_null() : json_integer((json_int_t)t->quota), //
                     "synthetic", t->synthetic, "summary", t->summary, "xml", t->xml);
}

static json_t *command_json(int argc, char **argv)
{
    json_t *words = json_array();

    for (int i = 0; i < argc; i++)
        json_array_append_new(words, gather_string(argv[i]));
    return words;
}

/* A number, or its digits where jansson's integers end. */
static json_t *seed_json(uint64_t seed)
{
    return seed <= INT64_MAX ? json_integer((json_int_t)seed) : json_sprintf("%" PRIu64, seed);
}

static json_t *clock_json(void)
{
    const struct clock_facts clock = clock_measure();

    return json_pack("{s:s, s:f, s:f}", "name", "CLOCK_MONOTONIC", "cost_ns", clock.cost_ns, "tick_ns", clock.tick_ns);
}

static void gather_parts(struct gather *whole, struct gather *part)
{
    static const struct {
        const char *key, *prefix;
        void (*gather)(struct gather *);
    } parts[] = {
        {"cpu", "cpu.", gather_cpu},
        {"virtual", "virtual.", gather_virtual},
        {"memory", "memory.", gather_memory},
        {"limits", "limits.", gather_limits},
        {"cgroup", "cgroup.", gather_cgroup},
        {"activity", "activity.", gather_activity},
        {"build", "build.", gather_build},
        {"openmp", "openmp.", gather_openmp},
        {"counters", "counters.", gather_counters},
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        gather_part(whole, part, parts[i].key, parts[i].prefix);
        parts[i].gather(part);
    }
    gather_part(whole, part, "source", "source.");
    gather_source(part, POOLBENCH_SOURCE_DIR);
}

json_t *facts_collect(const struct topology *t, int argc, char **argv, uint64_t seed)
{
    json_t *facts = json_object(), *why = json_object();
    struct gather *whole = calloc(1, sizeof *whole), *part = calloc(1, sizeof *part);

    if (!facts || !why || !whole || !part)
        goto err0;
    *whole = (struct gather){.object = facts, .why = why, .prefix = "", .root = ""};
    gather_put(whole, "topology", topology_json(t));
    gather_put_text(whole, "cpu_model", t->cpu_model);
    gather_kernel(whole);
    gather_parts(whole, part);
    gather_put(whole, "clock", clock_json());
    gather_put(whole, "time", json_integer((json_int_t)clock_epoch_s()));
    gather_put(whole, "command", command_json(argc, argv));
    gather_put(whole, "seed", seed_json(seed));
    gather_put(whole, "warnings", facts_warnings(facts));
    gather_put(whole, "why", json_incref(why));
    free(part);
    free(whole);
    json_decref(why);
    return facts;
err0:
    free(part);
    free(whole);
    json_decref(why);
    json_decref(facts);
    return NULL;
}
