#define _GNU_SOURCE
#include "array.h"

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
static void lay_out_zoned(struct array *a, size_t offset)
{
    a->bytes = a->block + ZONE + offset;
    memset(a->block, ZONE_BYTE, a->block_size);
}

static void make_guarded(struct array *a)
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

struct array array_new(enum array_kind kind, struct pool *pool, size_t size, size_t offset)
{
    struct array a = {.size = size, .kind = kind, .pool = pool, .block_size = size + 2 * ZONE + offset};

    if (kind == ARRAY_GUARDED) {
        make_guarded(&a);
        return a;
    }
    a.block = kind == ARRAY_POOL ? pool_alloc(pool, a.block_size) : aligned_alloc(64, (a.block_size + 63) / 64 * 64);
    if (a.block)
        lay_out_zoned(&a, offset);
    return a;
}

void array_free(struct array *a)
{
    if (a->kind == ARRAY_GUARDED && a->block)
        munmap(a->block, a->block_size);
    else if (a->kind == ARRAY_POOL)
        pool_free(a->pool, a->block);
    else
        free(a->block);
    *a = (struct array){0};
}

void array_protect(struct array *a, bool read_only)
{
    if (a->kind == ARRAY_GUARDED && a->block)
        mprotect(a->block, a->block_size - page_size(), read_only ? PROT_READ : PROT_READ | PROT_WRITE);
}

ptrdiff_t array_find_damage(const struct array *a)
{
    const size_t before = (size_t)(a->bytes - a->block);
    const size_t usable = a->kind == ARRAY_GUARDED ? a->block_size - page_size() : a->block_size;

    for (size_t i = before; i-- > 0;)
        if (a->block[i] != ZONE_BYTE)
            return (ptrdiff_t)i - (ptrdiff_t)before;
    for (size_t i = before + a->size; i < usable; i++)
        if (a->block[i] != ZONE_BYTE)
            return (ptrdiff_t)(i - before);
    return PTRDIFF_MIN;
}
