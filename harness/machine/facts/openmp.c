/* The OpenMP runtime that was really loaded, and what it is set to. Nothing here starts a thread. */
#define _GNU_SOURCE
#include "gather.h"

#include <dlfcn.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* By the symbols that each runtime alone has: LLVM's exports GNU's too, as an alias. */
static const char *runtime_name(void)
{
    if (dlsym(RTLD_DEFAULT, "__kmpc_global_thread_num"))
        return "LLVM or Intel libomp";
    return dlsym(RTLD_DEFAULT, "GOMP_parallel") ? "GNU libgomp" : NULL;
}

static void put_file(struct gather *g)
{
    Dl_info info;
    void *symbol = dlsym(RTLD_DEFAULT, "omp_get_num_threads");
    char *path = symbol && dladdr(symbol, &info) && info.dli_fname ? realpath(info.dli_fname, NULL) : NULL;

    gather_put_text(g, "file", path);
    free(path);
}

static const char *schedule_name(omp_sched_t kind)
{
    switch ((unsigned)kind & 0xffu) { /* above: the monotonic modifier */
    case omp_sched_static: return "static";
    case omp_sched_dynamic: return "dynamic";
    case omp_sched_guided: return "guided";
    case omp_sched_auto: return "auto";
    default: return "unknown";
    }
}

static const char *bind_name(omp_proc_bind_t bind)
{
    static const char *const names[] = {"false", "true", "primary", "close", "spread"};

    return (size_t)bind < sizeof names / sizeof *names ? names[bind] : "unknown";
}

static void put_settings(struct gather *g)
{
    omp_sched_t kind;
    int chunk;

    omp_get_schedule(&kind, &chunk);
    gather_put(g, "max_threads", json_integer(omp_get_max_threads()));
    gather_put(g, "thread_limit", json_integer(omp_get_thread_limit()));
    gather_put(g, "dynamic", json_boolean(omp_get_dynamic()));
    gather_put(g, "max_active_levels", json_integer(omp_get_max_active_levels()));
    gather_put_text(g, "proc_bind", bind_name(omp_get_proc_bind()));
    gather_put(g, "places", json_integer(omp_get_num_places()));
    gather_put_text(g, "schedule", schedule_name(kind));
    gather_put(g, "schedule_chunk", json_integer(chunk));
}

/* What the API does not tell, the wait policy among it, comes from these. */
static void put_environment(struct gather *g)
{
    static const char *const prefixes[] = {"OMP_", "GOMP_", "KMP_"};
    json_t *variables = json_object();

    for (char **variable = environ; *variable; variable++) {
        char name[128];
        const size_t length = strcspn(*variable, "=");
        if (length >= sizeof name || (*variable)[length] != '=')
            continue;
        memcpy(name, *variable, length);
        name[length] = '\0';
        for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
            if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
                json_object_set_new(variables, name, gather_string(*variable + length + 1));
    }
    gather_put(g, "environment", variables);
}

void gather_openmp(struct gather *g)
{
    gather_put_text(g, "runtime", runtime_name());
    put_file(g);
    gather_put(g, "specification", json_integer(_OPENMP));
    put_settings(g);
    put_environment(g);
}
