/* A worker at its end of the pipes: receive a chunk, run it, send the results. */
#define _GNU_SOURCE
#include "pipe.h"

#include "../../front/fault.h"
#include "../wait/idle.h"
#include "../worker.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { ALIGNMENT = 64, EXIT_GOOD = 0, EXIT_BROKEN = 1 };

/* Memory that is only ever replaced by larger memory. */
struct room {
    unsigned char *bytes;
    size_t size;
};

struct worker {
    const struct pipe_worker *end;
    struct pipe_page *page;
    struct pool_records records; /* one item at a time: its columns, its result */
    const void *columns[POOL_ARGS_MAX];
    struct room context, chunk, out;
    struct pipe_head head; /* of the item that has run */
    uint64_t written;      /* bytes of the ring that are in the pipe */
    bool timed;
    unsigned char buffer[PIPE_RING_BYTES]; /* read ahead from the task pipe */
    size_t at, until;
};

static bool room_get(struct worker *w, struct room *room, size_t bytes)
{
    if (bytes <= room->size)
        return true;
    free(room->bytes);
    *room = (struct room){0};
    room->bytes = aligned_alloc(ALIGNMENT, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    if (!room->bytes) {
        fault_set(&w->end->books->fault, POOL_ENOMEM, 0, "worker %zu has no memory for a chunk of %zu bytes",
                  w->end->number, bytes);
        return false;
    }
    room->size = bytes;
    return true;
}

/* Look for something in the task pipe as the wait policy says; where there is nothing still, reading it sleeps. */
static void look_for_tasks(const struct worker *w)
{
    struct pollfd tasks = {.fd = w->end->tasks, .events = POLLIN};
    struct idle idle = {0};

    while (idle_look_again(w->end->setup->config->wait, &idle) && poll(&tasks, 1, 0) == 0)
        continue;
}

/* False: the pipe has ended. */
static bool receive(struct worker *w, void *to, size_t bytes)
{
    unsigned char *at = to;

    while (bytes) {
        const size_t had = w->until - w->at < bytes ? w->until - w->at : bytes;
        memcpy(at, w->buffer + w->at, had);
        w->at += had;
        at += had;
        bytes -= had;
        if (!bytes)
            break;
        struct iovec parts[] = {{at, bytes}, {w->buffer, sizeof w->buffer}};
        look_for_tasks(w);
        const ssize_t got = readv(w->end->tasks, parts, 2);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        const size_t direct = (size_t)got < bytes ? (size_t)got : bytes;
        at += direct;
        bytes -= direct;
        w->at = 0;
        w->until = (size_t)got - direct;
    }
    return true;
}

/* Write out the ring. A parent that is gone ends this process by SIGPIPE. */
static void flush(struct worker *w)
{
    while (w->written < w->page->produced) {
        const size_t at = w->written % PIPE_RING_BYTES, bytes = (size_t)(w->page->produced - w->written);
        const size_t straight = bytes < PIPE_RING_BYTES - at ? bytes : PIPE_RING_BYTES - at;
        struct iovec parts[] = {{w->page->ring + at, straight}, {w->page->ring, bytes - straight}};
        const ssize_t put = writev(w->end->results, parts, 2);
        if (put >= 0)
            w->written += (size_t)put;
        else if (errno != EINTR)
            _exit(EXIT_BROKEN);
    }
}

static void produce(struct worker *w, const void *bytes, size_t count)
{
    const unsigned char *from = bytes;

    while (count) {
        const uint64_t produced = w->page->produced;
        const size_t at = produced % PIPE_RING_BYTES, room = PIPE_RING_BYTES - (size_t)(produced - w->written);
        size_t piece = room < PIPE_RING_BYTES - at ? room : PIPE_RING_BYTES - at;
        if (piece > count)
            piece = count;
        if (!piece) {
            flush(w);
            continue;
        }
        memcpy(w->page->ring + at, from, piece);
        /* Release: what the supervisor finds counted after a SIGKILL is there. */
        __atomic_store_n(&w->page->produced, produced + piece, __ATOMIC_RELEASE);
        from += piece;
        count -= piece;
    }
}

static void note_code(void *arg, size_t index, int code)
{
    (void)index;
    ((struct worker *)arg)->head.code = code;
}

/* Run the item that the columns point at, and move them on to the next. */
static void run_item(struct worker *w)
{
    const struct pool_task *task = w->records.task;

    if (task->out_size)
        memset(w->out.bytes, 0, task->out_size); /* no bytes of an earlier item in what this one leaves out */
    w->head = (struct pipe_head){.code = 0};
    books_begin_item(w->end->books, w->timed);
    pool_records_run(&w->records, 0, 1, NULL);
    books_end_item(w->end->books, w->timed);
    produce(w, &w->head, sizeof w->head);
    produce(w, w->out.bytes, task->out_size);
    for (size_t k = 0; k < task->nargs; k++)
        if (w->columns[k])
            w->columns[k] = (const unsigned char *)w->columns[k] + task->arg_size[k];
}

static void run_chunk(struct worker *w, const struct pipe_frame *frame)
{
    static const struct pipe_head last = {.last = 1};
    const uint64_t *canceled = &w->page->canceled[frame->ticket];
    size_t i = 0;

    w->records.task = &frame->task;
    w->records.out = frame->task.out_size ? w->out.bytes : NULL;
    for (; i < frame->count && __atomic_load_n(canceled, __ATOMIC_RELAXED) != frame->number; i++)
        run_item(w);
    if (i < frame->count)
        produce(w, &last, sizeof last);
    flush(w);
}

/* Each column of the chunk begins on a cache line, so that records are aligned as they are in the caller's arrays. */
static bool receive_columns(struct worker *w, const struct pipe_frame *frame)
{
    size_t offset[POOL_ARGS_MAX], bytes = 0;

    for (size_t k = 0; k < frame->task.nargs; k++) {
        offset[k] = bytes;
        bytes += (frame->count * frame->task.arg_size[k] + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    if (!room_get(w, &w->chunk, bytes) || !room_get(w, &w->out, frame->task.out_size))
        return false;
    for (size_t k = 0; k < frame->task.nargs; k++) {
        w->columns[k] = frame->task.arg_size[k] ? w->chunk.bytes + offset[k] : NULL;
        if (!receive(w, w->chunk.bytes + offset[k], frame->count * frame->task.arg_size[k]))
            return false;
    }
    return true;
}

static bool receive_chunk(struct worker *w, struct pipe_frame *frame)
{
    if (!receive(w, frame, sizeof *frame) || !frame->count)
        return false;
    if (frame->fresh_context && (!room_get(w, &w->context, frame->task.context_size) ||
                                 !receive(w, w->context.bytes, frame->task.context_size)))
        return false;
    if (frame->task.context)
        frame->task.context = w->context.bytes;
    return receive_columns(w, frame);
}

int pipe_worker_main(void *arg)
{
    static const int never = 0;
    const struct pipe_worker *end = arg;
    struct worker *w = calloc(1, sizeof *w);
    struct pipe_frame frame;

    if (!w)
        fault_set(&end->books->fault, POOL_ENOMEM, 0, "worker %zu has no memory to begin with", end->number);
    if (!w || worker_begin(end->setup, end->number, &end->books->fault))
        return EXIT_BROKEN;
    books_set_birth(end->books, BOOKS_BORN);
    w->end = end;
    w->page = end->page;
    w->timed = end->setup->config->item_timeout_ns != 0;
    w->records = (struct pool_records){.columns = w->columns, .canceled = &never, .fail = note_code, .arg = w};
    while (receive_chunk(w, &frame))
        if (pipe_ticket_take(&w->page->ticket[frame.ticket], frame.number))
            run_chunk(w, &frame); /* else the supervisor has given it to another worker */
    if (end->books->fault.status)
        return EXIT_BROKEN;
    worker_end(end->setup, end->number);
    return EXIT_GOOD;
}
