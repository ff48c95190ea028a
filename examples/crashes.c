/* Crashes: a worker that dies costs the item it ran, and nothing else. It takes workers that are processes. */
#include <pool.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 1000 };

static int square_but(const void *const argv[], void *out, const void *context)
{
    const int x = *(const int *)argv[0], unlucky = *(const int *)context;

    if (x == unlucky)
        abort();
    *(int *)out = x * x;
    return 0;
}

int main(void)
{
    int x[COUNT], squares[COUNT] = {0}, missing = 0, unlucky = 500;
    const struct pool_task task = {
        .name = "square_but",
        .call = square_but,
        .nargs = 1,
        .arg_size = {sizeof(int)},
        .out_size = sizeof(int),
        .context = &unlucky,
        .context_size = sizeof unlucky,
    };
    struct pool_fault fault;
    struct pool *pool;

    for (int i = 0; i < COUNT; i++)
        x[i] = i;
    if (pool_create("fork_shared", NULL, &pool))
        return 1;
    enum pool_status status = pool_map(pool, &task, COUNT, x, squares, 0, &fault);
    for (int i = 0; i < COUNT; i++)
        missing += squares[i] != i * i;
    printf("%s: item %zu, signal %d; %d of %d results are missing\n", pool_status_text(status), fault.index,
           fault.signal, missing, COUNT);

    unlucky = -1; /* the context is read anew by each call; the worker that died has been replaced */
    status = pool_map(pool, &task, COUNT, x, squares, 0, &fault);
    printf("%s: %d squared is %d\n", pool_status_text(status), x[500], squares[500]);
    pool_destroy(pool);
    return status != POOL_OK;
}
