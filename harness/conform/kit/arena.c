#define _GNU_SOURCE
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ZONE ((size_t)256)
#define ZONE_BYTE 0x5c

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* [zone | array | zone], with the array offset bytes off its alignment. */
static void lay_out_zoned(struct arena *a, size_t offset)
{
    a->bytes = a->block + ZONE + offset;
    memset(a->block, ZONE_BYTE, a->block_size);
}

static void make_guarded(struct arena *a)
{
    const size_t page = page_size();
    const size_t whole = (a->size + page - 1) / page * page + page;

    a->block_size = whole + page;
    a->block = mmap(NULL, a->block_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (a->block == MAP_FAILED) {
        a->block = NULL;
        return;
    }
    mprotect(a->block + whole, page, PROT_NONE);
    a->bytes = a->block + whole - a->size;
    memset(a->block, ZONE_BYTE, whole);
}

struct arena arena_new(enum arena_kind kind, struct pool *pool, size_t size, size_t offset)
{
    struct arena a = {.size = size, .kind = kind, .pool = pool, .block_size = size + 2 * ZONE + offset};

    if (kind == ARENA_GUARDED) {
        make_guarded(&a);
        return a;
    }
    a.block = kind == ARENA_POOL ? pool_alloc(pool, a.block_size) : aligned_alloc(64, (a.block_size + 63) / 64 * 64);
    if (a.block)
        lay_out_zoned(&a, offset);
    return a;
}

void arena_free(struct arena *a)
{
    if (a->kind == ARENA_GUARDED && a->block)
        munmap(a->block, a->block_size);
    else if (a->kind == ARENA_POOL)
        pool_free(a->pool, a->block);
    else
        free(a->block);
    *a = (struct arena){0};
}

void arena_protect(struct arena *a, bool read_only)
{
    if (a->kind == ARENA_GUARDED && a->block)
        mprotect(a->block, a->block_size - page_size(), read_only ? PROT_READ : PROT_READ | PROT_WRITE);
}

ptrdiff_t arena_find_damage(const struct arena *a)
{
    const size_t before = (size_t)(a->bytes - a->block);
    const size_t usable = a->kind == ARENA_GUARDED ? a->block_size - page_size() : a->block_size;

    for (size_t i = before; i-- > 0;)
        if (a->block[i] != ZONE_BYTE)
            return (ptrdiff_t)i - (ptrdiff_t)before;
    for (size_t i = before + a->size; i < usable; i++)
        if (a->block[i] != ZONE_BYTE)
            return (ptrdiff_t)(i - before);
    return PTRDIFF_MIN;
}
