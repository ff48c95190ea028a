/*
 * A worker killed between any two instructions, and still each item has one fate.
 *
 * A child works on lanes in shared memory and is single-stepped by ptrace. After every instruction that changed the
 * shared memory, the parent takes a copy of it, treats the child as dead there, repairs its lane, lets the others
 * finish, and counts how often each item ran.
 */
#define _GNU_SOURCE
#include "lanes.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define WORKERS 3
#define ITEMS 16
#ifdef __SANITIZE_ADDRESS__
#define COUNT_STEP 15 /* there are many more instructions to step through */
#else
#define COUNT_STEP 3
#endif

struct world {
    struct lanes lanes;
    struct lane lane[WORKERS];
    struct pool_task task;
    const void *columns[1];
    int canceled;
    unsigned char runs[ITEMS]; /* the ledger: how often each item was run, and whether it came to its end */
    unsigned char ends[ITEMS];
};

static int run_item(const void *const argv[], void *out, const void *context)
{
    struct world *world = *(struct world *const *)context;
    const size_t item = *(const unsigned char *)argv[0];

    (void)out;
    world->runs[item]++;
    world->ends[item]++;
    return 0;
}

static unsigned char numbers[ITEMS];

/* Point everything in a world, or in a copy of one, at itself. */
static void world_relocate(struct world *world, struct world **self)
{
    *self = world;
    world->lanes.lane = world->lane;
    world->task.context = self;
    world->columns[0] = numbers;
    world->lanes.records.task = &world->task;
    world->lanes.records.columns = world->columns;
    world->lanes.records.canceled = &world->canceled;
}

static struct world *world_map(void)
{
    struct world *world = mmap(NULL, sizeof *world, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    assert_true(world != MAP_FAILED);
    return world;
}

static struct world *self_of_original, *self_of_copy;

static void world_init(struct world *world, size_t count, size_t chunk)
{
    memset(world, 0, sizeof *world);
    for (size_t i = 0; i < ITEMS; i++)
        numbers[i] = (unsigned char)i;
    world->task = (struct pool_task){.call = run_item, .nargs = 1, .arg_size = {1}, .context_size = sizeof world};
    world->lanes.workers = WORKERS;
    world->lanes.mortal = true;
    world_relocate(world, &self_of_original);
    lanes_deal(&world->lanes, count, chunk);
}

static void check_fates(const struct world *world, size_t count, size_t lost, unsigned long step)
{
    for (size_t i = 0; i < count; i++) {
        if (i == lost ? world->runs[i] <= 1 : world->runs[i] == 1 && world->ends[i] == 1)
            continue;
        fail_msg("step %lu: item %zu ran %u times and ended %u times; lost: %zd", step, i, world->runs[i],
                 world->ends[i], (ssize_t)lost);
    }
    if (lanes_finished(&world->lanes) != count)
        fail_msg("step %lu: %zu of %zu items are finished", step, lanes_finished(&world->lanes), count);
}

/* Treat the child as dead in this copy; its successor and the others finish. */
static void bury_and_finish(struct world *copy, size_t dead, size_t count, unsigned long step)
{
    bool last;

    world_relocate(copy, &self_of_copy);
    const size_t lost = lanes_repair(&copy->lanes, dead);
    for (size_t i = 0; i < WORKERS; i++)
        lanes_work(&copy->lanes, (dead + 1 + i + step) % WORKERS, SIZE_MAX, &last);
    assert_false(lanes_any_left(&copy->lanes));
    check_fates(copy, count, lost, step);
}

static _Noreturn void child(struct world *world, size_t worker)
{
    bool last;

    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
        _exit(77);
    raise(SIGSTOP);
    lanes_work(&world->lanes, worker, SIZE_MAX, &last);
    _exit(0);
}

/* Step through one worker's whole life. Returns the number of states looked at; 0: this machine forbids ptrace. */
static unsigned long step_through(size_t worker, size_t count, size_t chunk, size_t drained)
{
    struct world *world = world_map(), *seen = world_map(), *copy = world_map();
    unsigned long states = 0;
    int status;
    bool last;

    world_init(world, count, chunk);
    if (drained < WORKERS) { /* one lane is worked off already, so that the child has to steal from further away */
        struct lane full[WORKERS];
        memcpy(full, world->lane, sizeof full);
        for (size_t w = 0; w < WORKERS; w++)
            if (w != drained)
                world->lane[w].range = 0;
        lanes_work(&world->lanes, drained, SIZE_MAX, &last);
        for (size_t w = 0; w < WORKERS; w++)
            if (w != drained)
                world->lane[w] = full[w];
    }
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (!pid)
        child(world, worker);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    while (WIFSTOPPED(status)) {
        if (memcmp(seen, world, sizeof *world) != 0) {
            memcpy(seen, world, sizeof *world);
            memcpy(copy, world, sizeof *world);
            bury_and_finish(copy, worker, count, ++states);
        }
        assert_int_equal(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
    }
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) != 77)
        check_fates(world, count, LANES_NO_ITEM, 0);
    munmap(world, sizeof *world);
    munmap(seen, sizeof *seen);
    munmap(copy, sizeof *copy);
    return WEXITSTATUS(status) == 77 ? 0 : states;
}

static void every_instruction(void **state)
{
    static const size_t chunks[] = {0, 1, 2, 3, 5};
    unsigned long states = 0;

    (void)state;
    for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++)
        for (size_t count = 1; count <= ITEMS; count += COUNT_STEP)
            for (size_t worker = 0; worker < WORKERS; worker++)
                for (size_t drained = 0; drained <= WORKERS; drained++)
                    states += step_through(worker, count, chunks[c], drained);
    print_message("%lu states in which a worker died\n", states);
    if (!states)
        skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_instruction)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
