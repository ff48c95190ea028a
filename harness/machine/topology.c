/* The only file that knows hwloc. What the rest of the harness needs of it is copied out when it is loaded. */
#include "topology.h"

#include "front/cpus.h"
#include "places.h"

#include <ctype.h>
#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As many as a kernel manages. hwloc builds every object: a typing mistake must not fill the memory. */
#define SYNTHETIC_PUS_MAX 8192

struct machine {
    hwloc_topology_t hwloc;
    hwloc_bitmap_t allowed; /* CPUs that this process may be placed on */
    int fastest;            /* the highest efficiency class that hwloc knows; -1: they are all alike */
};

/* Threads that a synthetic description asks for: the product of its counts, which attributes in brackets are not. */
static double synthetic_pus(const char *text)
{
    double product = 1;
    int depth = 0;

    for (const char *at = text; *at; at++) {
        depth += (*at == '(' || *at == '[') - (*at == ')' || *at == ']');
        const bool begins = at == text || at[-1] == ':' || isspace((unsigned char)at[-1]);
        if (depth == 0 && begins && isdigit((unsigned char)*at))
            product *= strtod(at, NULL);
    }
    return product;
}

static bool set_source(hwloc_topology_t hwloc, char why[WHY_SIZE])
{
    const char *text = getenv("HWLOC_SYNTHETIC"), *file = getenv("HWLOC_XMLFILE");

    /* hwloc would quietly take the real machine instead of a description that it cannot read. */
    if (text && *text && (synthetic_pus(text) > SYNTHETIC_PUS_MAX || hwloc_topology_set_synthetic(hwloc, text) != 0)) {
        snprintf(why, WHY_SIZE,
                 "HWLOC_SYNTHETIC=\"%.80s\" is no topology that hwloc can build (at most %d threads, the last level "
                 "being pu): unset it, or write it like \"pack:2 numa:2 l3:2 core:8 pu:2\"",
                 text, SYNTHETIC_PUS_MAX);
        return false;
    }
    if (!(text && *text) && file && *file && hwloc_topology_set_xml(hwloc, file) != 0) {
        snprintf(why, WHY_SIZE,
                 "HWLOC_XMLFILE=\"%.120s\" cannot be read as a topology: unset it, or name a file of lstopo's", file);
        return false;
    }
    return true;
}

static size_t count_of(const struct machine *m, hwloc_obj_type_t type)
{
    const int count = hwloc_get_nbobjs_by_type(m->hwloc, type);

    return count > 0 ? (size_t)count : 0;
}

static size_t weight_of(hwloc_const_bitmap_t set)
{
    const int weight = hwloc_bitmap_weight(set);

    return weight > 0 ? (size_t)weight : 0;
}

/* Affinity of the calling thread where this is the machine, else what the description allows. */
static bool find_allowed(struct machine *m)
{
    m->allowed = hwloc_bitmap_dup(hwloc_topology_get_allowed_cpuset(m->hwloc));
    if (!m->allowed)
        return false;
    hwloc_bitmap_t bound = hwloc_topology_is_thissystem(m->hwloc) ? hwloc_bitmap_alloc() : NULL;
    if (bound && hwloc_get_cpubind(m->hwloc, bound, HWLOC_CPUBIND_THREAD) == 0 &&
        hwloc_bitmap_intersects(bound, m->allowed))
        hwloc_bitmap_and(m->allowed, m->allowed, bound);
    hwloc_bitmap_free(bound);
    return true;
}

/* hwloc's efficiency class of a CPU, higher is faster; -1 where all are alike or their order is unknown. */
static int efficiency_of(const struct machine *m, hwloc_obj_t pu)
{
    int efficiency = -1;
    const int kind = hwloc_cpukinds_get_by_cpuset(m->hwloc, pu->cpuset, 0);

    if (kind < 0 || hwloc_cpukinds_get_info(m->hwloc, (unsigned)kind, NULL, &efficiency, NULL, NULL, 0) != 0)
        return -1;
    return efficiency;
}

static unsigned index_of(hwloc_obj_t object)
{
    return object ? object->logical_index : 0;
}

/* NUMA nodes are not ancestors of CPUs in hwloc's tree, but beside it. */
static unsigned numa_of(const struct machine *m, hwloc_obj_t pu)
{
    hwloc_obj_t node = NULL;

    while ((node = hwloc_get_next_obj_by_type(m->hwloc, HWLOC_OBJ_NUMANODE, node)))
        if (hwloc_bitmap_isset(node->cpuset, pu->os_index))
            return node->logical_index;
    return 0;
}

static struct place place_of(const struct machine *m, hwloc_obj_t pu)
{
    hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(m->hwloc, HWLOC_OBJ_CORE, pu);

    return (struct place){
        .cpu = pu->os_index,
        .slowness = m->fastest - efficiency_of(m, pu),
        .in = {[LEVEL_CORE] = core ? core->logical_index : pu->logical_index,
               [LEVEL_L3] = index_of(hwloc_get_ancestor_obj_by_type(m->hwloc, HWLOC_OBJ_L3CACHE, pu)),
               [LEVEL_NUMA] = numa_of(m, pu),
               [LEVEL_PACKAGE] = index_of(hwloc_get_ancestor_obj_by_type(m->hwloc, HWLOC_OBJ_PACKAGE, pu))},
    };
}

