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

struct usage usage_since(const struct usage *then)
{
    struct usage u = usage_now();

    u.user_ns -= then->user_ns;
    u.system_ns -= then->system_ns;
    u.switches -= then->switches;
    u.faults_minor -= then->faults_minor;
    u.faults_major -= then->faults_major;
    return u;
}
