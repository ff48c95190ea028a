#include "usage.h"

#include <sys/resource.h>

static int64_t ns_of(struct timeval t)
{
    return (int64_t)t.tv_sec * 1000000000 + (int64_t)t.tv_usec * 1000;
}

static void add_who(struct usage *u, int who)
{
    struct rusage r;

    if (getrusage(who, &r) != 0)
        return;
    u->user_ns += ns_of(r.ru_utime);
    u->system_ns += ns_of(r.ru_stime);
    u->switches += r.ru_nvcsw + r.ru_nivcsw;
    u->faults_minor += r.ru_minflt;
    u->faults_major += r.ru_majflt;
}

struct usage usage_now(void)
{
    struct usage u = {0};

    add_who(&u, RUSAGE_SELF);
    add_who(&u, RUSAGE_CHILDREN);
    return u;
}

void usage_add(struct sample *s, const struct usage *before)
{
    const struct usage now = usage_now();

    s->cpu_user_ns += now.user_ns - before->user_ns;
    s->cpu_system_ns += now.system_ns - before->system_ns;
    s->context_switches += now.switches - before->switches;
    s->faults_minor += now.faults_minor - before->faults_minor;
    s->faults_major += now.faults_major - before->faults_major;
}
