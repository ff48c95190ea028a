/* A limit on each item: what runs longer is killed with its worker. It takes workers that are processes. */
#include <pool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { COUNT = 20 };

static int square_or_hang(const void *const argv[], void *out, const void *context)
{
    const int x = *(const int *)argv[0];

    (void)context;
    while (x == 13)
        pause();
    *(int *)out = x * x;
    return 0;
}

int main(void)
{
    const struct pool_task task = {"square_or_hang", square_or_hang, 1, {sizeof(int)}, sizeof(int), NULL, 0};
    struct pool_fault fault;
    struct pool_config config = {.workers = 2, .item_timeout_ns = UINT64_C(500000000), .fault = &fault};
    int x[COUNT], squares[COUNT] = {0};
    struct pool *pool;

    for (int i = 0; i < COUNT; i++)
        x[i] = i;
    if (pool_create("fork_shared", &config, &pool))
        return 1;
    const enum pool_status status = pool_map(pool, &task, COUNT, x, squares, 1, &fault);
    printf("%s: item %zu; %zu failed; 19 squared is %d\n", pool_status_text(status), fault.index, fault.failed,
           squares[19]);
    pool_destroy(pool);

    /* A strategy whose items cannot be stopped says so. */
    config.fault = &fault;
    printf("%s: ", pool_status_text(pool_create("pthread_steal", &config, &pool)));
    puts(fault.text);
    pool_destroy(pool);
    return 0;
}
