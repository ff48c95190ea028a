/* Errors: a task that returns a number above 0 fails its own item, and no other. */
#include <errno.h>
#include <pool.h>
#include <stdio.h>

enum { COUNT = 8 };

static int halve_even(const void *const argv[], void *out, const void *context)
{
    const int *x = argv[0];

    (void)context;
    *(int *)out = *x / 2;
    return *x % 2 ? EDOM : 0;
}

int main(void)
{
    const struct pool_task task = {"halve_even", halve_even, 1, {sizeof(int)}, sizeof(int), NULL, 0};
    const int x[COUNT] = {2, 4, 6, 7, 8, 9, 10, 12};
    struct pool_item items[COUNT];
    const struct pool_async each = {.items = items};
    struct pool_handle *handle;
    struct pool_fault fault;
    int halves[COUNT];
    struct pool *pool;

    if (pool_create("fork_shared", NULL, &pool))
        return 1;
    const enum pool_status status = pool_map(pool, &task, COUNT, x, halves, 2, &fault);
    printf("%s: %s\n", pool_status_text(status), fault.text);
    printf("%zu failed, item %zu first, EDOM: %s; half of the last is %d\n", fault.failed, fault.index,
           fault.code == EDOM ? "yes" : "no", halves[COUNT - 1]);

    /* How each item went, through an asynchronous call. */
    if (!pool_map_async(pool, &task, COUNT, x, halves, 2, &each, &handle)) {
        pool_handle_wait(handle, POOL_FOREVER);
        for (int i = 0; i < COUNT; i++)
            if (items[i].status)
                printf("item %d: %s\n", i, pool_status_text(items[i].status));
        pool_handle_free(handle);
    }
    pool_destroy(pool);
    return 0;
}
