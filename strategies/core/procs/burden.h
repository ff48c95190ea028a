/*
 * burden.h - what a forked helper can do without: the large memory of its host.
 *
 * A fork copies the page tables of all private memory. A helper that forks often, and needs none of its host's large
 * arrays, leaves them behind once, and its own forks are as cheap as those of a small program. Whoever uses such memory
 * in the helper, or in what it forks, dies of SIGSEGV: it never sees other bytes than the host's.
 *
 * Errors: none; where the system does not tell what is there, all of it is kept.
 */
#ifndef BURDEN_H
#define BURDEN_H

#include <stdbool.h>

/* False: this program has a sanitizer, whose own memory looks like the host's, so nothing is ever dropped. */
bool burden_is_known(void);

/*
 * Make private anonymous memory inaccessible in this process, which has one thread. Kept are mappings of up to 16 MiB,
 * static data, the heap, the C library's arenas, thread stacks, what was mapped without reserve, and the mapping that
 * holds `precious` (NULL: none).
 */
void burden_drop(const void *precious);
#endif
