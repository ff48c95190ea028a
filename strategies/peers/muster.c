/* The beginning of a library's threads. */
#include "muster.h"

void muster_start(struct muster *m, const struct pool_setup *setup, size_t threads, size_t first)
{
    *m = (struct muster){.setup = setup, .threads = threads, .next = first};
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->changed, NULL);
    m->home_known = !worker_mask_read(&m->home);
}

/* The lock is held. */
static void await_all(struct muster *m)
{
    m->come++;
    pthread_cond_broadcast(&m->changed);
    while (m->come < m->threads)
        pthread_cond_wait(&m->changed, &m->lock);
    m->gone++;
    pthread_cond_broadcast(&m->changed);
}

size_t muster_join(struct muster *m)
{
    struct pool_fault fault = {.status = POOL_OK};
    struct worker_loan loan; /* for good: the thread is the library's */

    pthread_mutex_lock(&m->lock);
    const size_t worker = m->next++;
    pthread_mutex_unlock(&m->lock);
    worker_borrow(m->setup, worker, m->home_known ? &m->home : NULL, &loan, &fault);
    pthread_mutex_lock(&m->lock);
    if (fault.status && (!m->fault.status || worker < m->failed)) {
        m->fault = fault;
        m->failed = worker;
    }
    await_all(m);
    pthread_mutex_unlock(&m->lock);
    return worker;
}

void muster_attend(struct muster *m)
{
    pthread_mutex_lock(&m->lock);
    await_all(m);
    pthread_mutex_unlock(&m->lock);
}

enum pool_status muster_end(struct muster *m, struct pool_fault *fault)
{
    pthread_mutex_lock(&m->lock);
    while (m->gone < m->threads)
        pthread_cond_wait(&m->changed, &m->lock);
    pthread_mutex_unlock(&m->lock);
    if (m->fault.status)
        *fault = m->fault;
    pthread_cond_destroy(&m->changed);
    pthread_mutex_destroy(&m->lock);
    return m->fault.status;
}
