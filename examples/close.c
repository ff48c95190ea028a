/* close: no new work, all that was handed in is finished. terminate: at once, and every waiting call returns. */
#include <pool.h>
#include <stdio.h>
#include <unistd.h>

enum { COUNT = 100 };

static int square(const void *const argv[], void *out, const void *context)
{
    const int *x = argv[0];
    (void)context;
    *(int *)out = *x * *x;
    return 0;
}

/* Never ends by itself. */
static int wait_for_ever(const void *const argv[], void *out, const void *context)
{
    (void)argv;
    (void)out;
    (void)context;
    while (pause())
        continue;
    return 0;
}

static int show_close(void)
{
    const struct pool_task task = {"square", square, 1, {sizeof(int)}, sizeof(int), NULL, 0};
    int x[COUNT], squares[COUNT];
    struct pool_handle *handle;
    struct pool *pool;

    for (int i = 0; i < COUNT; i++)
        x[i] = i;
    if (pool_create("fork_shared", NULL, &pool))
        return 1;
    if (!pool_map_async(pool, &task, COUNT, x, squares, 1, NULL, &handle)) {
        pool_close(pool);
        printf("a map after close: %s\n", pool_status_text(pool_map(pool, &task, 1, x, squares, 0, NULL)));
        printf("join after close: %s\n", pool_status_text(pool_join(pool, POOL_FOREVER)));
        printf("the map before it: %s, 99 squared is %d\n", pool_status_text(pool_handle_get(handle, 0, NULL)),
               squares[99]);
        pool_handle_free(handle);
    }
    pool_destroy(pool);
    return 0;
}

static int show_terminate(void)
{
    const struct pool_task task = {.name = "wait_for_ever", .call = wait_for_ever, .nargs = 1};
    struct pool_handle *handle;
    struct pool *pool;

    if (pool_create("fork_shared", NULL, &pool))
        return 1;
    if (!pool_map_async(pool, &task, COUNT, NULL, NULL, 1, NULL, &handle)) {
        pool_terminate(pool);
        printf("join after terminate: %s\n", pool_status_text(pool_join(pool, POOL_FOREVER)));
        printf("the map before it: %s\n", pool_status_text(pool_handle_get(handle, 0, NULL)));
        pool_handle_free(handle);
    }
    pool_destroy(pool); /* terminates too, so a program that only wants to go may leave it at this */
    return 0;
}

int main(void)
{
    return show_close() || show_terminate();
}
