/* The sentences of the library. */
#define _GNU_SOURCE
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *pool_status_text(enum pool_status status)
{
    switch (status) {
    case POOL_OK: return "success";
    case POOL_EINVAL: return "invalid argument";
    case POOL_ENOMEM: return "out of memory";
    case POOL_EOS: return "a system call failed";
    case POOL_ETASK: return "a task failed";
    case POOL_ELOST: return "a worker died";
    case POOL_ETIMEOUT: return "the time is over";
    case POOL_ECANCELED: return "cancelled";
    case POOL_ECLOSED: return "the pool is closed";
    case POOL_EBROKEN: return "the pool is broken";
    case POOL_EDEADLK: return "waiting here would never end";
    case POOL_EABSENT: return "not in this build";
    case POOL_ENOTSUP: return "not supported by this strategy";
    case POOL_END: return "there are no more items";
    }
    return "unknown status";
}

enum pool_status fault_set(struct pool_fault *fault, enum pool_status status, int os_errno, const char *format, ...)
{
    if (!fault)
        return status;
    *fault = (struct pool_fault){.status = status, .index = POOL_NO_ITEM, .os_errno = os_errno};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault->text, sizeof fault->text, format, arguments);
    va_end(arguments);
    if (os_errno) {
        const size_t used = strlen(fault->text);
        snprintf(fault->text + used, sizeof fault->text - used, ": %s", strerrordesc_np(os_errno));
    }
    return status;
}

void fault_describe_item(struct pool_fault *f)
{
    if (f->status == POOL_ETASK)
        snprintf(f->text, sizeof f->text, "item %zu failed with code %d", f->index, f->code);
    else if (f->status == POOL_ELOST && f->signal)
        snprintf(f->text, sizeof f->text, "item %zu was lost: signal %d (%s) killed worker %ld", f->index, f->signal,
                 sigdescr_np(f->signal), (long)f->pid);
    else if (f->status == POOL_ELOST)
        snprintf(f->text, sizeof f->text, "item %zu was lost: worker %ld exited with code %d", f->index, (long)f->pid,
                 f->exit_code);
    else
        snprintf(f->text, sizeof f->text, "item %zu: %s", f->index, pool_status_text(f->status));
}
