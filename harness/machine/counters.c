#define _GNU_SOURCE
#include "counters.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RAPL "/sys/class/powercap/intel-rapl:%d/energy_uj" /* AMD's packages have this name too */
#define PACKAGES_MAX 64

const char *const counter_names[COUNTERS] = {"cycles", "instructions", "cache_misses", "energy"};

static const uint64_t events[] = {
    [COUNTER_CYCLES] = PERF_COUNT_HW_CPU_CYCLES,
    [COUNTER_INSTRUCTIONS] = PERF_COUNT_HW_INSTRUCTIONS,
    [COUNTER_CACHE_MISSES] = PERF_COUNT_HW_CACHE_MISSES,
};

/* Of user mode only: more is not allowed to everybody. Inherited by whatever is started later. */
static int open_event(enum counter counter)
{
    struct perf_event_attr attr = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof attr,
        .config = events[counter],
        .read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
        .inherit = 1,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };

    return (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static double read_event(int fd)
{
    uint64_t value[3] = {0}; /* the count, for how long it was wanted, for how long it was counted */

    if (fd < 0 || read(fd, value, sizeof value) != sizeof value || value[2] == 0)
        return NAN;
    return (double)value[0] * ((double)value[1] / (double)value[2]);
}

/* Joules since the machine started, of all packages. They wrap after minutes to hours: callers look at differences. */
static double read_energy(void)
{
    double joules = NAN;

    for (int package = 0; package < PACKAGES_MAX; package++) {
        char path[64], text[32];
        snprintf(path, sizeof path, RAPL, package);
        const int fd = open(path, O_RDONLY | O_CLOEXEC);
        const ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
        if (fd >= 0)
            close(fd);
        if (n <= 0)
            break;
        text[n] = '\0';
        joules = (isnan(joules) ? 0 : joules) + strtod(text, NULL) / 1e6;
    }
    return joules;
}

void counters_open(struct counters *c)
{
    for (enum counter k = 0; k < COUNTERS; k++)
        c->fd[k] = k == COUNTER_ENERGY ? -1 : open_event(k);
}

void counters_close(struct counters *c)
{
    for (enum counter k = 0; k < COUNTERS; k++)
        if (c->fd[k] >= 0)
            close(c->fd[k]);
}

void counters_read(const struct counters *c, double values[COUNTERS])
{
    for (enum counter k = 0; k < COUNTERS; k++)
        values[k] = k == COUNTER_ENERGY ? read_energy() : read_event(c->fd[k]);
}

bool counters_try(enum counter counter, char why[COUNTERS_WHY])
{
    if (counter == COUNTER_ENERGY) {
        if (!isnan(read_energy()))
            return true;
        snprintf(why, COUNTERS_WHY, "/sys/class/powercap/intel-rapl:0/energy_uj cannot be read: %s", strerror(errno));
        return false;
    }
    const int fd = open_event(counter);
    if (fd < 0) {
        snprintf(why, COUNTERS_WHY, "perf_event_open: %s%s", strerror(errno),
                 errno == ENOENT || errno == EOPNOTSUPP ? "; a virtual machine mostly has no such counters"
                 : errno == EACCES || errno == EPERM    ? "; see /proc/sys/kernel/perf_event_paranoid"
                                                        : "");
        return false;
    }
    close(fd);
    return true;
}
