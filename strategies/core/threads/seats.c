/* Workers as numbered seats. */
#include "seats.h"

#include "../wait/idle.h"

#include <errno.h>
#include <stdlib.h>

int seats_init(struct seats *s, size_t count, enum pool_wait wait)
{
    *s = (struct seats){.count = count, .free = count, .wait = wait, .taken = calloc(count, sizeof *s->taken)};
    if (!s->taken)
        return ENOMEM;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    return 0;
}

void seats_free(struct seats *s)
{
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    free(s->taken);
}

/* There may be seats for who waits. The lock is held. */
static void tell_news(struct seats *s)
{
    __atomic_store_n(&s->news, s->news + 1, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&s->changed);
}

/* Wait for news. The lock is held, but not while looking. */
static void await_news(struct seats *s)
{
    const uint32_t seen = s->news;
    struct idle idle = {.for_others = true};

    pthread_mutex_unlock(&s->lock);
    while (__atomic_load_n(&s->news, __ATOMIC_RELAXED) == seen && idle_look_again(s->wait, &idle))
        continue;
    pthread_mutex_lock(&s->lock);
    if (s->news == seen)
        pthread_cond_wait(&s->changed, &s->lock);
}

void seats_take(struct seats *s, size_t wanted, size_t numbers[])
{
    pthread_mutex_lock(&s->lock);
    const uint64_t ticket = s->arrived++;
    while (s->served != ticket || s->free < wanted)
        await_news(s);
    s->served++;
    s->free -= wanted;
    for (size_t seat = 0, n = 0; n < wanted; seat++)
        if (!s->taken[seat]) {
            s->taken[seat] = true;
            numbers[n++] = seat;
        }
    tell_news(s);
    pthread_mutex_unlock(&s->lock);
}

void seats_give(struct seats *s, size_t count, const size_t numbers[])
{
    pthread_mutex_lock(&s->lock);
    for (size_t n = 0; n < count; n++)
        s->taken[numbers[n]] = false;
    s->free += count;
    tell_news(s);
    pthread_mutex_unlock(&s->lock);
}
