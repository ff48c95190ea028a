/* As completed: several calls are under way, and the caller takes each as soon as it is ready. */
#include <pool.h>
#include <semaphore.h>
#include <stdio.h>

enum { CALLS = 3 };

/* The workers are threads here. Each call waits at a door of its own, so that the order is ours to choose. */
static sem_t doors[CALLS];

static int walk_through(const void *const argv[], void *out, const void *context)
{
    const int *door = argv[0];

    (void)context;
    if (sem_wait(&doors[*door]))
        return 1;
    *(int *)out = *door * 100;
    return 0;
}

/* Open the doors in some order and take the calls as they complete. */
static void take_all(struct pool_handle *handles[], const int results[])
{
    static const int order[CALLS] = {2, 0, 1};
    size_t taken;

    for (int i = 0; i < CALLS; i++) {
        sem_post(&doors[order[i]]);
        if (pool_handles_wait_any(handles, CALLS, POOL_FOREVER, &taken))
            return;
        printf("call %zu: %s, result %d\n", taken, pool_status_text(pool_handle_successful(handles[taken])),
               results[taken]);
        pool_handle_free(handles[taken]);
        handles[taken] = NULL; /* passed over from now on */
    }
}

int main(void)
{
    const struct pool_task task = {"walk_through", walk_through, 1, {sizeof(int)}, sizeof(int), NULL, 0};
    const struct pool_config config = {.workers = CALLS};
    struct pool_handle *handles[CALLS] = {NULL};
    int results[CALLS], submitted = 0;
    struct pool *pool;

    if (pool_create("pthread_queue", &config, &pool))
        return 1;
    for (int i = 0; i < CALLS; i++) {
        const void *const argv[] = {&i};
        sem_init(&doors[i], 0, 0);
        submitted += !pool_apply_async(pool, &task, argv, &results[i], NULL, &handles[i]);
    }
    if (submitted == CALLS)
        take_all(handles, results);
    pool_destroy(pool);
    return submitted != CALLS;
}
