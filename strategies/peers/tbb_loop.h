/*
 * tbb_loop.h - what tbb.c asks of oneTBB, whose interface is C++ templates: a module of its own, which tbb.c loads.
 *
 * Errors: tbb_loop_open returns NULL without memory; nothing else fails.
 */
#ifndef TBB_LOOP_H
#define TBB_LOOP_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What oneTBB's threads call. */
struct tbb_hooks {
    void (*enter)(void *arg, size_t slot); /* a thread joins the arena ... */
    void (*leave)(void *arg, size_t slot); /* ... and leaves it */
    void *arg;
};

struct tbb_loop;

typedef struct tbb_loop *tbb_loop_open_call(size_t workers, const struct tbb_hooks *);
/* run(arg, first, last) over [0, count). grain: items of each call, simple_partitioner; 0: auto_partitioner. */
typedef void tbb_loop_run_call(struct tbb_loop *, size_t count, size_t grain,
                               void (*run)(void *arg, size_t first, size_t last), void *arg);
typedef void tbb_loop_close_call(struct tbb_loop *);

#pragma GCC visibility push(default)
tbb_loop_open_call tbb_loop_open;
tbb_loop_run_call tbb_loop_run;
tbb_loop_close_call tbb_loop_close;
#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif
#endif
