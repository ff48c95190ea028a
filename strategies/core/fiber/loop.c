/* The event loop. */
#include "loop.h"

#include "../../front/fault.h"
#include "../wait/idle.h"

/* Something was put in. The lock is held. */
static void inbox_post(struct inbox *inbox)
{
    /* Sequentially consistent, as in loop_rest: either the loop sees the post, or it is seen asleep here. */
    __atomic_add_fetch(&inbox->posts, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&inbox->asleep, __ATOMIC_SEQ_CST))
        futex_wake(&inbox->posts, 1);
}

void loop_put(struct loop *l, struct pool_batch *batch)
{
    batch->next = NULL;
    pthread_mutex_lock(&l->lock);
    *l->inbox.tail = batch;
    l->inbox.tail = &batch->next;
    inbox_post(&l->inbox);
    pthread_mutex_unlock(&l->lock);
}

static void set_flag(struct loop *l, bool *flag)
{
    pthread_mutex_lock(&l->lock);
    *flag = true;
    inbox_post(&l->inbox);
    pthread_mutex_unlock(&l->lock);
}

void loop_cancel(struct loop *l)
{
    set_flag(l, &l->inbox.canceled);
}

void loop_stop(struct loop *l)
{
    set_flag(l, &l->inbox.leaving);
}

/* Take what was put in. */
static void loop_fetch(struct loop *l)
{
    if (__atomic_load_n(&l->inbox.posts, __ATOMIC_RELAXED) == l->seen)
        return;
    pthread_mutex_lock(&l->lock);
    if (l->inbox.head) {
        *l->tail = l->inbox.head;
        l->tail = l->inbox.tail;
        l->inbox.head = NULL;
        l->inbox.tail = &l->inbox.head;
    }
    l->canceled = l->inbox.canceled;
    l->leaving = l->inbox.leaving;
    l->seen = l->inbox.posts;
    pthread_mutex_unlock(&l->lock);
}

/* Nothing to do: wait for a post, or for the first sleeper. */
static void loop_rest(struct loop *l)
{
    const int64_t due_ns = timers_due_ns(&l->sleepers);
    uint32_t *posts = &l->inbox.posts;
    struct idle idle = {0};

    while (idle_look_again(l->wait, &idle))
        if (__atomic_load_n(posts, __ATOMIC_RELAXED) != l->seen || (due_ns < INT64_MAX && futex_now_ns() >= due_ns))
            return;
    __atomic_store_n(&l->inbox.asleep, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(posts, __ATOMIC_SEQ_CST) == l->seen)
        futex_wait(posts, l->seen, due_ns);
    __atomic_store_n(&l->inbox.asleep, 0, __ATOMIC_RELAXED);
}

static void fiber_main(void *arg);
static enum pool_status fiber_sleep(struct pool_waiter *waiter, int64_t due_ns);

/* One more fiber, idle. False: there are as many as may be, or as can be. */
static bool add_fiber(struct loop *l)
{
    const size_t unit = _Alignof(max_align_t), room = (sizeof(struct fiber) + unit - 1) / unit * unit;
    void *stack;

    if (l->fibers == l->fibers_max)
        return false;
    if (!timers_reserve(&l->sleepers, l->fibers + 1) || stacks_get(&l->stacks, &stack)) {
        l->fibers_max = l->fibers; /* loop_init has seen to the first ones */
        return false;
    }
    struct fiber *f = (struct fiber *)((unsigned char *)stack + l->stacks.size - room);
    *f = (struct fiber){.waiter.sleep = fiber_sleep, .loop = l, .next = l->idle};
    context_make(&f->context, stack, l->stacks.size - room, fiber_main, f);
    l->idle = f;
    l->fibers++;
    return true;
}

/*
 * The fiber to go on with: one that has slept enough, or an idle one that finds an item. NULL: it is time to leave.
 * Where there are both they take turns, so that neither keeps the other from running for ever.
 */
static struct fiber *choose_next(struct loop *l)
{
    for (;;) {
        loop_fetch(l);
        const bool item = l->head && (l->idle || add_fiber(l));
        const int64_t due_ns = timers_due_ns(&l->sleepers);
        l->woke = l->sleepers.count && !(item && l->woke) && (l->canceled || due_ns <= futex_now_ns());
        if (l->woke)
            return timers_take(&l->sleepers);
        if (item) {
            struct fiber *f = l->idle;
            l->idle = f->next;
            return f;
        }
        if (l->leaving)
            return NULL;
        loop_rest(l);
    }
}

static void give_way(struct fiber *f)
{
    struct loop *l = f->loop;
    struct fiber *next = choose_next(l);

    if (next != f)
        context_switch(&f->context, next ? &next->context : &l->own);
}

/* pool_sleep in an item. Between leave and enter others run on this thread. */
static enum pool_status fiber_sleep(struct pool_waiter *waiter, int64_t due_ns)
{
    struct fiber *f = (struct fiber *)waiter;

    loop_leave(f);
    timers_add(&f->loop->sleepers, due_ns, f);
    give_way(f);
    loop_enter(f);
    return f->loop->canceled && futex_now_ns() < due_ns ? POOL_ECANCELED : POOL_OK;
}

void loop_enter(struct fiber *f)
{
    f->batch->host->enter(f->batch, &f->frame);
    f->frame.waiter = &f->waiter;
}

void loop_leave(struct fiber *f)
{
    f->batch->host->leave(&f->frame);
}

/* Goes on whenever this fiber was idle and there is an item. */
static void fiber_main(void *arg)
{
    struct fiber *f = arg;

    for (;;) {
        f->loop->serve(f);
        f->next = f->loop->idle;
        f->loop->idle = f;
        give_way(f);
    }
}

void loop_run(struct loop *l)
{
    context_adopt(&l->own);
    struct fiber *first = choose_next(l);
    if (first)
        context_switch(&l->own, &first->context);
    for (struct fiber *f = l->idle; f; f = f->next)
        context_end(&f->context);
    stacks_free(&l->stacks);
}

enum pool_status loop_init(struct loop *l, void (*serve)(struct fiber *), enum pool_wait wait, size_t stack_size,
                           size_t fibers_max, struct pool_fault *fault)
{
    *l = (struct loop){.wait = wait, .serve = serve, .fibers_max = fibers_max};
    const int rc = stacks_init(&l->stacks, stack_size);
    if (rc)
        return fault_set(fault, rc == ENOMEM ? POOL_ENOMEM : POOL_EOS, rc, "%d stacks of %zu bytes cannot be mapped",
                         STACKS_PER_SLAB, stack_size);
    if (!timers_reserve(&l->sleepers, STACKS_PER_SLAB)) {
        stacks_free(&l->stacks);
        return fault_set(fault, POOL_ENOMEM, 0, "no memory for %d timers", STACKS_PER_SLAB);
    }
    l->inbox.tail = &l->inbox.head;
    l->tail = &l->head;
    pthread_mutex_init(&l->lock, NULL);
    return POOL_OK;
}

void loop_free(struct loop *l)
{
    stacks_free(&l->stacks);
    timers_free(&l->sleepers);
    pthread_mutex_destroy(&l->lock);
}
