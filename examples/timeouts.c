/* Time-outs of the caller: they end the waiting, not the work. */
#include <pool.h>
#include <semaphore.h>
#include <stdio.h>

/* The workers are threads here, so a variable of the program can keep them waiting. */
static sem_t go_on;

static int wait_and_square(const void *const argv[], void *out, const void *context)
{
    const int *x = argv[0];

    (void)context;
    if (sem_wait(&go_on))
        return 1;
    *(int *)out = *x * *x;
    return 0;
}

int main(void)
{
    const struct pool_task task = {"wait_and_square", wait_and_square, 1, {sizeof(int)}, sizeof(int), NULL, 0};
    const int x = 12;
    const void *const argv[] = {&x};
    struct pool_handle *handle;
    struct pool *pool;
    int squared = 0;

    if (sem_init(&go_on, 0, 0) || pool_create("pthread_steal", NULL, &pool))
        return 1;
    if (!pool_apply_async(pool, &task, argv, &squared, NULL, &handle)) {
        printf("after 10 ms: %s\n", pool_status_text(pool_handle_get(handle, 10000000, NULL)));
        printf("is it ready? %s\n", pool_handle_ready(handle) ? "yes" : "no");
        sem_post(&go_on);
        printf("without a limit: %s", pool_status_text(pool_handle_get(handle, POOL_FOREVER, NULL)));
        printf(", %d squared is %d\n", x, squared);
        pool_handle_free(handle);
    }
    pool_destroy(pool);
    sem_destroy(&go_on);
    return 0;
}
