/* One call to CPython's pool. */
#define _GNU_SOURCE
#include "cpython_channel.h"

#include "../front/fault.h"
#include "cpython_driver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

bool channel_read(int socket, char *byte)
{
    ssize_t got;

    do
        got = recv(socket, byte, 1, 0);
    while (got < 0 && errno == EINTR);
    return got == 1;
}

/* Tell the driver of a channel. 0, or an errno. */
static int announce(int control, int socket, int memory)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(2 * sizeof(int))];
    } rights = {.header = {.cmsg_len = CMSG_LEN(2 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    char order[] = "c";
    struct iovec text = {.iov_base = order, .iov_len = 1};
    const struct msghdr message = {
        .msg_iov = &text, .msg_iovlen = 1, .msg_control = rights.bytes, .msg_controllen = sizeof rights.bytes};
    const int both[] = {socket, memory};
    ssize_t sent;

    memcpy(CMSG_DATA(&rights.header), both, sizeof both);
    do
        sent = sendmsg(control, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == 1 ? 0 : errno;
}

struct cpython_channel *channel_open(int control, struct pool_fault *fault)
{
    struct cpython_channel *c = calloc(1, sizeof *c);
    int ends[2] = {-1, -1}, rc = ENOMEM;

    if (!c)
        goto err0;
    c->memory = memfd_create("cpython", MFD_CLOEXEC);
    rc = errno;
    if (c->memory < 0)
        goto err1;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) {
        rc = errno;
        goto err2;
    }
    c->socket = ends[0];
    rc = announce(control, ends[1], c->memory);
    close(ends[1]);
    if (!rc)
        return c;
    close(ends[0]);
err2:
    close(c->memory);
err1:
    free(c);
err0:
    fault_set(fault, rc == EPIPE ? POOL_EBROKEN : POOL_EOS, rc, "no channel to CPython");
    return NULL;
}

void channel_close(struct cpython_channel *c)
{
    if (c->size)
        munmap(c->mapped, c->size);
    close(c->socket);
    close(c->memory);
    free(c);
}

/* Memory of that size at least. 0, or an errno. */
static int grow(struct cpython_channel *c, size_t size)
{
    if (size <= c->size)
        return 0;
    if (c->size)
        munmap(c->mapped, c->size);
    c->size = 0;
    if (ftruncate(c->memory, (off_t)size))
        return errno;
    c->mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, c->memory, 0);
    if (c->mapped == MAP_FAILED)
        return errno;
    c->size = size;
    return 0;
}

/* The place of `size` more bytes, which *end then lies behind. */
static uint64_t reserve(size_t *end, size_t size)
{
    const size_t at = (*end + 63) & ~(size_t)63;

    *end = at + size;
    return at;
}

/* Where everything is to lie. Returns the size of it all. */
static size_t arrange(struct cpython_request *r, const struct pool_batch *batch)
{
    const struct pool_task *task = batch->task;
    size_t end = sizeof *r;

    *r = (struct cpython_request){.count = batch->count,
                                  .chunk = batch->chunk,
                                  .nargs = task->nargs,
                                  .out_size = task->out_size,
                                  .call = (uint64_t)(uintptr_t)task->call,
                                  .context_size = task->context_size};
    r->context = reserve(&end, task->context_size);
    for (size_t k = 0; k < task->nargs; k++) {
        r->arg_size[k] = task->arg_size[k];
        r->column[k] = reserve(&end, batch->count * task->arg_size[k]);
    }
    r->out = reserve(&end, batch->count * task->out_size);
    return end;
}

static void copy_in(struct cpython_channel *c, const struct cpython_request *r, const struct pool_batch *batch)
{
    memcpy(c->mapped, r, sizeof *r);
    if (r->context_size)
        memcpy(c->mapped + r->context, batch->task->context, r->context_size);
    for (size_t k = 0; k < r->nargs; k++)
        if (r->arg_size[k])
            memcpy(c->mapped + r->column[k], batch->columns[k], r->count * r->arg_size[k]);
}

static enum pool_status copy_out(const struct cpython_channel *c, struct pool_batch *batch, struct pool_fault *fault)
{
    struct cpython_request r;

    memcpy(&r, c->mapped, sizeof r);
    if (r.status == CPYTHON_BROKEN)
        return fault_set(fault, POOL_EBROKEN, 0, "CPython: %.*s", (int)sizeof r.text, r.text);
    if (r.status == CPYTHON_FAILED)
        pool_item_failed(batch, r.index, (int)r.code);
    if (r.status != CPYTHON_OK)
        return POOL_OK; /* and what became of the other items CPython does not say */
    if (r.out_size)
        memcpy(batch->out, c->mapped + r.out, r.count * r.out_size);
    for (size_t i = 0; batch->items && i < r.count; i++)
        batch->items[i] = (struct pool_item){.status = POOL_OK};
    return POOL_OK;
}

enum pool_status channel_call(struct cpython_channel *c, struct pool_batch *batch, struct pool_fault *fault)
{
    struct cpython_request request;
    const int rc = grow(c, arrange(&request, batch));
    char answered;

    if (rc)
        return fault_set(fault, POOL_ENOMEM, rc, "no memory for the records of %zu items", batch->count);
    copy_in(c, &request, batch);
    if (send(c->socket, "r", 1, MSG_NOSIGNAL) == 1 && channel_read(c->socket, &answered))
        return copy_out(c, batch, fault);
    return fault_set(fault, POOL_EBROKEN, 0, "CPython's process has ended");
}
