/*
 * cpus.h - how many CPUs this process may use, from the kernel's own files.
 *
 * Errors: none; what cannot be read or makes no sense does not limit.
 */
#ifndef CPUS_H
#define CPUS_H

#include <stddef.h>

/*
 * CPUs that a cgroup v2 `cpu.max` text ("QUOTA PERIOD" or "max PERIOD", microseconds) allows, rounded up.
 * SIZE_MAX: no limit, or text that makes no sense.
 */
size_t cpus_parse_cpu_max(const char *text);

/* The same from cgroup v1's two files. A negative quota is no limit. */
size_t cpus_parse_cfs(const char *quota, const char *period);

/*
 * The smallest quota of this process's cgroup and all its ancestors, v2 and v1.
 * root  prefix of /proc and /sys, "" for the real ones; tests pass a folder of their own.
 */
size_t cpus_quota(const char *root);

/* CPUs in this thread's affinity mask, at least 1. */
size_t cpus_in_affinity(void);

/* max(1, min(affinity, quota)): affinity holds online CPUs only. */
size_t cpus_usable(const char *root);
#endif
