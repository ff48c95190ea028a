/* bars [--tiny] [--bind] [--rounds N] [--workers N] [items|spin|tasks|memory|waits ...] - see bars.h. */
#define _DEFAULT_SOURCE
#include "bars.h"

#include "command/command.h"
#include "machine/isolate.h"
#include "measure/calibrate.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 9
#define ROUNDS_TINY 1

static const struct {
    const char *name;
    void (*run)(const struct bars *);
} tables[] = {
    {"items", bars_items}, {"spin", bars_spin}, {"tasks", bars_tasks}, {"memory", bars_memory}, {"waits", bars_waits},
};

#define TABLES (sizeof tables / sizeof *tables)

static const struct option options[] = {
    {"tiny", no_argument, NULL, 't'},
    {"bind", no_argument, NULL, 'b'},
    {"rounds", required_argument, NULL, 'r'},
    {"workers", required_argument, NULL, 'w'},
    {0},
};

static bool parse(int argc, char **argv, struct bars *bars, char why[WHY_SIZE])
{
    uint64_t number;

    opterr = 0; /* one sentence is enough */
    for (int key; (key = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        bars->tiny = bars->tiny || key == 't';
        bars->bind = bars->bind || key == 'b';
        if (key == 'r' && !units_parse_count(optarg, 1, ROUNDS_MAX, &number, why))
            return false;
        if (key == 'r')
            bars->rounds = number;
        if (key == 'w' && !units_parse_count(optarg, 1, POOL_WORKERS_MAX, &number, why))
            return false;
        if (key == 'w')
            bars->workers = number;
        if (key == '?') {
            snprintf(why, WHY_SIZE, "the options are --tiny, --bind, --rounds N and --workers N");
            return false;
        }
    }
    if (bars->rounds == 0)
        bars->rounds = bars->tiny ? ROUNDS_TINY : ROUNDS;
    return true;
}

static bool wanted(int count, char **names, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return count == 0;
}

static bool known(int count, char **names, char why[WHY_SIZE])
{
    for (int i = 0; i < count; i++) {
        bool found = false;
        for (size_t k = 0; k < TABLES; k++)
            found = found || strcmp(names[i], tables[k].name) == 0;
        if (!found) {
            snprintf(why, WHY_SIZE, "there is no table '%.60s'; there are items, spin, tasks, memory and waits",
                     names[i]);
            return false;
        }
    }
    return true;
}

static void run(struct bars *bars, int count, char **names)
{
    bars->loops_per_ns = calibrate_loops_per_ns();
    isolate_catch_interrupts();
    for (size_t k = 0; k < TABLES && !isolate_interrupted(); k++)
        if (wanted(count, names, tables[k].name))
            tables[k].run(bars);
}

/* What other programs do at the same time belongs to the figures. */
static void print_head(const struct bars *bars, const struct topology *t)
{
    double load = 0;

    printf("%s; %zu usable CPUs; rounds: %zu; ", t->summary, t->usable, bars->rounds);
    if (getloadavg(&load, 1) == 1)
        printf("load average %.2f", load);
    puts(bars->tiny ? "; sizes too small to mean anything" : "");
}

int main(int argc, char **argv)
{
    struct bars bars = {.workers = 2};
    struct topology topology;
    char why[WHY_SIZE];

    if (!parse(argc, argv, &bars, why) || !known(argc - optind, argv + optind, why))
        return failure(EXIT_USAGE, "%s", why);
    if (!topology_load(&topology, why))
        return failure(EXIT_CANNOT, "%s", why);
    if (!topology_bind_order(&topology, BIND_COMPACT, &bars.cpus, &bars.cpu_count, why))
        bars.cpu_count = 0; /* the figures are of unpinned workers then */
    setvbuf(stdout, NULL, _IOLBF, 0);
    print_head(&bars, &topology);
    run(&bars, argc - optind, argv + optind);
    free(bars.cpus);
    topology_free(&topology);
    return isolate_interrupted() ? EXIT_INCONCLUSIVE : EXIT_GOOD;
}
