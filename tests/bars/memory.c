/*
 * Bytes per item that a map needs beyond the caller's arrays: the peak of the proportional set sizes of the whole
 * process tree during the call, less what it was before. A thread that samples it lives in the process that maps.
 */
#define _GNU_SOURCE
#include "bars.h"

#include "machine/clock.h"

#include <ctype.h>
#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ITEMS 10000000
#define ITEMS_TINY 20000
#define WARMUP_ITEMS 1000
#define CALLS 3
#define CELLS_MAX 128
#define BYTES_BAR 32

struct watch {
    bool stop;
    size_t peak_kib;
};

/* Field 6 of /proc/PID/stat, behind the name, which may hold anything. */
static pid_t session_of(const char *pid)
{
    char path[280], text[512];
    int session = -1;

    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    const char *behind = strrchr(text, ')');
    if (!behind || sscanf(behind + 1, " %*c %*d %*d %d", &session) != 1)
        return -1;
    return session;
}

static size_t pss_kib(const char *pid)
{
    char path[280], line[256];
    size_t kib = 0;

    snprintf(path, sizeof path, "/proc/%s/smaps_rollup", pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return 0; /* it has ended */
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "Pss: %zu kB", &kib) == 1)
            break;
    fclose(file);
    return kib;
}

/* All processes of this session: the one that maps leads it. */
static size_t tree_kib(void)
{
    const pid_t session = getsid(0);
    DIR *folder = opendir("/proc");
    size_t sum = 0;

    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (isdigit((unsigned char)entry->d_name[0]) && session_of(entry->d_name) == session)
            sum += pss_kib(entry->d_name);
    if (folder)
        closedir(folder);
    return sum;
}

static void *watch_main(void *arg)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    struct watch *w = arg;

    do {
        const size_t now = tree_kib();
        w->peak_kib = now > w->peak_kib ? now : w->peak_kib;
    } while (nanosleep(&pause, NULL) == 0 && !__atomic_load_n(&w->stop, __ATOMIC_ACQUIRE));
    return NULL;
}

static bool map_watched(struct trial *s, size_t count, struct watch *w, char why[WHY_SIZE])
{
    pthread_t thread;
    bool good = true;

    if (pthread_create(&thread, NULL, watch_main, w) != 0) {
        snprintf(why, WHY_SIZE, "no thread to look at the memory with");
        return false;
    }
    for (size_t call = 0; call < CALLS && good; call++)
        good = trial_map(s, count, 0, why);
    __atomic_store_n(&w->stop, true, __ATOMIC_RELEASE);
    return pthread_join(thread, NULL) == 0 && good;
}

static bool measure(const struct bars *bars, const struct cell *cell, double *value, char why[WHY_SIZE])
{
    struct trial s;
    struct watch w = {0};

    if (!trial_open(&s, bars, cell, "nothing", 0, why))
        return false;
    bool good = trial_map(&s, WARMUP_ITEMS, 0, why);
    const size_t before_kib = tree_kib();
    good = good && map_watched(&s, cell->count, &w, why);
    good = good && trial_check(&s, cell->count, why);
    trial_close(&s);
    if (good && (before_kib == 0)) {
        snprintf(why, WHY_SIZE, "/proc/*/smaps_rollup cannot be read here");
        return false;
    }
    *value = 1024 * ((double)w.peak_kib - (double)before_kib) / (double)cell->count;
    return good;
}

/* The caller's own arrays twice: made before the pool, whose forked workers then share their pages, and after it. */
static size_t add_array_orders(struct cell *cells, size_t count)
{
    const size_t given = count;

    for (size_t i = 0; i < given && count < CELLS_MAX; i++) {
        if (cells[i].shared)
            continue;
        cells[count] = cells[i];
        cells[count].arrays_first = true;
        snprintf(cells[count].label, LABEL_SIZE, "%.20s, arrays first", cells[i].ops->name);
        count++;
    }
    return count;
}

void bars_memory(const struct bars *bars)
{
    static struct cell cells[CELLS_MAX];
    const struct bars once = {.tiny = bars->tiny, .workers = bars->workers, .rounds = 1};
    const size_t items = bars->tiny ? ITEMS_TINY : ITEMS;

    printf("\nmemory: bytes per item beyond the arrays, peak of the whole process tree, one map of %zu items\n", items);
    size_t count = cells_for_strategies(cells, CELLS_MAX / 2, items, false);
    count = add_array_orders(cells, count);
    for (size_t i = 0; i < count; i++)
        cells[i].measure = measure;
    cells_measure(&once, cells, count);
    for (size_t i = 0; i < count; i++) {
        printf("  %-34s", cells[i].label);
        cell_print(&cells[i], 2, "B");
        if (cells[i].taken > 0)
            bars_print_bar(bars, "less than", BYTES_BAR, cell_median(&cells[i]) < BYTES_BAR);
        puts("");
    }
}
