/* A machine that is a script: a virtual clock, sessions of known length and values, faults when they are wanted. */
#ifndef MOCK_WORLD_H
#define MOCK_WORLD_H

#include "measure/world.h"

#include <math.h>
#include <string.h>

enum { MOCK_SESSIONS_MAX = 4096, MOCK_NEVER = 1 << 30 };

struct mock {
    const struct plan *plan;
    int64_t now_ns;
    int64_t session_ns, step_ns, canary_ns; /* a cell's sessions take a step longer than those of the cell before */
    double item_ns;                         /* of every cell */
    double scatter;                         /* of strategy `scattered` from session to session, up and down by turns */
    size_t scattered, refused;
    int sessions, canaries;                              /* so far */
    int interrupt_at, fail_at, jump_at, off_at, off_end; /* the n-th session or canary, from 0 */
    int shrink_at;
    size_t cells[MOCK_SESSIONS_MAX]; /* what ran */
    bool asked_to_end;
    void (*watch)(void *arg); /* before every session; NULL: nobody */
    void *watch_arg;
};

static inline int64_t mock_now_ns(void *arg)
{
    return ((struct mock *)arg)->now_ns;
}

static inline bool mock_interrupted(void *arg)
{
    return ((struct mock *)arg)->asked_to_end;
}

static inline bool mock_prove(void *arg, size_t strategy, char why[WHY_SIZE])
{
    struct mock *m = arg;

    m->now_ns += 1000000;
    strcpy(why, "it is the script's");
    return strategy != m->refused;
}

static inline void mock_calibrate(void *arg)
{
    ((struct mock *)arg)->now_ns += 1000000;
}

static inline enum runner_end mock_cost(void *arg, const struct plan_cell *cell, struct counts_cost *cost,
                                        char why[WHY_SIZE])
{
    struct mock *m = arg;

    (void)cell;
    (void)why;
    m->now_ns += 1000000;
    *cost = (struct counts_cost){.item_ns = m->item_ns, .check_ns = m->item_ns / 10, .item_bytes = 16};
    return RUNNER_DONE;
}

static inline void mock_give(const struct mock *m, const struct plan_cell *cell,
                             void (*take)(void *, const struct note *), void *take_arg)
{
    const double spread = 2 * fmod(m->sessions * 0.6180339887498949, 1) - 1; /* evenly over -1 to 1 */
    const double off = cell->strategy == m->scattered ? m->scatter * spread : 0;
    struct note note = {.kind = NOTE_SAMPLE, .sample = {.count = cell->count, .calls = 1, .verified = true}};

    note.sample.value = m->item_ns * (1 + off);
    note.sample.wall_ns = (int64_t)(note.sample.value * (double)cell->count);
    for (size_t i = 0; i < PLAN_WARMUPS + m->plan->rounds; i++) {
        note.sample.phase = i < PLAN_WARMUPS ? SAMPLE_WARMUP : SAMPLE_MEASURE;
        note.sample.round = i < PLAN_WARMUPS ? i : i - PLAN_WARMUPS;
        take(take_arg, &note);
    }
    note = (struct note){.kind = NOTE_OWN, .own = {1000, 100}};
    take(take_arg, &note);
}

static inline enum runner_end mock_session(void *arg, const struct plan_cell *cell, int64_t warmup_ns,
                                           int64_t timeout_ns, void (*take)(void *, const struct note *),
                                           void *take_arg, char why[WHY_SIZE])
{
    struct mock *m = arg;
    const int64_t lasts_ns = m->session_ns + m->step_ns * (cell - m->plan->cells);

    (void)warmup_ns;
    (void)timeout_ns;
    if (m->watch)
        m->watch(m->watch_arg);
    const int n = m->sessions++;
    m->cells[n % MOCK_SESSIONS_MAX] = (size_t)(cell - m->plan->cells);
    m->now_ns += n == m->jump_at ? -lasts_ns : lasts_ns;
    m->asked_to_end = n == m->interrupt_at;
    if (m->asked_to_end)
        return RUNNER_INTERRUPTED;
    mock_give(m, cell, take, take_arg);
    strcpy(why, "the script says so");
    return n == m->fail_at ? RUNNER_FAILED : RUNNER_DONE;
}

static inline int64_t mock_canary_ns(void *arg, uint64_t *loops)
{
    struct mock *m = arg;
    const int n = m->canaries++;
    const int64_t ns = n >= m->off_at && n < m->off_end ? m->canary_ns + m->canary_ns / 5 : m->canary_ns;

    *loops = 1000;
    m->now_ns += ns;
    return ns;
}

static inline double mock_empty_ns(void *arg)
{
    (void)arg;
    return 20;
}

static inline size_t mock_usable(void *arg)
{
    const struct mock *m = arg;

    return m->sessions >= m->shrink_at ? 1 : 2;
}

static inline void mock_stamp(void *arg, struct sample *s)
{
    s->timestamp = ((struct mock *)arg)->now_ns / 1000000000 + 1000;
}

/* Nothing goes wrong: sessions of 100 ms, items of 1 us. */
static inline struct mock mock_calm(const struct plan *p)
{
    return (struct mock){.plan = p,
                         .now_ns = 1000000000,
                         .session_ns = 100000000,
                         .canary_ns = 5000000,
                         .item_ns = 1000,
                         .scattered = SIZE_MAX,
                         .refused = SIZE_MAX,
                         .interrupt_at = MOCK_NEVER,
                         .fail_at = MOCK_NEVER,
                         .jump_at = MOCK_NEVER,
                         .off_at = MOCK_NEVER,
                         .off_end = MOCK_NEVER,
                         .shrink_at = MOCK_NEVER};
}

static inline struct world mock_world(struct mock *m)
{
    return (struct world){m,         mock_now_ns,  mock_interrupted, mock_prove,    mock_calibrate,
                          mock_cost, mock_session, mock_canary_ns,   mock_empty_ns, mock_usable,
                          mock_stamp};
}
#endif
