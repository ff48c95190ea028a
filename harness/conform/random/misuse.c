/* What a pool has to refuse: use in a forked child, and wrong arguments. */
#define _GNU_SOURCE
#include "player.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int any_call(const void *const argv[], void *out, const void *context)
{
    (void)argv;
    (void)out;
    (void)context;
    return 0;
}

static int any_source(void *arg, size_t index, void *const record[])
{
    (void)arg;
    (void)index;
    (void)record;
    return 0;
}

/* In the child: every verb refuses. The number of the first that does not, or 0. */
static int use_in_child(const struct player *p, struct pool *pool)
{
    const struct pool_task task = {.name = "child", .call = any_call, .nargs = 1};
    const void *const none[PLAYER_COLUMNS] = {NULL};
    struct pool_handle *handle;
    struct pool_iter *iter;

    if (pool_starmap(pool, &task, 1, none, NULL, 0, NULL) != POOL_EINVAL)
        return 1;
    if (pool_starmap_async(pool, &task, 1, none, NULL, 0, NULL, &handle) != POOL_EINVAL || handle)
        return 2;
    if (pool_imap(pool, &task, any_source, NULL, NULL, &iter) != POOL_EINVAL || iter)
        return 3;
    if (pool_alloc(pool, 1))
        return 4;
    if (pool_close(pool) != POOL_EINVAL || pool_terminate(pool) != POOL_EINVAL)
        return 5;
    if (pool_join(pool, 0) != POOL_EINVAL)
        return 6;
    for (size_t i = 0; i < PLAYER_CALLS; i++) {
        const struct player_call *call = p->call[i];
        if (call && !pool_handle_ready(call->handle) && pool_handle_wait(call->handle, 0) != POOL_EINVAL)
            return 7;
    }
    pool_destroy(pool);
    return 0;
}

static void fork_child(const struct player *p, struct pool *pool, bool killed)
{
    static const char *const verbs[] = {"",     "starmap", "starmap_async", "imap", "alloc", "close or terminate",
                                        "join", "wait"};
    int status;
    const pid_t pid = fork();

    if (pid == 0) {
        const int code = use_in_child(p, pool);
        if (!code && killed)
            raise(SIGKILL);
        _exit(code);
    }
    if (pid == -1 || waitpid(pid, &status, 0) != pid)
        conform_fail("a child of the program could not be waited for: somebody else did");
    if (WIFEXITED(status) && WEXITSTATUS(status) < (int)(sizeof verbs / sizeof *verbs) && WEXITSTATUS(status))
        conform_fail("%s in a forked child did not return '%s'", verbs[WEXITSTATUS(status)],
                     pool_status_text(POOL_EINVAL));
    if (WIFSIGNALED(status) ? !killed || WTERMSIG(status) != SIGKILL : WEXITSTATUS(status) != 0)
        conform_fail("using the pool in a forked child ended it with status %#x", (unsigned)status);
}

enum wrong {
    WRONG_TASK,
    WRONG_CALL,
    WRONG_NARGS_0,
    WRONG_NARGS_9,
    WRONG_COLUMN,
    WRONG_COUNT,
    WRONG_OUT,
    WRONG_CONTEXT
};

static void call_wrongly(struct pool *pool, enum wrong wrong)
{
    struct pool_task task = {.name = "wrong", .call = any_call, .nargs = 1, .arg_size = {8}, .out_size = 1};
    unsigned char in[24] = {0}, out[3] = {0};
    const void *columns[POOL_ARGS_MAX + 1] = {in};
    size_t count = 3;
    struct pool_handle *handle;

    switch (wrong) {
    case WRONG_CALL: task.call = NULL; break;
    case WRONG_NARGS_0: task.nargs = 0; break;
    case WRONG_NARGS_9: task.nargs = POOL_ARGS_MAX + 1; break;
    case WRONG_COLUMN: columns[0] = NULL; break;
    case WRONG_COUNT: count = SIZE_MAX / 4; break;
    case WRONG_OUT: task.out_size = 0; break;
    case WRONG_CONTEXT: task.context_size = 1; break;
    case WRONG_TASK: break;
    }
    const struct pool_task *given = wrong == WRONG_TASK ? NULL : &task;
    const enum pool_status now = pool_starmap(pool, given, count, columns, out, 0, NULL);
    const enum pool_status later = pool_starmap_async(pool, given, count, columns, out, 0, NULL, &handle);
    if (now != POOL_EINVAL || later != POOL_EINVAL || handle)
        conform_fail("wrong argument %d gave '%s', asynchronously '%s'", wrong, pool_status_text(now),
                     pool_status_text(later));
}

bool player_do_misuse(struct player *p, const struct sequence_command *c)
{
    struct player_pool *owner = &p->pool[c->pool];

    if (!owner->pool)
        return false;
    if (c->verb == VERB_CHILD)
        fork_child(p, owner->pool, c->arg[0]);
    else
        call_wrongly(owner->pool, (enum wrong)(c->arg[0] % (WRONG_CONTEXT + 1)));
    return true;
}
