/* Chunk sizes: how many items a worker is handed at a time. They change the speed, never the results. */
#include <pool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { COUNT = 1000 };

static int square(const void *const argv[], void *out, const void *context)
{
    const int *x = argv[0];
    (void)context;
    *(int *)out = *x * *x;
    return 0;
}

int main(void)
{
    static const char *const strategies[] = {"fork_shared", "fork_pipe", "process_fork", "pthread_queue", "omp_static"};
    static const size_t chunks[] = {0, 1, 16, COUNT, SIZE_MAX}; /* 0: automatic */
    const struct pool_task task = {"square", square, 1, {sizeof(int)}, sizeof(int), NULL, 0};
    const struct pool_config config = {.workers = 4};
    int x[COUNT], squares[COUNT], expected[COUNT];
    struct pool *pool;
    int wrong = 0;

    for (int i = 0; i < COUNT; i++)
        expected[i] = (x[i] = i) * i;
    for (size_t s = 0; s < sizeof strategies / sizeof *strategies; s++) {
        if (pool_create(strategies[s], &config, &pool))
            return 1;
        printf("%s: %zu items at a time when %d items are to be run by 4 workers\n", strategies[s],
               pool_auto_chunk(pool, COUNT), COUNT);
        for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++) {
            memset(squares, 0, sizeof squares);
            wrong += pool_map(pool, &task, COUNT, x, squares, chunks[c], NULL) != POOL_OK ||
                     memcmp(squares, expected, sizeof squares) != 0;
        }
        pool_destroy(pool);
    }
    printf("%d of the maps gave other results than the loop\n", wrong);
    return wrong != 0;
}
