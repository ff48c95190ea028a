/* W: many pools. X: many threads. */
#define _GNU_SOURCE
#include "../kit/script.h"
#include "../kit/trial.h"
#include "cases.h"
#include "workload.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A map of script items on a pool, judged; `numbers` from `first` on. */
static enum pool_status map_lines(struct pool *pool, const struct script *script, size_t first, size_t count,
                                  size_t chunk)
{
    const struct pool_task task = script_task(script);
    struct script_line line[256];
    uint64_t out[256] = {0};
    struct pool_fault fault;

    for (size_t i = 0; i < count; i++)
        line[i] = (struct script_line){.number = first + i};
    const enum pool_status status = pool_map(pool, &task, count, line, out, chunk, &fault);
    for (size_t i = 0; !status && i < count; i++)
        if (out[i] != script_result(script, first + i))
            conform_fail("of several maps at once, one got a result that is not its own: item %zu of %zu", i, count);
    return status;
}

void W1_pools_live_and_die_alone(struct subject *s)
{
    for (int round = 0; round < (s->quick ? 5 : 30); round++) {
        struct pool *first = subject_create(s, subject_workers(s, 2)), *other = subject_create(s, 1);
        const struct script script = script_new(s, 1, 100);
        struct script_job held = {.line.gate = 1};

        script_submit(other, &script, &held, NULL); /* it works while the first one goes */
        if (map_lines(first, &script, 1, 20, 1))
            conform_fail("a pool beside another does not work");
        if (round % 2)
            pool_destroy(first);
        else
            subject_end(first);
        script_open(&script, 1);
        script_finish(&script, &held);
        if (map_lines(other, &script, 30, 20, 0))
            conform_fail("a pool does not work once another was destroyed");
        subject_end(other);
    }
}

enum { LINKS = 256, LINK_SIZE = 48 };

/* The pipes and sockets that are open in this process, which have names that no others have. */
static size_t list_pipes(char names[LINKS][LINK_SIZE])
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    for (struct dirent *entry; folder && count < LINKS && (entry = readdir(folder));) {
        const ssize_t length = readlinkat(dirfd(folder), entry->d_name, names[count], LINK_SIZE - 1);
        if (length <= 0)
            continue;
        names[count][length] = '\0';
        count += strncmp(names[count], "pipe:", 5) == 0 || strncmp(names[count], "socket:", 7) == 0;
    }
    if (folder)
        closedir(folder);
    return count;
}

