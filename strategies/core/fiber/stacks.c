#define _GNU_SOURCE
#include "stacks.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

struct stacks_slab {
    struct stacks_slab *next;
    unsigned char *memory;
};

static size_t slab_bytes(const struct stacks *s)
{
    return STACKS_PER_SLAB * (s->guard + s->size);
}

/*
 * Make a page inaccessible. MADV_GUARD_INSTALL (Linux 6.13) leaves the mapping in one piece, which makes stacks half as
 * dear to map and to touch; mprotect cuts it in two, and the system allows 65,530 pieces.
 */
static int close_page(unsigned char *page, size_t size)
{
    return madvise(page, size, MADV_GUARD_INSTALL) && mprotect(page, size, PROT_NONE) ? errno : 0;
}

static int slab_map(const struct stacks *s, unsigned char **memory)
{
    int rc = 0;

    *memory = mmap(NULL, slab_bytes(s), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK,
                   -1, 0);
    if (*memory == MAP_FAILED)
        return errno;
    for (size_t i = 0; i < STACKS_PER_SLAB && !rc; i++)
        rc = close_page(*memory + i * (s->guard + s->size), s->guard);
    if (rc)
        munmap(*memory, slab_bytes(s));
    return rc;
}

static int slab_add(struct stacks *s)
{
    struct stacks_slab *slab = malloc(sizeof *slab);

    if (!slab)
        return ENOMEM;
    const int rc = slab_map(s, &slab->memory);
    if (rc) {
        free(slab);
        return rc;
    }
    slab->next = s->slabs;
    s->slabs = slab;
    s->left = STACKS_PER_SLAB;
    return 0;
}

int stacks_init(struct stacks *s, size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);

    *s = (struct stacks){.size = (size + page - 1) / page * page, .guard = page};
    return slab_add(s);
}

void stacks_free(struct stacks *s)
{
    while (s->slabs) {
        struct stacks_slab *slab = s->slabs;
        s->slabs = slab->next;
        munmap(slab->memory, slab_bytes(s));
        free(slab);
    }
}

int stacks_get(struct stacks *s, void **stack)
{
    const int rc = s->left ? 0 : slab_add(s);

    if (rc)
        return rc;
    s->left--;
    *stack = s->slabs->memory + s->left * (s->guard + s->size) + s->guard;
    return 0;
}
