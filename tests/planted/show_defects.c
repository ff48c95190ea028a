/*
 * Every planted defect can be seen from outside, and the pool they are planted in shows none. This examination knows
 * nothing of the conformance suite: where the suite misses a bug that is seen here, the suite is at fault.
 */
#define _GNU_SOURCE
#include "battery.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PASS, FAIL, HUNG, CRASHED, HUNG_SECONDS = 20, NOT_STARTED = -1 };

static const struct {
    const char *name;
    char kind;
    int symptom;
} bugs[] = {
#define BUG(number, id, clause, kind, symptom, fragment, text) {"planted_" #number "_" #id, #kind[0], symptom},
#include "bugs.def"
#undef BUG
};

enum { BUGS = sizeof bugs / sizeof bugs[0] };

/* Examine a strategy in a process of its own. */
static pid_t examine(const struct pool_ops *ops)
{
    const pid_t child = fork();

    if (child)
        return child;
    alarm(HUNG_SECONDS);
    _exit(battery_passes(ops) ? PASS : FAIL);
}

static int verdict(pid_t child)
{
    int status;

    if (child < 0 || waitpid(child, &status, 0) != child)
        return NOT_STARTED;
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    return WTERMSIG(status) == SIGALRM ? HUNG : CRASHED;
}

/* Where a stray write lands decides whether it is a wrong byte or a crash.
 * Those that hang wait beside each other; the others follow one by one. */
static void every_defect_shows(void **state)
{
    const struct pool_ops *const *planted = *state;
    pid_t child[BUGS];
    size_t unseen = 0;

    for (size_t i = 0; i < BUGS; i++)
        if (bugs[i].symptom == HUNG)
            child[i] = examine(planted[i]);
    for (size_t i = 0; i < BUGS; i++) {
        assert_string_equal(planted[i]->name, bugs[i].name);
        if (bugs[i].kind == 'P' && pool_cpus_usable() < 2)
            continue;
        const int found = verdict(bugs[i].symptom == HUNG ? child[i] : examine(planted[i]));
        const bool seen = found == bugs[i].symptom || (found == CRASHED && bugs[i].symptom == FAIL);
        if (!seen) {
            print_error("%s: verdict %d, expected %d\n", bugs[i].name, found, bugs[i].symptom);
            unseen++;
        }
    }
    assert_int_equal(unseen, 0);
    assert_null(planted[BUGS]);
}

static void names_are_distinct(void **state)
{
    (void)state;
    for (size_t i = 0; i < BUGS; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(bugs[i].name, bugs[k].name);
}

int main(void)
{
    void *plugin = dlopen(PLANTED_PLUGIN, RTLD_NOW | RTLD_LOCAL);
    void *planted = plugin ? dlsym(plugin, "pool_plugin_strategies") : NULL;

    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_defect_shows, planted),
        cmocka_unit_test(names_are_distinct),
    };
    if (!planted) {
        print_error("%s: %s\n", PLANTED_PLUGIN, dlerror());
        return 1;
    }
    return cmocka_run_group_tests_name("planted defects", tests, NULL, NULL);
}
