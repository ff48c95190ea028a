/* Several functions with one process each, against one function over many arguments in a pool of processes. */
#include <pool.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

struct answer {
    pid_t pid; /* where it was worked out */
    long value;
};

static int sum_to(const void *const argv[], void *out, const void *context)
{
    const long n = *(const long *)argv[0];
    (void)context;
    *(struct answer *)out = (struct answer){getpid(), n * (n + 1) / 2};
    return 0;
}

static int square(const void *const argv[], void *out, const void *context)
{
    const long n = *(const long *)argv[0];
    (void)context;
    *(struct answer *)out = (struct answer){getpid(), n * n};
    return 0;
}

static int fibonacci(const void *const argv[], void *out, const void *context)
{
    long a = 0, b = 1;

    (void)context;
    for (long i = 0; i < *(const long *)argv[0]; i++) {
        const long next = a + b;
        a = b;
        b = next;
    }
    *(struct answer *)out = (struct answer){getpid(), a};
    return 0;
}

static struct pool_task task_of(const char *name, pool_call *call)
{
    return (struct pool_task){
        .name = name, .call = call, .nargs = 1, .arg_size = {sizeof(long)}, .out_size = sizeof(struct answer)};
}

/* In how many different processes the answers were found. */
static size_t count_processes(const struct answer *answers, size_t count)
{
    size_t processes = 0;

    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < i && answers[k].pid != answers[i].pid)
            k++;
        processes += k == i;
    }
    return processes;
}

/* Three functions at once, each in a process that is born for it and ends with it. */
static int run_functions(void)
{
    const struct pool_task tasks[3] = {task_of("sum_to", sum_to), task_of("square", square),
                                       task_of("fibonacci", fibonacci)};
    const struct pool_config config = {.workers = 3};
    struct pool_handle *handles[3] = {NULL};
    const long n = 20;
    const void *const argv[] = {&n};
    struct answer answers[3];
    struct pool *pool;
    int good = 0;

    if (pool_create("process_fork", &config, &pool))
        return 1;
    for (int i = 0; i < 3; i++)
        if (pool_apply_async(pool, &tasks[i], argv, &answers[i], NULL, &handles[i]))
            break;
    pool_handles_wait_all(handles, 3, POOL_FOREVER);
    for (int i = 0; i < 3; i++) {
        if (handles[i] && !pool_handle_successful(handles[i])) {
            printf("%s of %ld: %ld\n", tasks[i].name, n, answers[i].value);
            answers[good++] = answers[i];
        }
        pool_handle_free(handles[i]);
    }
    pool_destroy(pool);
    printf("%d functions in %zu processes\n", good, count_processes(answers, (size_t)good));
    return good != 3;
}

/* One function, a thousand arguments, and four processes that stay. */
static int run_pool(void)
{
    static struct answer answers[1000];
    const struct pool_task task = task_of("square", square);
    const struct pool_config config = {.workers = 4};
    long n[1000], sum = 0;
    struct pool *pool;

    for (long i = 0; i < 1000; i++)
        n[i] = i;
    if (pool_create("fork_shared", &config, &pool))
        return 1;
    const enum pool_status status = pool_map(pool, &task, 1000, n, answers, 0, NULL);
    pool_destroy(pool);
    for (int i = 0; i < 1000; i++)
        sum += answers[i].value;
    printf("1000 squares, sum %ld, in %s processes\n", sum, count_processes(answers, 1000) <= 4 ? "at most 4" : "many");
    return status != POOL_OK;
}

int main(void)
{
    return run_functions() || run_pool();
}
