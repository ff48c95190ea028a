#define _GNU_SOURCE
#undef _FORTIFY_SOURCE /* its longjmp takes another stack for a mistake */
#include "context.h"

#include <stdint.h>
#include <ucontext.h>

#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define HAVE_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define HAVE_TSAN
#include <sanitizer/tsan_interface.h>
#endif

static void leave(struct context *from, struct context *to)
{
    to->before = from;
#ifdef HAVE_ASAN
    __sanitizer_start_switch_fiber(&from->fake_stack, to->stack, to->stack_size);
#endif
#ifdef HAVE_TSAN
    __tsan_switch_to_fiber(to->tsan, 0);
#endif
}

/* The thread's own stack is known once another one has been entered from it. */
static void arrive(struct context *here)
{
#ifdef HAVE_ASAN
    const void *stack;

    __sanitizer_finish_switch_fiber(here->fake_stack, &stack, &here->before->stack_size);
    here->before->stack = (void *)stack;
#else
    (void)here;
#endif
}

/* makecontext passes ints: an address comes in two. */
static void enter(unsigned high, unsigned low)
{
    struct context *c = (struct context *)(((uintptr_t)high << 16 << 16) | low);
    void (*main)(void *) = c->main;

    arrive(c);
    c->main = NULL;
    main(c->arg);
}

/* Its frame is left for ever: AddressSanitizer must not guard what lies in it. */
__attribute__((noinline, no_sanitize_address)) static _Noreturn void begin(struct context *c)
{
    const uintptr_t address = (uintptr_t)c;
    ucontext_t start;

    getcontext(&start);
    start.uc_stack.ss_sp = c->stack;
    start.uc_stack.ss_size = c->stack_size;
    makecontext(&start, (void (*)(void))enter, 2, (unsigned)(address >> 16 >> 16), (unsigned)address);
    setcontext(&start);
    __builtin_trap(); /* it fails for a signal mask of the wrong size only */
}

void context_adopt(struct context *c)
{
    *c = (struct context){0};
#ifdef HAVE_TSAN
    c->tsan = __tsan_get_current_fiber();
#endif
}

void context_make(struct context *c, void *stack, size_t size, void (*main)(void *arg), void *arg)
{
    *c = (struct context){.main = main, .arg = arg, .stack = stack, .stack_size = size};
#ifdef HAVE_TSAN
    c->tsan = __tsan_create_fiber(0);
#endif
}

void context_switch(struct context *from, struct context *to)
{
    if (_setjmp(from->place) == 0) {
        leave(from, to);
        if (to->main)
            begin(to);
        _longjmp(to->place, 1);
    }
    arrive(from);
}

void context_end(struct context *c)
{
#ifdef HAVE_TSAN
    __tsan_destroy_fiber(c->tsan);
#else
    (void)c;
#endif
}
