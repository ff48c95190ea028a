/* Reading /proc. Lists are taken again until nothing is left, for a process may fork while it is being looked at. */
#define _GNU_SOURCE
#include "sweep.h"

#include "clock.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_AGAIN_MS = 2, KILL_PATIENCE_MS = 5000 };

struct process {
    pid_t pid, parent, session;
    char state;
    bool ours; /* of the session, or a descendant of an orphan handed to us */
};

struct list {
    struct process *all;
    size_t count, room;
};

/* Fill *p from /proc/PID/stat; the name, in parentheses, may hold anything. */
static bool read_process(pid_t pid, struct process *p)
{
    char path[64], text[512];

    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    const char *after = strrchr(text, ')');
    int parent, group, session;
    *p = (struct process){.pid = pid};
    if (!after || sscanf(after + 1, " %c %d %d %d", &p->state, &parent, &group, &session) != 4)
        return false;
    p->parent = parent;
    p->session = session;
    return true;
}

static bool list_add(struct list *list, struct process p)
{
    if (list->count == list->room) {
        const size_t room = list->room ? 2 * list->room : 256;
        struct process *all = realloc(list->all, room * sizeof *all);
        if (!all)
            return false;
        list->all = all;
        list->room = room;
    }
    list->all[list->count++] = p;
    return true;
}

static struct list list_processes(void)
{
    struct list list = {0};
    struct process p;
    const struct dirent *entry;
    DIR *proc = opendir("/proc");

    while (proc && (entry = readdir(proc)))
        if (isdigit((unsigned char)entry->d_name[0]) && read_process((pid_t)atoi(entry->d_name), &p) &&
            !list_add(&list, p))
            break;
    if (proc)
        closedir(proc);
    return list;
}

static bool is_bystander(const struct sweep_bystanders *known, pid_t pid)
{
    for (size_t i = 0; i < known->count; i++)
        if (known->pids[i] == pid)
            return true;
    return false;
}

static bool has_parent_of_ours(const struct list *list, const struct process *p)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->all[i].ours && list->all[i].pid == p->parent)
            return true;
    return false;
}

/* Mark the session and our new children, then descendants of what is marked until there are no more. */
static void mark_ours(struct list *list, pid_t session, const struct sweep_bystanders *known)
{
    const pid_t self = getpid();
    bool more = true;

    for (size_t i = 0; i < list->count; i++) {
        struct process *p = &list->all[i];
        p->ours = p->session == session || (p->parent == self && !is_bystander(known, p->pid));
    }
    while (more) {
        more = false;
        for (size_t i = 0; i < list->count; i++)
            if (!list->all[i].ours && has_parent_of_ours(list, &list->all[i]))
                list->all[i].ours = more = true;
    }
}

bool sweep_note_bystanders(struct sweep_bystanders *known)
{
    siginfo_t info;

    *known = (struct sweep_bystanders){0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == -1)
        return true; /* no children at all, which is the usual case and costs no look at /proc */
    struct list list = list_processes();
    known->pids = malloc((list.count + 1) * sizeof *known->pids);
    for (size_t i = 0; known->pids && i < list.count; i++)
        if (list.all[i].parent == getpid())
            known->pids[known->count++] = list.all[i].pid;
    free(list.all);
    return known->pids;
}

void sweep_forget_bystanders(struct sweep_bystanders *known)
{
    free(known->pids);
}

/* One look: reap what is dead and ours to reap, send `with` to the living (0: only count). Returns the living. */
static size_t sweep_once(pid_t session, const struct sweep_bystanders *known, int with)
{
    siginfo_t info;
    size_t living = 0;

    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == -1 && errno == ECHILD)
        return 0; /* every orphan would be our child */
    struct list list = list_processes();
    mark_ours(&list, session, known);
    for (size_t i = 0; i < list.count; i++) {
        const struct process *p = &list.all[i];
        if (!p->ours)
            continue;
        if (p->parent == getpid())
            waitpid(p->pid, NULL, WNOHANG);
        if (p->state == 'Z' || p->state == 'X')
            continue;
        living++;
        if (with)
            kill(p->pid, with);
    }
    free(list.all);
    return living;
}

size_t sweep_kill(pid_t session, const struct sweep_bystanders *known, int64_t grace_ns)
{
    const int64_t until = clock_now_ns() + grace_ns;
    size_t living = sweep_once(session, known, 0);

    while (living && clock_now_ns() < until) {
        poll(NULL, 0, LOOK_AGAIN_MS);
        living = sweep_once(session, known, 0);
    }
    if (living)
        living = sweep_once(session, known, SIGKILL);
    for (int i = 0; i < KILL_PATIENCE_MS / LOOK_AGAIN_MS && sweep_once(session, known, SIGKILL); i++)
        poll(NULL, 0, LOOK_AGAIN_MS);
    return living;
}

/* The first line of a file under /proc; "?" if it cannot be read. */
static void read_line(char *line, size_t size, pid_t pid, const char *thread, const char *what)
{
    char path[128];

    snprintf(path, sizeof path, "/proc/%ld/task/%s/%s", (long)pid, thread, what);
    FILE *file = fopen(path, "re");
    if (!file || !fgets(line, (int)size, file) || !*line)
        snprintf(line, size, "?");
    if (file)
        fclose(file);
    line[strcspn(line, "\n")] = '\0';
}

static void describe_threads(FILE *to, const struct process *p)
{
    char path[64], name[64], channel[128], call[256], state[512];
    const struct dirent *entry;

    snprintf(path, sizeof path, "/proc/%ld/task", (long)p->pid);
    DIR *tasks = opendir(path);
    while (tasks && (entry = readdir(tasks))) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        read_line(name, sizeof name, p->pid, entry->d_name, "comm");
        read_line(channel, sizeof channel, p->pid, entry->d_name, "wchan");
        read_line(call, sizeof call, p->pid, entry->d_name, "syscall");
        read_line(state, sizeof state, p->pid, entry->d_name, "stat");
        const char *after = strrchr(state, ')');
        fprintf(to, "process %ld (parent %ld) thread %s (%s): state %c, waits in %s, system call %s\n", (long)p->pid,
                (long)p->parent, entry->d_name, name, after && after[1] ? after[2] : '?', channel, call);
    }
    if (tasks)
        closedir(tasks);
}

char *sweep_describe(pid_t session, const struct sweep_bystanders *known)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    if (!to)
        return NULL;
    struct list list = list_processes();
    mark_ours(&list, session, known);
    for (size_t i = 0; i < list.count; i++)
        if (list.all[i].ours)
            describe_threads(to, &list.all[i]);
    free(list.all);
    fclose(to);
    return text;
}
