/* What join waits for: everything handed in before close, its callbacks, and the workers' end. */
#include <pool.h>
#include <semaphore.h>
#include <stdio.h>

/* The workers are threads here, so a variable of the program can keep them waiting. */
static sem_t go_on;

static int wait_for_go(const void *const argv[], void *out, const void *context)
{
    (void)argv;
    (void)out;
    (void)context;
    return sem_wait(&go_on);
}

static int say_done(void *arg, const struct pool_fault *fault)
{
    (void)fault;
    printf("callback: %s\n", (const char *)arg);
    return 0;
}

int main(void)
{
    const struct pool_task task = {.name = "wait_for_go", .call = wait_for_go, .nargs = 1};
    const struct pool_config config = {.workers = 2};
    const struct pool_async async = {.callback = say_done, .arg = "all items have run"};
    struct pool_handle *handle;
    struct pool *pool;

    if (sem_init(&go_on, 0, 0) || pool_create("pthread_queue", &config, &pool))
        return 1;
    if (!pool_map_async(pool, &task, 10, NULL, NULL, 1, &async, &handle)) {
        printf("join of an open pool: %s\n", pool_status_text(pool_join(pool, 0)));
        pool_close(pool);
        printf("join for 10 ms while items wait: %s\n", pool_status_text(pool_join(pool, 10000000)));
        for (int i = 0; i < 10; i++)
            sem_post(&go_on);
        printf("join: %s\n", pool_status_text(pool_join(pool, POOL_FOREVER)));
        printf("the map: %s\n", pool_status_text(pool_handle_get(handle, 0, NULL)));
        pool_handle_free(handle); /* a handle may outlive its pool */
    }
    pool_destroy(pool);
    sem_destroy(&go_on);
    return 0;
}
