#include "usage.h"

#include "kin.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static int64_t ns_of(struct timeval t)
{
    return (int64_t)t.tv_sec * 1000000000 + (int64_t)t.tv_usec * 1000;
}

static void add_who(struct sample_counters *u, int who)
{
    struct rusage r;

    if (getrusage(who, &r) != 0)
        return;
    u->cpu_user_ns += ns_of(r.ru_utime);
    u->cpu_system_ns += ns_of(r.ru_stime);
    u->context_switches += r.ru_nvcsw + r.ru_nivcsw;
    u->faults_minor += r.ru_minflt;
    u->faults_major += r.ru_majflt;
}

/* Time that a hypervisor gave to others, on all CPUs. */
static int64_t steal_ns(void)
{
    FILE *f = fopen("/proc/stat", "re");
    long long steal = -1;

    if (!f)
        return SAMPLE_UNKNOWN;
    if (fscanf(f, "cpu %*d %*d %*d %*d %*d %*d %*d %lld", &steal) != 1)
        steal = -1;
    fclose(f);
    return steal < 0 ? SAMPLE_UNKNOWN : (int64_t)steal * (1000000000 / sysconf(_SC_CLK_TCK));
}

struct sample_counters usage_now(void)
{
    struct sample_counters u = {0};

    add_who(&u, RUSAGE_SELF);
    add_who(&u, RUSAGE_CHILDREN);
    kin_count(&u);
    u.steal_ns = steal_ns();
    return u;
}

/* A worker that was lost in between takes its counts along: no count is below zero for that. */
static void subtract(int64_t *now, int64_t then)
{
    if (*now == SAMPLE_UNKNOWN || then == SAMPLE_UNKNOWN)
        *now = SAMPLE_UNKNOWN;
    else
        *now = *now > then ? *now - then : 0;
}

/* Times whose division wavers (kin.h) keep their sum. */
static void subtract_times(struct sample_counters *now, const struct sample_counters *then)
{
    if (now->cpu_user_ns == SAMPLE_UNKNOWN || then->cpu_user_ns == SAMPLE_UNKNOWN) {
        now->cpu_user_ns = now->cpu_system_ns = SAMPLE_UNKNOWN;
        return;
    }
    const int64_t user_ns = now->cpu_user_ns - then->cpu_user_ns, system_ns = now->cpu_system_ns - then->cpu_system_ns;
    const int64_t total_ns = user_ns + system_ns > 0 ? user_ns + system_ns : 0;
    now->cpu_user_ns = user_ns < 0 ? 0 : user_ns > total_ns ? total_ns : user_ns;
    now->cpu_system_ns = total_ns - now->cpu_user_ns;
}

struct sample_counters usage_since(const struct sample_counters *then)
{
    struct sample_counters u = usage_now();

    subtract_times(&u, then);
    subtract(&u.context_switches, then->context_switches);
    subtract(&u.migrations, then->migrations);
    subtract(&u.faults_minor, then->faults_minor);
    subtract(&u.faults_major, then->faults_major);
    subtract(&u.steal_ns, then->steal_ns);
    return u;
}

static void add(int64_t *a, int64_t b)
{
    *a = *a == SAMPLE_UNKNOWN || b == SAMPLE_UNKNOWN ? SAMPLE_UNKNOWN : *a + b;
}

void usage_add(struct sample_counters *a, const struct sample_counters *b)
{
    add(&a->cpu_user_ns, b->cpu_user_ns);
    add(&a->cpu_system_ns, b->cpu_system_ns);
    add(&a->context_switches, b->context_switches);
    add(&a->migrations, b->migrations);
    add(&a->faults_minor, b->faults_minor);
    add(&a->faults_major, b->faults_major);
    add(&a->steal_ns, b->steal_ns);
}
