#include "openmp.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * The counterparts of idle.h: how often GNU's runtime looks, and how many milliseconds LLVM's does, before they sleep.
 * A value of NULL: not set.
 */
static const struct {
    const char *name;
    const char *value[3]; /* by enum pool_wait */
} variables[] = {
    {"OMP_DYNAMIC", {"false", "false", "false"}},
    {"OMP_PROC_BIND", {"false", "false", "false"}},
    {"OMP_PLACES", {NULL, NULL, NULL}},
    {"OMP_THREAD_LIMIT", {NULL, NULL, NULL}},
    {"GOMP_CPU_AFFINITY", {NULL, NULL, NULL}},
    {"KMP_AFFINITY", {NULL, NULL, NULL}},
    {"OMP_WAIT_POLICY", {[POOL_WAIT_YIELD] = "passive", [POOL_WAIT_SPIN] = "active", [POOL_WAIT_SLEEP] = "passive"}},
    {"GOMP_SPINCOUNT", {[POOL_WAIT_YIELD] = "10000", [POOL_WAIT_SPIN] = "200000", [POOL_WAIT_SLEEP] = "0"}},
    {"KMP_BLOCKTIME", {[POOL_WAIT_YIELD] = "1", [POOL_WAIT_SPIN] = "10", [POOL_WAIT_SLEEP] = "0"}},
};

static bool is_set(const char *name, const char *value)
{
    const char *now = getenv(name);

    return value ? now && strcmp(now, value) == 0 : !now;
}

bool openmp_set_environment(enum pool_wait wait, bool *changed, char why[WHY_SIZE])
{
    *changed = false;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *name = variables[i].name, *value = variables[i].value[wait];
        if (is_set(name, value))
            continue;
        *changed = true;
        if ((value ? setenv(name, value, 1) : unsetenv(name)) != 0) {
            snprintf(why, WHY_SIZE, "cannot set %s: %s", name, strerror(errno));
            return false;
        }
    }
    return true;
}

void openmp_restart(int argc, char **argv, char why[WHY_SIZE])
{
    char **again = calloc((size_t)argc + 2, sizeof *again);
    char program[] = "poolbench";

    if (again) {
        again[0] = program;
        memcpy(again + 1, argv, (size_t)argc * sizeof *again);
        signal(SIGPIPE, SIG_DFL); /* main ignores it; an ignored signal would stay so through exec */
        execv("/proc/self/exe", again);
    }
    snprintf(why, WHY_SIZE, "cannot start again with OpenMP's variables set: %s", strerror(errno));
    free(again);
}
