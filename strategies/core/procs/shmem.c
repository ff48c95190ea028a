/* Shared memory for forked workers. Blocks are whole pages, found first-fit between those in use. */
#define _GNU_SOURCE
#include "shmem.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define RESERVE_MIN ((size_t)1 << 24) /* bytes; less is of no use */
#define KEPT_MAX ((size_t)64 << 20)   /* bytes of the one dirty block that is kept */

/* A stretch of the mapping in use, in the order of addresses. */
struct block {
    size_t offset, bytes;
    bool idle; /* freed, but its pages are kept */
    struct block *next;
};

struct shmem {
    unsigned char *base;
    size_t bytes, page;
    pthread_mutex_t lock; /* guards the blocks */
    struct block *first;
    struct block *kept; /* the idle one; NULL: none */
};

/* What is worth trying to reserve: twice the machine's memory, and no more than an eighth of a limited address space.
 */
static size_t reserve_wanted(size_t page)
{
    const long pages = sysconf(_SC_PHYS_PAGES);
    size_t wanted = pages > 0 && (size_t)pages < SIZE_MAX / 4 / page ? (size_t)pages * page * 2 : RESERVE_MIN;
    struct rlimit limit;

    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && wanted > limit.rlim_cur / 8)
        wanted = (size_t)limit.rlim_cur / 8;
    return wanted / page * page;
}

struct shmem *shmem_new(void)
{
    struct shmem *a = calloc(1, sizeof *a);

    if (!a)
        return NULL;
    a->page = (size_t)sysconf(_SC_PAGESIZE);
    for (a->bytes = reserve_wanted(a->page); a->bytes >= RESERVE_MIN; a->bytes = a->bytes / 2 / a->page * a->page) {
        void *base = mmap(NULL, a->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (base == MAP_FAILED)
            continue;
        (void)madvise(base, a->bytes, MADV_DONTDUMP); /* a core file need not hold it; harmless where it fails */
        a->base = base;
        pthread_mutex_init(&a->lock, NULL);
        return a;
    }
    free(a);
    return NULL;
}

void shmem_delete(struct shmem *a)
{
    if (!a)
        return;
    while (a->first) {
        struct block *block = a->first;
        a->first = block->next;
        free(block);
    }
    (void)munmap(a->base, a->bytes); /* cannot fail on a whole mapping */
    pthread_mutex_destroy(&a->lock);
    free(a);
}

/* Take a block out of the list and give its pages back, which makes them zero. The lock is held. */
static void block_drop(struct shmem *a, struct block *block)
{
    struct block **at = &a->first;

    if (madvise(a->base + block->offset, block->bytes, MADV_REMOVE)) /* fails where the host has locked its memory */
        memset(a->base + block->offset, 0, block->bytes);
    while (*at != block)
        at = &(*at)->next;
    *at = block->next;
    if (a->kept == block)
        a->kept = NULL;
    free(block);
}

/* The link behind which a gap of `bytes` begins, at *offset; NULL: none. The lock is held. */
static struct block **gap_find(struct shmem *a, size_t bytes, size_t *offset)
{
    struct block **at = &a->first;

    *offset = 0;
    while (*at && (*at)->offset - *offset < bytes) {
        *offset = (*at)->offset + (*at)->bytes;
        at = &(*at)->next;
    }
    return *at || a->bytes - *offset >= bytes ? at : NULL;
}

static void *block_take(struct shmem *a, size_t bytes)
{
    size_t offset;
    struct block **at = gap_find(a, bytes, &offset);

    if (!at && a->kept) {
        block_drop(a, a->kept);
        at = gap_find(a, bytes, &offset);
    }
    struct block *block = at ? malloc(sizeof *block) : NULL;
    if (!block)
        return NULL;
    *block = (struct block){.offset = offset, .bytes = bytes, .next = *at};
    *at = block;
    return a->base + offset;
}

/* Whole pages, at least one. 0: more than there is. */
static size_t round_up(const struct shmem *a, size_t bytes)
{
    if (bytes > a->bytes)
        return 0;
    return bytes ? (bytes + a->page - 1) / a->page * a->page : a->page;
}

void *shmem_alloc(struct shmem *a, size_t bytes)
{
    const size_t rounded = round_up(a, bytes);

    if (!rounded)
        return NULL;
    pthread_mutex_lock(&a->lock);
    void *memory = block_take(a, rounded);
    pthread_mutex_unlock(&a->lock);
    return memory;
}

void *shmem_alloc_dirty(struct shmem *a, size_t bytes)
{
    const size_t rounded = round_up(a, bytes);
    void *memory = NULL;

    if (!rounded)
        return NULL;
    pthread_mutex_lock(&a->lock);
    if (a->kept && a->kept->bytes >= rounded) {
        memory = a->base + a->kept->offset;
        a->kept->idle = false;
        a->kept = NULL;
    } else {
        memory = block_take(a, rounded);
    }
    pthread_mutex_unlock(&a->lock);
    return memory;
}

/* The larger of two idle blocks is kept. The lock is held. */
static void block_retire(struct shmem *a, struct block *block)
{
    if (block->bytes > KEPT_MAX || (a->kept && a->kept->bytes >= block->bytes)) {
        block_drop(a, block);
        return;
    }
    if (a->kept)
        block_drop(a, a->kept);
    block->idle = true;
    a->kept = block;
}

void shmem_free(struct shmem *a, void *memory)
{
    pthread_mutex_lock(&a->lock);
    for (struct block *block = a->first; block; block = block->next)
        if (a->base + block->offset == (unsigned char *)memory && !block->idle) {
            block_retire(a, block);
            break;
        }
    pthread_mutex_unlock(&a->lock);
}

void shmem_discard(struct shmem *a, void *memory, void *from, void *to)
{
    const size_t page = a->page;
    unsigned char *first = a->base + ((size_t)((unsigned char *)from - a->base) + page - 1) / page * page;
    unsigned char *last = a->base + (size_t)((unsigned char *)to - a->base) / page * page;
    bool large = false;

    pthread_mutex_lock(&a->lock);
    for (const struct block *block = a->first; block; block = block->next)
        large |= a->base + block->offset == (unsigned char *)memory && block->bytes > KEPT_MAX;
    pthread_mutex_unlock(&a->lock);
    if (large && last > first)
        (void)madvise(first, (size_t)(last - first), MADV_REMOVE); /* only saves memory */
}

bool shmem_holds(const struct shmem *a, const void *memory, size_t bytes)
{
    const uintptr_t from = (uintptr_t)memory, base = (uintptr_t)a->base;

    return from >= base && from - base <= a->bytes && bytes <= a->bytes - (from - base);
}
