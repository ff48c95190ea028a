/* The kernel, its settings, and whether it runs on hardware of its own. */
#define _GNU_SOURCE
#include "gather.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static void put_uname(struct gather *g)
{
    struct utsname name;
    char text[256];

    if (uname(&name) != 0) {
        gather_put_null(g, "kernel", "uname failed");
        return;
    }
    snprintf(text, sizeof text, "%s %s", name.sysname, name.release);
    gather_put_text(g, "kernel", text);
    gather_put_text(g, "kernel_version", name.version);
    gather_put_text(g, "architecture", name.machine);
    gather_put_text(g, "hostname", name.nodename);
}

static void put_distribution(struct gather *g)
{
    char value[256];

    if (!gather_read(g, "distribution", "/etc/os-release"))
        return;
    for (char *at = g->text; (at = strchr(at, '='));)
        *at = ':'; /* gather_line's separator */
    const char *name = gather_line(g, "PRETTY_NAME", value, sizeof value);
    const size_t length = strlen(name ? name : "");
    if (length > 2 && value[0] == '"') {
        value[length - 1] = '\0';
        name = value + 1;
    }
    gather_put_text(g, "distribution", name);
}

void gather_kernel(struct gather *g)
{
    put_uname(g);
    put_distribution(g);
    gather_file(g, "kernel_command_line", "/proc/cmdline");
    gather_file_choice(g, "transparent_hugepages", "/sys/kernel/mm/transparent_hugepage/enabled");
    gather_file_choice(g, "transparent_hugepages_shared", "/sys/kernel/mm/transparent_hugepage/shmem_enabled");
    gather_file_number(g, "numa_balancing", "/proc/sys/kernel/numa_balancing");
    gather_file_number(g, "sched_autogroup", "/proc/sys/kernel/sched_autogroup_enabled");
    gather_file_number(g, "overcommit_memory", "/proc/sys/vm/overcommit_memory");
    gather_file_number(g, "address_randomization", "/proc/sys/kernel/randomize_va_space");
    gather_file_number(g, "perf_event_paranoid", "/proc/sys/kernel/perf_event_paranoid");
    gather_file(g, "clock_source", "/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

/* The CPU's own flag decides; the board's maker says which. */
static void put_machine(struct gather *g)
{
    char flags[4096];
    const bool known = gather_try(g, "/proc/cpuinfo") && gather_line(g, "flags", flags, sizeof flags);

    if (!known && !gather_try(g, "/sys/hypervisor/type"))
        gather_put_null(g, "machine",
                        "neither /proc/cpuinfo nor /sys/hypervisor/type says whether this is a virtual one");
    else
        gather_put(g, "machine", json_boolean(!known || strstr(flags, " hypervisor")));
    gather_file(g, "maker", "/sys/class/dmi/id/sys_vendor");
    gather_file(g, "product", "/sys/class/dmi/id/product_name");
}

/* Each container engine leaves its own mark; none is "none that we know". */
static void put_container(struct gather *g)
{
    char path[512];
    const char *found = NULL;

    snprintf(path, sizeof path, "%s/.dockerenv", g->root);
    if (access(path, F_OK) == 0)
        found = "docker";
    snprintf(path, sizeof path, "%s/run/.containerenv", g->root);
    if (access(path, F_OK) == 0)
        found = "podman";
    if (gather_try(g, "/run/systemd/container"))
        found = g->text;
    if (!found && gather_try(g, "/proc/1/cgroup"))
        found = strstr(g->text, "kubepods") ? "kubernetes" : strstr(g->text, "docker") ? "docker" : NULL;
    gather_put_text(g, "container", found ? found : "none");
}

void gather_virtual(struct gather *g)
{
    put_machine(g);
    put_container(g);
}
