/* imap with a progress bar: results come in order while later ones are still worked on; inputs are drawn as needed. */
#include <pool.h>
#include <stdio.h>
#include <unistd.h>

enum { STARTS = 1000 };

/* How many steps of n -> n / 2 or 3 n + 1 lead to 1. */
static int count_steps(const void *const argv[], void *out, const void *context)
{
    unsigned long n = *(const unsigned long *)argv[0];
    unsigned steps = 0;

    (void)context;
    for (; n != 1; steps++)
        n = n % 2 ? 3 * n + 1 : n / 2;
    *(unsigned *)out = steps;
    return 0;
}

/* Item `index` is the number index + 1. A file or a socket could be read here; there need not be a last item. */
static int next_start(void *arg, size_t index, void *const record[])
{
    (void)arg;
    *(unsigned long *)record[0] = index + 1;
    return index < STARTS;
}

/* The bar goes to stderr, and only to a person who looks at it. */
static void show_progress(size_t done)
{
    static const char bar[] = "########################################";

    if (isatty(STDERR_FILENO) && (done % 10 == 0 || done == STARTS))
        fprintf(stderr, "\r[%-40.*s] %3zu %%%s", (int)(done * 40 / STARTS), bar, done * 100 / STARTS,
                done == STARTS ? "\n" : "");
}

int main(void)
{
    const struct pool_task task = {
        .name = "count_steps",
        .call = count_steps,
        .nargs = 1,
        .arg_size = {sizeof(unsigned long)},
        .out_size = sizeof(unsigned),
    };
    const struct pool_imap_config config = {.chunk = 10};
    enum pool_status status;
    unsigned steps, most = 0;
    size_t index, longest = 0;
    struct pool_iter *iter;
    struct pool *pool;

    if (pool_create("fork_shared", NULL, &pool))
        return 1;
    if (pool_imap(pool, &task, next_start, NULL, &config, &iter)) {
        pool_destroy(pool);
        return 1;
    }
    while (!(status = pool_iter_next(iter, &steps, &index, POOL_FOREVER, NULL))) {
        if (steps > most) {
            most = steps;
            longest = index;
        }
        show_progress(index + 1);
    }
    pool_iter_free(iter);
    pool_destroy(pool);
    printf("of 1 to %d, %zu takes the longest: %u steps\n", STARTS, longest + 1, most);
    return status != POOL_END;
}
