/*
 * context.h - several flows of control on one thread, each with a stack of its own, that hand the thread to each other.
 *
 * A context is entered by makecontext, and left and resumed by setjmp and longjmp, which the C library has for every
 * processor: swapcontext would do it all, but costs a system call each time, for it switches signal masks as well. Here
 * the mask and the floating point environment are the thread's: they stay as the last one to run left them.
 *
 * Sanitizers are told of every switch: they keep notes on stacks.
 *
 * Errors: none.
 */
#ifndef CONTEXT_H
#define CONTEXT_H

#include <setjmp.h>
#include <stddef.h>

struct context {
    jmp_buf place;           /* where it was left */
    void (*main)(void *arg); /* what it will run; NULL: it has been entered */
    void *arg;
    void *stack; /* the lowest address */
    size_t stack_size;
    struct context *before; /* who handed the thread over last; the rest is the sanitizers' */
    void *fake_stack, *tsan;
};

/* The calling thread as it is. */
void context_adopt(struct context *);

/*
 * One that runs main(arg), which must not return, once it is switched to.
 *
 * stack  Owns: the caller, for as long as it switches to this context.
 */
void context_make(struct context *, void *stack, size_t size, void (*main)(void *arg), void *arg);

/* Hand the thread from the context that runs to another of the same thread; returns when somebody hands it back. */
void context_switch(struct context *from, struct context *to);

/* Nobody switches to it any more. */
void context_end(struct context *);
#endif
