/*
 * errands.h - small jobs done in order by a few threads that are started when they are first needed.
 *
 * Errors: an errno; the errand was not taken then.
 */
#ifndef ERRANDS_H
#define ERRANDS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct errand {
    void (*go)(struct errand *); /* may free the errand */
    struct errand *next;
};

struct errands {
    pthread_mutex_t lock; /* guards all */
    pthread_cond_t news;
    struct errand *first, **last;
    size_t queued, threads, threads_max, idle;
    bool leave;
    pthread_t *thread; /* Shape: threads_max */
};

/* No thread is started yet. */
int errands_init(struct errands *, size_t threads_max);

/* Take an errand; it is done in the order of posting, by one of at most threads_max threads. */
int errands_post(struct errands *, struct errand *);

/* Take back an errand that was posted here, or was not. True: it had not begun, and will not. */
bool errands_drop(struct errands *, struct errand *);

/* Do what was posted, end the threads, free. Not from an errand. */
void errands_end(struct errands *);
#endif