static bool is_listed(char names[LINKS][LINK_SIZE], size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* How many of the names in its argument a worker has open; UINT64_MAX where the worker is the case's own process. */
struct open_pipes {
    uint64_t count;
    pid_t creator;
    char name[LINKS][LINK_SIZE];
};

static int open_pipes_call(const void *const argv[], void *out, const void *context)
{
    static _Thread_local struct open_pipes asked;
    char mine[LINKS][LINK_SIZE];
    uint64_t found = 0;

    (void)context;
    memcpy(&asked, argv[0], sizeof asked);
    const size_t count = list_pipes(mine);
    for (size_t i = 0; i < asked.count; i++)
        found += is_listed(mine, count, asked.name[i]);
    if (getpid() == asked.creator)
        found = UINT64_MAX;
    memcpy(out, &found, sizeof found);
    return 0;
}

void W2_later_workers_keep_no_pipes_of_other_pools(struct subject *s)
{
    static struct open_pipes asked;
    static char before[LINKS][LINK_SIZE], with[LINKS][LINK_SIZE];
    const struct pool_task task = {
        .name = "pipes", .call = open_pipes_call, .nargs = 1, .arg_size = {sizeof asked}, .out_size = sizeof(uint64_t)};
    const void *const argv[] = {&asked};
    const size_t before_count = list_pipes(before);
    struct pool *first = subject_create(s, subject_workers(s, 2));
    const struct script script = script_new(s, 1, 20);
    uint64_t found = 0;

    if (map_lines(first, &script, 0, 10, 1))
        conform_fail("the first pool does not work");
    const size_t with_count = list_pipes(with);
    asked.creator = getpid();
    for (size_t i = 0; i < with_count; i++)
        if (!is_listed(before, before_count, with[i]))
            memcpy(asked.name[asked.count++], with[i], LINK_SIZE);
    struct pool *second = subject_create(s, subject_workers(s, 2));
    if (pool_apply(second, &task, argv, &found, NULL))
        conform_fail("the second pool does not work");
    if (found != UINT64_MAX && found)
        conform_fail("a worker of the second pool has %zu of the first one's %zu pipes open", (size_t)found,
                     (size_t)asked.count);
    subject_end(first); /* does not wait for the second one's workers */
    if (map_lines(second, &script, 0, 10, 1))
        conform_fail("the second pool does not work once the first has ended");
    subject_end(second);
}

void W3_many_pools(struct subject *s)
{
    enum { AT_ONCE = 20 };
    const size_t in_sequence = s->quick ? 30 : 200;
    struct pool *pool[AT_ONCE];
    const struct trial_shape starred = trial_starred(17);

    for (size_t i = 0; i < AT_ONCE; i++)
        pool[i] = subject_create(s, 1 + i % subject_workers(s, 3));
    for (size_t round = 0; round < 3; round++)
        for (size_t i = 0; i < AT_ONCE; i++) {
            const struct trial_shape shape = trial_plain(1 + 3 * i);
            trial_once(s, pool[i], i % 2 ? &shape : &starred, i % 3);
        }
    for (size_t i = 0; i < AT_ONCE; i++) /* not in the order of their birth */
        subject_end(pool[(7 * i) % AT_ONCE]);
    for (size_t i = 0; i < in_sequence; i++) {
        struct pool *next = subject_create(s, 1 + i % subject_workers(s, 4));
        const struct trial_shape shape = trial_plain(i % 23);
        trial_once(s, next, i % 2 ? &shape : &starred, i % 4);
        subject_end(next);
    }
}

/* One of several threads that use one pool, each for maps of its own. */
struct user {
    struct pool *pool;
    struct script script;
    size_t number, rounds;
};

static void *use_pool(void *arg)
{
    const struct user *u = arg;

    for (size_t i = 0; i < u->rounds; i++) {
        struct script_job job = {.line = {.number = i, .code = (int)(i % 3)}};
        if (map_lines(u->pool, &u->script, 1000 * u->number, (7 * i + 13 * u->number) % 100, i % 4 + 1))
            conform_fail("of several maps at once, one failed");
        script_submit(u->pool, &u->script, &job, NULL);
        script_finish(&u->script, &job);
    }
    return NULL;
}

void X1_threads_get_their_own_results(struct subject *s)
{
    enum { USERS = 8 };
    const size_t rounds = subject_is_costly(s) ? 2 : s->quick ? 10 : 100;
    struct user user[USERS];
    pthread_t thread[USERS];

    for (size_t w = 1; w <= subject_workers(s, 3); w++) {
        struct pool *pool = subject_create(s, w);
        for (size_t i = 0; i < USERS; i++)
            user[i] = (struct user){.pool = pool, .script = script_new(s, 100 * i, 0), .number = i, .rounds = rounds};
        for (size_t i = 0; i < USERS; i++)
            if (pthread_create(&thread[i], NULL, use_pool, &user[i]))
                conform_unsupported("%d threads cannot be started", USERS);
        for (size_t i = 0; i < USERS; i++)
            pthread_join(thread[i], NULL);
        subject_end(pool);
    }
}

static int spin_call(const void *const argv[], void *out, const void *context)
{
    (void)argv;
    (void)out;
    (void)context;
    return workload_spin_loop(20000, 1) == 0 ? 2 : 0;
}

/* A thread that maps many items, again and again, until it is told to stop. */
struct hog {
    struct pool *pool;
    struct script script;
    size_t items;
    uint32_t stop, maps;
};

static void *hog_pool(void *arg)
{
    const struct pool_task task = {.name = "spin", .call = spin_call, .nargs = 1};
    struct hog *h = arg;

    while (!ledger_read(&h->stop)) {
        if (pool_map(h->pool, &task, h->items, NULL, NULL, 1, NULL))
            conform_fail("a long map failed");
        ledger_add(&h->maps);
    }
    return NULL;
}

void X2_short_map_is_not_starved(struct subject *s)
{
    enum { HOGS = 6, MAPS_BEFORE = 4 * HOGS };
    const size_t rounds = s->quick || subject_is_costly(s) ? 5 : 20;
    struct pool *pool = subject_create(s, subject_workers(s, 2));
    struct hog hog = {.pool = pool, .script = script_new(s, 1, 0), .items = subject_is_costly(s) ? 10 : 100};
    pthread_t thread[HOGS];
    size_t late = 0;

    for (size_t i = 0; i < HOGS; i++)
        if (pthread_create(&thread[i], NULL, hog_pool, &hog))
            conform_unsupported("%d threads cannot be started", HOGS);
    for (size_t i = 0; i < rounds; i++) {
        if (!ledger_await(&hog.maps, ledger_read(&hog.maps) + 1, hog.script.timeout_ns))
            conform_fail("long maps that follow each other come to a halt");
        const uint32_t before = ledger_read(&hog.maps);
        if (map_lines(pool, &hog.script, 300, 2, 1))
            conform_fail("a short map beside long ones failed");
        late += ledger_read(&hog.maps) - before > MAPS_BEFORE;
    }
    ledger_add(&hog.stop);
    for (size_t i = 0; i < HOGS; i++)
        pthread_join(thread[i], NULL);
    if (late > rounds / 2)
        conform_fail("%zu of %zu short maps had to let more than %d long ones go first", late, rounds, MAPS_BEFORE);
    subject_end(pool);
}
