/* How many CPUs this process may use. The kernel's formats: Documentation/admin-guide/cgroup-v2.rst, sched-bwc.rst. */
#define _GNU_SOURCE
#include "cpus.h"

#include "strategy.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS_MASK_MAX (1 << 20) /* far above any kernel's NR_CPUS */

/* One decimal number at *text, which moves behind it. False: there is none, or it does not fit. */
static bool parse_number(const char **text, long long *value)
{
    char *end;

    errno = 0;
    *value = strtoll(*text, &end, 10);
    if (end == *text || errno)
        return false;
    *text = end;
    return true;
}

static size_t cpus_from_quota(long long quota, long long period)
{
    if (quota <= 0 || period <= 0)
        return SIZE_MAX;
    return (size_t)(quota / period + (quota % period != 0));
}

size_t cpus_parse_cpu_max(const char *text)
{
    long long quota, period;

    if (!parse_number(&text, &quota) || !parse_number(&text, &period))
        return SIZE_MAX;
    return cpus_from_quota(quota, period);
}

size_t cpus_parse_cfs(const char *quota_text, const char *period_text)
{
    long long quota, period;

    if (!parse_number(&quota_text, &quota) || !parse_number(&period_text, &period))
        return SIZE_MAX;
    return cpus_from_quota(quota, period);
}

/* The first `size - 1` bytes of a small file; "" if it cannot be read. */
static void read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "re");

    text[0] = '\0';
    if (!file)
        return;
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static size_t quota_at(const char *folder, bool v2)
{
    char path[4352], text[64], period[64];

    if (v2) {
        snprintf(path, sizeof path, "%s/cpu.max", folder);
        read_text(path, text, sizeof text);
        return cpus_parse_cpu_max(text);
    }
    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
    read_text(path, text, sizeof text);
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
    read_text(path, period, sizeof period);
    return cpus_parse_cfs(text, period);
}

/* The tightest quota from `group` up to the mount's own folder: a parent's limit binds its children too. */
static size_t quota_upwards(const char *mount, char *group, bool v2)
{
    size_t least = SIZE_MAX;

    for (;;) {
        char folder[4224];
        snprintf(folder, sizeof folder, "%s%s", mount, group);
        const size_t here = quota_at(folder, v2);
        least = here < least ? here : least;
        char *slash = strrchr(group, '/');
        if (!slash)
            return least;
        *slash = '\0';
    }
}

/* One line of /proc/self/cgroup, "ID:CONTROLLERS:GROUP": v2's has no controllers, v1's names cpu among others. */
static size_t quota_of_line(const char *root, char *line)
{
    char mount[2048];
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;

    if (!group)
        return SIZE_MAX;
    *controllers++ = '\0';
    *group++ = '\0';
    group[strcspn(group, "\n")] = '\0';
    if (*controllers == '\0') {
        snprintf(mount, sizeof mount, "%s/sys/fs/cgroup", root);
        return quota_upwards(mount, group, true);
    }
    char *position = NULL;
    for (char *name = strtok_r(controllers, ",", &position); name; name = strtok_r(NULL, ",", &position))
        if (strcmp(name, "cpu") == 0) {
            snprintf(mount, sizeof mount, "%s/sys/fs/cgroup/cpu", root);
            return quota_upwards(mount, group, false);
        }
    return SIZE_MAX;
}

size_t cpus_quota(const char *root)
{
    char path[2048], line[2048];
    size_t least = SIZE_MAX;

    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    FILE *file = fopen(path, "re");
    if (!file)
        return SIZE_MAX;
    while (fgets(line, sizeof line, file)) {
        const size_t here = quota_of_line(root, line);
        least = here < least ? here : least;
    }
    fclose(file);
    return least;
}

size_t cpus_in_affinity(void)
{
    for (int cpus = CPU_SETSIZE; cpus <= CPUS_MASK_MAX; cpus *= 2) {
        cpu_set_t *set = CPU_ALLOC((size_t)cpus);
        const size_t size = CPU_ALLOC_SIZE((size_t)cpus);
        if (!set)
            return 1;
        const bool fits = sched_getaffinity(0, size, set) == 0;
        const int count = fits ? CPU_COUNT_S(size, set) : 0;
        const bool larger = !fits && errno == EINVAL; /* the kernel's mask is wider than ours */
        CPU_FREE(set);
        if (!larger)
            return count > 0 ? (size_t)count : 1;
    }
    return 1;
}

size_t cpus_usable(const char *root)
{
    const size_t affinity = cpus_in_affinity(), quota = cpus_quota(root);

    return quota < affinity ? quota : affinity;
}

size_t pool_cpus_usable(void)
{
    return cpus_usable("");
}
