#define _GNU_SOURCE
#include "census.h"

#include "../../machine/clock.h"

#include <ctype.h>
#include <dirent.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t count_numbers(const char *folder)
{
    const struct dirent *entry;
    size_t count = 0;
    DIR *open = opendir(folder);

    while (open && (entry = readdir(open)))
        count += isdigit((unsigned char)entry->d_name[0]) != 0;
    if (open)
        closedir(open);
    return count;
}

static bool is_child(const char *name)
{
    char path[300], text[512];
    int parent = 0;

    snprintf(path, sizeof path, "/proc/%s/stat", name);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    const char *after = strrchr(text, ')');
    return after && sscanf(after + 1, " %*c %d", &parent) == 1 && parent == getpid();
}

static size_t count_children(void)
{
    const struct dirent *entry;
    siginfo_t info;
    size_t count = 0;

    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == -1)
        return 0;
    DIR *proc = opendir("/proc");
    while (proc && (entry = readdir(proc)))
        count += isdigit((unsigned char)entry->d_name[0]) && is_child(entry->d_name);
    if (proc)
        closedir(proc);
    return count;
}

struct census census_take(void)
{
    return (struct census){
        .descriptors = count_numbers("/proc/self/fd"),
        .threads = count_numbers("/proc/self/task"),
        .children = count_children(),
    };
}

static int census_call(const void *const argv[], void *out, const void *context)
{
    (void)argv;
    (void)out;
    (void)context;
    return 0;
}

static bool threads_are_kept_for_reuse(const struct subject *s, size_t threads)
{
    const struct pool_task task = {.name = "census", .call = census_call, .nargs = 1};
    const void *const none[] = {NULL};
    struct pool *pool = subject_create(s, subject_workers(s, 2));

    if (pool_starmap(pool, &task, 2, none, NULL, 1, NULL))
        conform_fail("a map of two empty items failed");
    subject_end(pool);
    return census_take().threads <= threads;
}

void census_compare(const struct subject *s, const struct census *before, bool pools_ran, const char *what)
{
    const int64_t until = clock_now_ns() + subject_patience_ns(s, PATIENCE_SETTLE_NS);
    struct census now = census_take();

    for (;;) {
        const bool others = now.descriptors <= before->descriptors && now.children <= before->children;
        if (others && (now.threads <= before->threads || (pools_ran && threads_are_kept_for_reuse(s, now.threads))))
            return;
        if (clock_now_ns() >= until)
            break;
        poll(NULL, 0, 1);
        now = census_take();
    }
    if (now.children > before->children)
        conform_fail("%s there are %zu children, before there were %zu", what, now.children, before->children);
    if (now.descriptors > before->descriptors)
        conform_fail("%s %zu descriptors are open, before there were %zu", what, now.descriptors, before->descriptors);
    conform_fail("%s there are %zu threads, before there were %zu", what, now.threads, before->threads);
}

size_t heap_bytes(void)
{
    const struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

void heap_expect(const struct subject *s, size_t before, size_t more, size_t calls, const char *what)
{
    const int64_t until_ns = clock_now_ns() + subject_patience_ns(s, PATIENCE_SETTLE_NS);

    while (heap_bytes() > before + more) {
        if (clock_now_ns() >= until_ns)
            conform_fail("after %zu %s the heap has %zu bytes, before it had %zu", calls, what, heap_bytes(), before);
        poll(NULL, 0, 1);
    }
}
