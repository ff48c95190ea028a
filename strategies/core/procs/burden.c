/* What a forked helper can do without. */
#define _GNU_SOURCE
#include "burden.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define SMALL_BYTES ((uintptr_t)16 << 20) /* as much as a library or a sanitizer may keep for itself, in one piece */
#define TOP_BYTES ((uintptr_t)1 << 18) /* kept at the top, where the loader's own memory may have been joined to it */

/* One mapping, [from, to). */
struct mapping {
    uintptr_t from, to;
    bool plain; /* private, writable, anonymous, without a name */
    bool guard; /* no access */
    bool file;
};

/* The first line that /proc/self/smaps has of a mapping. False: it is another line. */
static bool parse_mapping(const char *line, struct mapping *m)
{
    unsigned long long from, to, inode;
    char rights[5];
    int end = 0;

    if (sscanf(line, "%llx-%llx %4s %*s %*s %llu%n", &from, &to, rights, &inode, &end) != 4 || !end)
        return false;
    *m = (struct mapping){.from = (uintptr_t)from, .to = (uintptr_t)to};
    m->file = inode != 0;
    m->guard = strcmp(rights, "---p") == 0;
    m->plain = strcmp(rights, "rw-p") == 0 && inode == 0 && line[end + (int)strspn(line + end, " ")] == '\n';
    return true;
}

/*
 * Arenas, and the shadows of sanitizers, are mapped without reserve, and not accounted for ("ac"); newer kernels mark
 * stacks ("nh"). On older ones a stack may be one mapping with what lies above it: above a guard, so much is kept.
 */
static uintptr_t bottom_bytes(void)
{
    pthread_attr_t attr;
    size_t bytes = 0;

    if (pthread_getattr_default_np(&attr))
        return SMALL_BYTES;
    (void)pthread_attr_getstacksize(&attr, &bytes); /* of attributes that are good it does not fail */
    (void)pthread_attr_destroy(&attr);
    return bytes;
}

static void drop(const struct mapping *m, uintptr_t precious, uintptr_t bottom)
{
    if (!m->plain || m->to - m->from <= SMALL_BYTES + bottom + TOP_BYTES || (precious >= m->from && precious < m->to))
        return;
    /* Replaced, so that nothing else comes to lie there; where that fails it is kept. */
    (void)mmap((void *)(m->from + bottom), m->to - m->from - bottom - TOP_BYTES, PROT_NONE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

/* There where a sanitizer is linked in, by whatever compiler, into the program or into this library. */
extern void __asan_init(void) __attribute__((weak));
extern void __lsan_init(void) __attribute__((weak));
extern void __msan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));

bool burden_is_known(void)
{
    return !__asan_init && !__lsan_init && !__msan_init && !__tsan_init;
}

void burden_drop(const void *precious)
{
    FILE *file = burden_is_known() ? fopen("/proc/self/smaps", "re") : NULL;
    char line[512]; /* the rest of a longer one, which has a name, is none that we know */
    struct mapping m = {0}, before = {0};
    uintptr_t bottom = 0;

    while (file && fgets(line, sizeof line, file)) {
        if (parse_mapping(line, &m)) {
            m.plain = m.plain && !(before.file && before.to == m.from); /* static data of a module */
            bottom = before.guard && before.to == m.from ? bottom_bytes() : 0;
            before = m;
        } else if (strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " ac") && !strstr(line, " nh")) {
            drop(&m, (uintptr_t)precious, bottom);
            m.plain = false;
        }
    }
    if (file)
        (void)fclose(file);
}