/* The allowed CPUs in hwloc's logical order, where the threads of a core are neighbours. */
static struct places *copy_places(struct machine *m)
{
    hwloc_obj_t pu = NULL;
    struct places *places = places_new(weight_of(m->allowed));

    if (!places)
        return NULL;
    m->fastest = -1;
    while ((pu = hwloc_get_next_obj_by_type(m->hwloc, HWLOC_OBJ_PU, pu))) {
        const int efficiency = efficiency_of(m, pu);
        m->fastest = efficiency > m->fastest ? efficiency : m->fastest;
    }
    while ((pu = hwloc_get_next_obj_by_type(m->hwloc, HWLOC_OBJ_PU, pu)))
        if (hwloc_bitmap_isset(m->allowed, pu->os_index))
            places_add(places, place_of(m, pu));
    return places;
}

static char *model_of(const struct machine *m)
{
    hwloc_obj_t package = hwloc_get_obj_by_type(m->hwloc, HWLOC_OBJ_PACKAGE, 0);
    const char *model = package ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;

    if (!model)
        model = hwloc_obj_get_info_by_name(hwloc_get_root_obj(m->hwloc), "CPUModel");
    return strdup(model && *model ? model : "unknown");
}

static char *xml_of(const struct machine *m)
{
    char *text, *copy;
    int length;

    if (hwloc_topology_export_xmlbuffer(m->hwloc, &text, &length, 0) != 0)
        return NULL;
    copy = strdup(text);
    hwloc_free_xmlbuffer(m->hwloc, text);
    return copy;
}

static const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

static char *summary_of(const struct topology *t)
{
    char text[512];
    int used = snprintf(text, sizeof text, "%zu package%s, %zu NUMA node%s, %zu L3 cache%s, %zu core%s, %zu thread%s",
                        t->packages, plural(t->packages), t->numa_nodes, plural(t->numa_nodes), t->l3_caches,
                        plural(t->l3_caches), t->cores, plural(t->cores), t->pus, plural(t->pus));

    if (t->affinity < t->pus)
        used += snprintf(text + used, sizeof text - (size_t)used, "; %zu in the affinity mask", t->affinity);
    if (t->quota < t->affinity)
        used += snprintf(text + used, sizeof text - (size_t)used, "; the cgroup's quota allows %zu", t->quota);
    if (t->synthetic)
        snprintf(text + used, sizeof text - (size_t)used, "; not this machine, but a description of one");
    return strdup(text);
}

static bool describe(struct topology *t, struct machine *m, const char *root)
{
    t->synthetic = !hwloc_topology_is_thissystem(m->hwloc);
    t->packages = count_of(m, HWLOC_OBJ_PACKAGE);
    t->numa_nodes = count_of(m, HWLOC_OBJ_NUMANODE);
    t->l3_caches = count_of(m, HWLOC_OBJ_L3CACHE);
    t->pus = count_of(m, HWLOC_OBJ_PU);
    t->cores = count_of(m, HWLOC_OBJ_CORE) ? count_of(m, HWLOC_OBJ_CORE) : t->pus;
    t->mine = copy_places(m);
    t->affinity = weight_of(m->allowed);
    t->quota = t->synthetic ? SIZE_MAX : cpus_quota(root);
    t->usable = t->quota < t->affinity ? t->quota : t->affinity;
    t->cpu_model = model_of(m);
    t->xml = xml_of(m);
    t->summary = summary_of(t);
    return t->mine && t->affinity && t->cpu_model && t->xml && t->summary;
}

static bool load(struct topology *t, struct machine *m, const char *root, char why[WHY_SIZE])
{
    /* The whole machine is counted; what this process may use of it is told apart. */
    if (hwloc_topology_set_flags(m->hwloc, HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED) != 0)
        return false;
    if (!set_source(m->hwloc, why))
        return false;
    if (hwloc_topology_load(m->hwloc) != 0) {
        snprintf(why, WHY_SIZE, "hwloc cannot read the topology of this machine: is /sys mounted?");
        return false;
    }
    return find_allowed(m) && describe(t, m, root);
}

bool topology_load_at(struct topology *t, const char *root, char why[WHY_SIZE])
{
    struct machine m = {0};

    *t = (struct topology){0};
    snprintf(why, WHY_SIZE, "the topology does not fit into memory");
    if (hwloc_topology_init(&m.hwloc) != 0)
        return false;
    const bool loaded = load(t, &m, root, why);
    hwloc_bitmap_free(m.allowed);
    hwloc_topology_destroy(m.hwloc);
    if (!loaded)
        topology_free(t);
    return loaded;
}

bool topology_load(struct topology *t, char why[WHY_SIZE])
{
    return topology_load_at(t, "", why);
}

void topology_free(struct topology *t)
{
    places_free(t->mine);
    free(t->xml);
    free(t->cpu_model);
    free(t->summary);
    *t = (struct topology){0};
}
