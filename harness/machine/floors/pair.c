/* Two CPUs that talk: through a cache line, a futex, a pipe. */
#define _GNU_SOURCE
#include "measure.h"

#include "../clock.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_TRIPS 8192
#define ADDS 65536
#define ADD_TRIES 1000
#define CONTENDED_SHARE 4 /* neither side does more than this many times the other's adds */
#define FUTEX_TRIPS 20
#define PIPE_TRIPS 20

enum turn { HERE, THERE, OVER };

/* One word, alone in its cache lines (two of them: the prefetcher fetches pairs). */
struct pair {
    _Alignas(128) _Atomic uint32_t turn;
    _Alignas(128) _Atomic uint64_t adds;
    _Alignas(128) _Atomic bool stop;
    _Atomic bool ready; /* the partner is on its CPU, or has failed */
    bool bound;
    struct floor_run *run;
    void (*partner)(struct pair *);
};

static void *partner_main(void *arg)
{
    struct pair *p = arg;

    p->bound = measure_pin(p->run, p->run->cpu[1]);
    atomic_store(&p->ready, true);
    if (p->bound)
        p->partner(p);
    return NULL;
}

/* Start the partner on the second CPU, measure on the first, and let `end` make the partner return. */
static bool with_partner(struct floor_run *run, void (*partner)(struct pair *), bool (*measure)(struct pair *),
                         void (*end)(struct pair *))
{
    struct pair pair = {.turn = HERE, .run = run, .partner = partner};
    pthread_t thread;

    if (!measure_pin(run, run->cpu[0]))
        return false;
    const int error = pthread_create(&thread, NULL, partner_main, &pair);
    if (error)
        return measure_failed(run, "starting a thread", error);
    while (!atomic_load(&pair.ready))
        continue;
    const bool measured = pair.bound && measure(&pair);
    end(&pair);
    return pthread_join(thread, NULL) == 0 && measured;
}

/* Cache line: each side waits for its turn and gives it back. Nobody sleeps. */
static bool line_step(void *arg)
{
    struct pair *p = arg;

    atomic_store_explicit(&p->turn, THERE, memory_order_release);
    while (atomic_load_explicit(&p->turn, memory_order_acquire) != HERE)
        continue;
    return true;
}

static void line_partner(struct pair *p)
{
    for (uint32_t turn; (turn = atomic_load_explicit(&p->turn, memory_order_acquire)) != OVER;)
        if (turn == THERE)
            atomic_store_explicit(&p->turn, HERE, memory_order_release);
}

static bool line_measure(struct pair *p)
{
    return measure_samples(p->run, line_step, p, LINE_TRIPS);
}

static void line_end(struct pair *p)
{
    atomic_store(&p->turn, OVER);
}

bool measure_cache_line(struct floor_run *run)
{
    return with_partner(run, line_partner, line_measure, line_end);
}

/*
 * Atomic add: both add for as long as this side is timed; the word says how many adds that were. A sample in which one
 * side hardly ran had no contention in it, and is taken again.
 */
static void add_partner(struct pair *p)
{
    while (!atomic_load_explicit(&p->stop, memory_order_relaxed))
        atomic_fetch_add_explicit(&p->adds, 1, memory_order_relaxed);
}

/* The time of each add; 0: not contended. */
static double add_sample(struct pair *p)
{
    const uint64_t before = atomic_load(&p->adds);
    const int64_t start = clock_now_ns();
    for (size_t k = 0; k < ADDS; k++)
        atomic_fetch_add_explicit(&p->adds, 1, memory_order_relaxed);
    const int64_t taken_ns = clock_now_ns() - start;
    const uint64_t all = atomic_load(&p->adds) - before, theirs = all - ADDS;

    return theirs < ADDS / CONTENDED_SHARE || theirs > CONTENDED_SHARE * ADDS ? 0 : (double)taken_ns / (double)all;
}

static bool add_measure(struct pair *p)
{
    size_t taken = 0;

    for (size_t i = 0; i < ADD_TRIES && taken < FLOOR_SAMPLES; i++) {
        const double ns = add_sample(p);
        if (ns > 0 && i >= FLOOR_WARMUP)
            p->run->ns[taken++] = ns;
    }
    if (taken < FLOOR_SAMPLES)
        snprintf(p->run->why, sizeof p->run->why,
                 "the two CPUs hardly ever ran at the same time: is the machine busy?");
    return taken == FLOOR_SAMPLES;
}

static void add_end(struct pair *p)
{
    atomic_store(&p->stop, true);
}

bool measure_atomic_add(struct floor_run *run)
{
    return with_partner(run, add_partner, add_measure, add_end);
}

/* Futex: the same turns, but who waits sleeps. */
static void sleep_while(struct pair *p, uint32_t turn)
{
    while (atomic_load(&p->turn) == turn)
        syscall(SYS_futex, &p->turn, FUTEX_WAIT_PRIVATE, turn, NULL, NULL, 0); /* the loop asks what it returned for */
}

static void give_turn(struct pair *p, uint32_t turn)
{
    atomic_store(&p->turn, turn);
    syscall(SYS_futex, &p->turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static bool futex_step(void *arg)
{
    give_turn(arg, THERE);
    sleep_while(arg, THERE);
    return true;
}

static void futex_partner(struct pair *p)
{
    for (;;) {
        sleep_while(p, HERE);
        if (atomic_load(&p->turn) == OVER)
            return;
        give_turn(p, HERE);
    }
}

static bool futex_measure(struct pair *p)
{
    return measure_samples(p->run, futex_step, p, FUTEX_TRIPS);
}

static void futex_end(struct pair *p)
{
    give_turn(p, OVER);
}

bool measure_futex(struct floor_run *run)
{
    return with_partner(run, futex_partner, futex_measure, futex_end);
}

/* Pipe: a byte to another process and back. */
struct pipes {
    int there[2], back[2];
};

static bool pipe_step(void *arg)
{
    const struct pipes *p = arg;
    char byte = 0;

    return write(p->there[1], &byte, 1) == 1 && read(p->back[0], &byte, 1) == 1;
}

static void pipe_partner(const struct pipes *p, struct floor_run *run)
{
    char byte;

    close(p->there[1]); /* so that the end of the other side is seen */
    if (!measure_pin(run, run->cpu[1]))
        _exit(EXIT_FAILURE);
    while (read(p->there[0], &byte, 1) == 1)
        if (write(p->back[1], &byte, 1) != 1)
            break;
    _exit(EXIT_SUCCESS);
}

bool measure_pipe(struct floor_run *run)
{
    struct pipes p;

    if (pipe(p.there) != 0 || pipe(p.back) != 0) /* the process ends soon: its descriptors with it */
        return measure_failed(run, "opening a pipe", errno);
    const pid_t pid = fork();
    if (pid == 0)
        pipe_partner(&p, run);
    if (pid < 0)
        return measure_failed(run, "forking", errno);
    close(p.back[1]);
    const bool measured = measure_pin(run, run->cpu[0]) && measure_samples(run, pipe_step, &p, PIPE_TRIPS);
    close(p.there[1]);
    if (waitpid(pid, NULL, 0) != pid)
        return measure_failed(run, "waiting for a process", errno);
    return measured || (run->why[0] == '\0' && measure_failed(run, "a byte through a pipe", EPIPE));
}
