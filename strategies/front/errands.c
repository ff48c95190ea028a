/* Small jobs in threads of their own. */
#define _GNU_SOURCE
#include "errands.h"

#include "../core/threads/crew.h"

#include <errno.h>
#include <stdlib.h>

int errands_init(struct errands *e, size_t threads_max)
{
    *e = (struct errands){.threads_max = threads_max, .last = &e->first};
    e->thread = calloc(threads_max, sizeof *e->thread);
    if (!e->thread)
        return ENOMEM;
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->news, NULL);
    return 0;
}

static void *serve(void *arg)
{
    struct errands *e = arg;

    pthread_mutex_lock(&e->lock);
    for (;;) {
        while (e->first) {
            struct errand *errand = e->first;
            e->first = errand->next;
            e->queued--;
            if (!e->first)
                e->last = &e->first;
            pthread_mutex_unlock(&e->lock);
            errand->go(errand);
            pthread_mutex_lock(&e->lock);
        }
        if (e->leave)
            break;
        e->idle++;
        pthread_cond_wait(&e->news, &e->lock);
        e->idle--;
    }
    pthread_mutex_unlock(&e->lock);
    return NULL;
}

int errands_post(struct errands *e, struct errand *errand)
{
    int rc = 0;

    pthread_mutex_lock(&e->lock);
    if (e->queued >= e->idle && e->threads < e->threads_max) {
        rc = crew_start_thread(&e->thread[e->threads], serve, e);
        e->threads += !rc;
    }
    if (e->threads) { /* one thread is enough, if need be */
        rc = 0;
        errand->next = NULL;
        e->queued++;
        *e->last = errand;
        e->last = &errand->next;
        pthread_cond_signal(&e->news);
    }
    pthread_mutex_unlock(&e->lock);
    return rc;
}

bool errands_drop(struct errands *e, struct errand *errand)
{
    struct errand **at = &e->first;

    pthread_mutex_lock(&e->lock);
    while (*at && *at != errand)
        at = &(*at)->next;
    const bool found = *at;
    if (found) {
        *at = errand->next;
        e->queued--;
        if (!*at)
            e->last = at;
    }
    pthread_mutex_unlock(&e->lock);
    return found;
}

void errands_end(struct errands *e)
{
    if (!e->thread)
        return;
    pthread_mutex_lock(&e->lock);
    e->leave = true;
    pthread_cond_broadcast(&e->news);
    pthread_mutex_unlock(&e->lock);
    for (size_t i = 0; i < e->threads; i++)
        pthread_join(e->thread[i], NULL);
    pthread_cond_destroy(&e->news);
    pthread_mutex_destroy(&e->lock);
    free(e->thread);
    e->thread = NULL;
}
