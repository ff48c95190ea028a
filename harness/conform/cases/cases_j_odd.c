/* J7-J10: values that look like errors, odd codes, and what tasks do to their threads. */
#define _GNU_SOURCE
#include "../kit/meet.h"
#include "../kit/trial.h"
#include "cases.h"

#include <errno.h>
#include <fenv.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

static int echo_call(const void *const argv[], void *out, const void *context)
{
    size_t size;

    memcpy(&size, context, sizeof size);
    memcpy(out, argv[0], size);
    return 0;
}

static void expect_echo(struct pool *pool, const void *values, size_t size, size_t count)
{
    const struct pool_task task = {.name = "echo",
                                   .call = echo_call,
                                   .nargs = 1,
                                   .arg_size = {size},
                                   .out_size = size,
                                   .context = &size,
                                   .context_size = sizeof size};
    static unsigned char out[8192];
    struct pool_fault fault;

    memset(out, 0x5a, sizeof out);
    if (pool_map(pool, &task, count, values, out, 1, &fault))
        conform_fail("values of %zu bytes that look like errors made the map fail: %s", size, fault.text);
    if (memcmp(out, values, size * count))
        conform_fail("values of %zu bytes that look like errors were not delivered intact", size);
}

void J7_values_that_look_like_errors(struct subject *s)
{
    static const int codes[] = {-1, 0, EINTR, EAGAIN, EPIPE, -EINTR, INT_MIN, INT_MAX, POOL_ETASK, POOL_ELOST, 255};
    static const int64_t longs[] = {-1, 0, INT64_MIN, INT64_MAX, (int64_t)0xdeadbeefdeadbeef};
    static const unsigned char bytes[] = {0xff, 0, 1, 0x80, 0x7f};
    static const struct pool_fault faults[] = {{.status = POOL_ELOST, .index = 3, .signal = SIGKILL, .text = "lost"},
                                               {.status = POOL_ETASK, .code = 1, .text = "failed"}};
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    expect_echo(pool, codes, sizeof *codes, COUNT(codes));
    expect_echo(pool, longs, sizeof *longs, COUNT(longs));
    expect_echo(pool, bytes, sizeof *bytes, COUNT(bytes));
    expect_echo(pool, faults, sizeof *faults, COUNT(faults));
    subject_end(pool);
}

/* The argument is the code. */
static int code_call(const void *const argv[], void *out, const void *context)
{
    int code;

    (void)context;
    memcpy(&code, argv[0], sizeof code);
    memcpy(out, argv[0], sizeof code);
    return code;
}

void J8_odd_codes_fail_their_item_only(struct subject *s)
{
    static const int odd[] = {-1, INT_MIN, INT_MAX, EINTR, -EAGAIN, 128 + SIGKILL, 1 << 30};
    const struct pool_task task = {
        .name = "code", .call = code_call, .nargs = 1, .arg_size = {sizeof(int)}, .out_size = sizeof(int)};
    struct pool *pool = subject_create(s, subject_workers(s, 3));

    for (size_t i = 0; i < COUNT(odd); i++) {
        const int codes[] = {0, 0, 0, odd[i], 0, 0, 0};
        int out[COUNT(codes)] = {0};
        struct pool_fault fault = {0};
        const enum pool_status status = pool_map(pool, &task, COUNT(codes), codes, out, i % 4, &fault);
        if (status != POOL_ETASK || fault.index != 3 || fault.code != odd[i] || fault.failed != 1)
            conform_fail("item 3 returned %d: reported was '%s', item %zu, code %d, %zu failed", odd[i],
                         pool_status_text(status), fault.index, fault.code, fault.failed);
        if (memcmp(out, codes, sizeof out))
            conform_fail("item 3 returned %d, and not all results were delivered", odd[i]);
    }
    const struct trial_shape shape = trial_plain(21);
    trial_once(s, pool, &shape, 0);
    subject_end(pool);
}

/* Leave the thread in another state than it was. */
static int disturb_call(const void *const argv[], void *out, const void *context)
{
    sigset_t all;

    (void)argv;
    (void)out;
    (void)context;
    errno = ENOTRECOVERABLE;
    fesetround(FE_UPWARD);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    return 0;
}

static void expect_same_mask(const sigset_t *before)
{
    sigset_t now;

    pthread_sigmask(SIG_SETMASK, NULL, &now);
    for (int number = 1; number < SIGRTMIN; number++)
        if (sigismember(&now, number) != sigismember(before, number))
            conform_fail("a task that blocks signals changed the caller's mask of signal %d", number);
}

void J9_state_changed_by_a_task_does_no_harm(struct subject *s)
{
    const struct pool_task task = {.name = "disturb", .call = disturb_call, .nargs = 1};
    const int rounding = fegetround();
    struct pool *pool = subject_create(s, subject_workers(s, 3));
    const void *const none[] = {NULL};
    const struct trial_shape shape = trial_plain(40);
    sigset_t before;

    pthread_sigmask(SIG_SETMASK, NULL, &before);
    if (pool_starmap(pool, &task, 4 * pool_workers(pool), none, NULL, 1, NULL))
        conform_fail("tasks that change their thread's state failed");
    if (s->ops->capabilities & POOL_CAP_INLINE) { /* the caller is a worker: the change is its own */
        fesetround(rounding);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    expect_same_mask(&before);
    if (fegetround() != rounding)
        conform_fail("a task that changes the rounding mode changed the caller's");
    trial_once(s, pool, &shape, 0);
    meet_run(s, pool, pool_workers(pool), 1, pool_workers(pool), false, NULL);
    subject_end(pool);
}
