/* The shortest use: the squares of 0 to 9. */
#include <pool.h>
#include <stdio.h>

static int square(const void *const argv[], void *out, const void *context)
{
    const int *x = argv[0];
    (void)context;
    *(int *)out = *x * *x;
    return 0;
}

int main(void)
{
    const struct pool_task task = {"square", square, 1, {sizeof(int)}, sizeof(int), NULL, 0};
    const int x[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    int squares[10];
    struct pool *pool;

    if (pool_create("fork_shared", NULL, &pool))
        return 1;
    if (!pool_map(pool, &task, 10, x, squares, 0, NULL))
        for (int i = 0; i < 10; i++)
            printf("%d ", squares[i]);
    pool_destroy(pool);
    puts("");
    return 0;
}
