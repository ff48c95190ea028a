/* Callbacks: told how a call ended, one after another, before its handle becomes ready. */
#include <pool.h>
#include <stdio.h>

static int halve_even(const void *const argv[], void *out, const void *context)
{
    const int *x = argv[0];

    (void)context;
    *(int *)out = *x / 2;
    return *x % 2;
}

/* No lock is needed around what only callbacks write, and what is read after the waiting. */
struct log {
    int good, bad;
};

static int note_success(void *arg, const struct pool_fault *fault)
{
    struct log *log = arg;
    (void)fault;
    log->good++;
    return 0;
}

static int note_failure(void *arg, const struct pool_fault *fault)
{
    struct log *log = arg;
    log->bad++;
    return fault->status == POOL_ETASK ? 0 : 1;
}

int main(void)
{
    const struct pool_task task = {"halve_even", halve_even, 1, {sizeof(int)}, sizeof(int), NULL, 0};
    struct log log = {0};
    const struct pool_async async = {.callback = note_success, .error_callback = note_failure, .arg = &log};
    struct pool_handle *handles[10] = {NULL};
    int halves[10];
    struct pool *pool;

    if (pool_create("fork_shared", NULL, &pool))
        return 1;
    for (int x = 0; x < 10; x++) {
        const void *const argv[] = {&x}; /* copied by the call */
        if (pool_apply_async(pool, &task, argv, &halves[x], &async, &handles[x]))
            break;
    }
    pool_handles_wait_all(handles, 10, POOL_FOREVER);
    printf("%d calls went well, %d failed\n", log.good, log.bad);
    for (int x = 0; x < 10; x++)
        pool_handle_free(handles[x]);
    pool_destroy(pool);
    return 0;
}
