/* What this process may use, what there is, and who else uses it. */
#define _GNU_SOURCE
#include "gather.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static json_t *limit_json(rlim_t limit)
{
    return limit == RLIM_INFINITY ? json_string("unlimited") : json_integer((json_int_t)limit);
}

void gather_limits(struct gather *g)
{
    static const struct {
        const char *key;
        int resource;
    } known[] = {
        {"address_space_bytes", RLIMIT_AS}, {"data_bytes", RLIMIT_DATA},   {"stack_bytes", RLIMIT_STACK},
        {"processes", RLIMIT_NPROC},        {"open_files", RLIMIT_NOFILE}, {"locked_memory_bytes", RLIMIT_MEMLOCK},
        {"file_size_bytes", RLIMIT_FSIZE},  {"cpu_seconds", RLIMIT_CPU},
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct rlimit limit;
        if (getrlimit((__rlimit_resource_t)known[i].resource, &limit) != 0)
            gather_put_null(g, known[i].key, "getrlimit: %s", strerror(errno));
        else
            gather_put(g, known[i].key, limit_json(limit.rlim_cur));
    }
}

void gather_memory(struct gather *g)
{
    static const struct {
        const char *key, *name;
    } known[] = {
        {"total_bytes", "MemTotal"},     {"available_bytes", "MemAvailable"}, {"swap_total_bytes", "SwapTotal"},
        {"swap_free_bytes", "SwapFree"}, {"hugepage_bytes", "Hugepagesize"},
    };
    char value[64];

    if (!gather_read(g, "total_bytes", "/proc/meminfo"))
        return;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char *kib = gather_line(g, known[i].name, value, sizeof value);
        if (kib)
            gather_put(g, known[i].key, json_integer(1024 * strtoll(kib, NULL, 10)));
        else
            gather_put_null(g, known[i].key, "/proc/meminfo has no %s", known[i].name);
    }
}

/* This process's group in the hierarchy of `controller`, "" being v2's. False: there is none. */
static bool group_of(struct gather *g, const char *controller, char *group, size_t size)
{
    char *position = NULL;

    if (!gather_try(g, "/proc/self/cgroup"))
        return false;
    for (char *line = strtok_r(g->text, "\n", &position); line; line = strtok_r(NULL, "\n", &position)) {
        char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        if (strcmp(names + 1, controller) != 0)
            continue;
        snprintf(group, size, "%s", strcmp(path, "/") == 0 ? "" : path);
        return true;
    }
    return false;
}

static void put_group_file(struct gather *g, const char *key, const char *file_v2, const char *controller,
                           const char *file_v1)
{
    char group[1024], path[2048];

    if (group_of(g, "", group, sizeof group)) {
        snprintf(path, sizeof path, "/sys/fs/cgroup%s/%s", group, file_v2);
        if (gather_try(g, path)) {
            gather_put(g, key, gather_string(g->text));
            return;
        }
    }
    if (!group_of(g, controller, group, sizeof group)) {
        gather_put_null(g, key, "this process's control group has no %s", file_v2);
        return;
    }
    snprintf(path, sizeof path, "/sys/fs/cgroup/%s%s/%s", controller, group, file_v1);
    gather_file(g, key, path);
}

static void put_throttled(struct gather *g)
{
    char value[64];

    put_group_file(g, "cpu_stat", "cpu.stat", "cpu", "cpu.stat");
    const json_t *stat = json_object_get(g->object, "cpu_stat");
    if (!json_is_string(stat)) {
        gather_put_null(g, "throttled_periods", "there is no cpu.stat");
        return;
    }
    snprintf(g->text, sizeof g->text, "%s", json_string_value(stat));
    const char *count = gather_line(g, "nr_throttled", value, sizeof value);
    gather_put(g, "throttled_periods", json_integer(count ? strtoll(count, NULL, 10) : 0));
}

void gather_cgroup(struct gather *g)
{
    put_group_file(g, "cpu_max", "cpu.max", "cpu", "cpu.cfs_quota_us");
    put_group_file(g, "cpu_weight", "cpu.weight", "cpu", "cpu.shares");
    put_group_file(g, "cpuset", "cpuset.cpus.effective", "cpuset", "cpuset.effective_cpus");
    put_group_file(g, "memory_max", "memory.max", "memory", "memory.limit_in_bytes");
    put_group_file(g, "memory_current", "memory.current", "memory", "memory.usage_in_bytes");
    put_group_file(g, "pids_max", "pids.max", "pids", "pids.max");
    put_throttled(g);
}

/* The share of time, since the machine started, that a hypervisor gave to others: field 8 of /proc/stat's first line.
 */
static void put_steal(struct gather *g)
{
    char value[256];
    double sum = 0, ticks[8] = {0};
    int fields = 0;

    if (!gather_read(g, "steal_percent", "/proc/stat"))
        return;
    for (const char *at = gather_line(g, "cpu", value, sizeof value); at && fields < 8; fields++) {
        char *end;
        ticks[fields] = (double)strtoll(at, &end, 10);
        if (end == at)
            break;
        sum += ticks[fields];
        at = end;
    }
    if (fields == 8 && sum > 0)
        gather_put(g, "steal_percent", json_real(100 * ticks[7] / sum));
    else
        gather_put_null(g, "steal_percent", "/proc/stat does not count stolen time");
}

void gather_activity(struct gather *g)
{
    double load[3];

    if (getloadavg(load, 3) == 3)
        gather_put(g, "load", json_pack("[f, f, f]", load[0], load[1], load[2]));
    else
        gather_put_null(g, "load", "getloadavg failed");
    put_steal(g);
}
