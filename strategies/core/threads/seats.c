/* Workers as numbered seats. */
#include "seats.h"

#include <errno.h>
#include <stdlib.h>

int seats_init(struct seats *s, size_t count)
{
    *s = (struct seats){.count = count, .free = count, .taken = calloc(count, sizeof *s->taken)};
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

void seats_take(struct seats *s, size_t wanted, size_t numbers[])
{
    pthread_mutex_lock(&s->lock);
    const uint64_t ticket = s->arrived++;
    while (s->served != ticket || s->free < wanted)
        pthread_cond_wait(&s->changed, &s->lock);
    s->served++;
    s->free -= wanted;
    for (size_t seat = 0, n = 0; n < wanted; seat++)
        if (!s->taken[seat]) {
            s->taken[seat] = true;
            numbers[n++] = seat;
        }
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

void seats_give(struct seats *s, size_t count, const size_t numbers[])
{
    pthread_mutex_lock(&s->lock);
    for (size_t n = 0; n < count; n++)
        s->taken[numbers[n]] = false;
    s->free += count;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}
