/*
 * gate.h - tasks that meet: they come in, and stay inside until enough have come or the test lets them out.
 *
 * Errors: none; a meeting that never takes place is ended by the program's alarm.
 */
#ifndef GATE_H
#define GATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t wanted; /* opens by itself when so many have come; 0: never */
    size_t come, inside, most;
    bool open;
};

static inline void gate_reset(struct gate *g, size_t wanted)
{
    *g = (struct gate){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER, .wanted = wanted};
}

/* Come in, and stay until it is open. */
static inline void gate_pass(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->come++;
    g->inside++;
    g->most = g->inside > g->most ? g->inside : g->most;
    g->open |= g->wanted && g->come >= g->wanted;
    pthread_cond_broadcast(&g->changed);
    while (!g->open)
        pthread_cond_wait(&g->changed, &g->lock);
    g->inside--;
    pthread_mutex_unlock(&g->lock);
}

/* Wait until so many have come in. */
static inline void gate_await(struct gate *g, size_t come)
{
    pthread_mutex_lock(&g->lock);
    while (g->come < come)
        pthread_cond_wait(&g->changed, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

static inline size_t gate_inside(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    const size_t inside = g->inside;
    pthread_mutex_unlock(&g->lock);
    return inside;
}

static inline void gate_open(struct gate *g)
{
    pthread_mutex_lock(&g->lock);
    g->open = true;
    pthread_cond_broadcast(&g->changed);
    pthread_mutex_unlock(&g->lock);
}
#endif
