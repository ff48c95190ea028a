/* Frequency, turbo, SMT and mitigations. The kernel's files: Documentation/admin-guide/pm/,
 * ABI/testing/sysfs-devices-system-cpu. */
#define _GNU_SOURCE
#include "gather.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPU_FOLDER "/sys/devices/system/cpu"
#define CPU_NUMBER_MAX 8192 /* more than any kernel's NR_CPUS */

static bool array_holds(const json_t *array, const char *text)
{
    size_t i;
    json_t *element;

    json_array_foreach(array, i, element)
    {
        if (strcmp(json_string_value(element), text) == 0)
            return true;
    }
    return false;
}

/* The different governors of all CPUs; usually there is one. */
static void put_governors(struct gather *g)
{
    char path[128];
    json_t *governors = json_array();

    for (int cpu = 0, gaps = 0; cpu < CPU_NUMBER_MAX && gaps < 64; cpu++) {
        snprintf(path, sizeof path, CPU_FOLDER "/cpu%d/cpufreq/scaling_governor", cpu);
        gaps = gather_try(g, path) ? 0 : gaps + 1; /* offline CPUs have none */
        if (gaps == 0 && !array_holds(governors, g->text))
            json_array_append_new(governors, gather_string(g->text));
    }
    if (json_array_size(governors) > 0) {
        gather_put(g, "governors", governors);
        return;
    }
    json_decref(governors);
    gather_put_null(g, "governors",
                    CPU_FOLDER "/cpu*/cpufreq/scaling_governor: no CPU has one; a virtual machine hides it");
}

/* Intel's driver says what is forbidden, the others what is allowed. */
static void put_boost(struct gather *g)
{
    if (gather_try(g, CPU_FOLDER "/intel_pstate/no_turbo"))
        gather_put(g, "boost", json_boolean(strcmp(g->text, "0") == 0));
    else
        gather_file_flag(g, "boost", CPU_FOLDER "/cpufreq/boost");
}

static void put_cpuinfo(struct gather *g)
{
    char value[4096];

    if (!gather_read(g, "microcode", "/proc/cpuinfo"))
        return;
    gather_put_text(g, "microcode", gather_line(g, "microcode", value, sizeof value));
    const char *flags = gather_line(g, "flags", value, sizeof value);
    gather_put(g, "hypervisor_flag", json_boolean(flags && strstr(flags, " hypervisor")));
}

static void put_mitigations(struct gather *g)
{
    char path[512];
    struct dirent **entries;

    snprintf(path, sizeof path, "%s" CPU_FOLDER "/vulnerabilities", g->root);
    const int count = scandir(path, &entries, NULL, alphasort);
    if (count < 0) {
        gather_put_null(g, "mitigations", CPU_FOLDER "/vulnerabilities: %s", strerror(errno));
        return;
    }
    json_t *mitigations = json_object();
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, CPU_FOLDER "/vulnerabilities/%s", entries[i]->d_name);
        if (entries[i]->d_name[0] != '.' && gather_try(g, path))
            json_object_set_new(mitigations, entries[i]->d_name, gather_string(g->text));
        free(entries[i]);
    }
    free(entries);
    gather_put(g, "mitigations", mitigations);
}

void gather_cpu(struct gather *g)
{
    put_cpuinfo(g);
    put_governors(g);
    gather_file(g, "frequency_driver", CPU_FOLDER "/cpu0/cpufreq/scaling_driver");
    gather_file_number(g, "frequency_min_khz", CPU_FOLDER "/cpu0/cpufreq/scaling_min_freq");
    gather_file_number(g, "frequency_max_khz", CPU_FOLDER "/cpu0/cpufreq/scaling_max_freq");
    gather_file(g, "energy_preference", CPU_FOLDER "/cpu0/cpufreq/energy_performance_preference");
    put_boost(g);
    gather_file_flag(g, "smt_active", CPU_FOLDER "/smt/active");
    gather_file(g, "smt_control", CPU_FOLDER "/smt/control");
    gather_file(g, "isolated", CPU_FOLDER "/isolated");
    gather_file(g, "nohz_full", CPU_FOLDER "/nohz_full");
    gather_file(g, "idle_driver", CPU_FOLDER "/cpuidle/current_driver");
    put_mitigations(g);
}
