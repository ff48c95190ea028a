/* Loading a peer's library. */
#define _GNU_SOURCE
#include "library.h"

#include "../front/fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

static bool find_all(void *handle, const struct library_symbol *symbols)
{
    for (; symbols->name; symbols++) {
        void *found = dlsym(handle, symbols->name);
        if (!found)
            return false;
        memcpy(symbols->where, &found, sizeof found);
    }
    return true;
}

enum pool_status library_open(const char *file, const struct library_symbol *symbols, void **handle,
                              struct pool_fault *fault)
{
    *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (*handle && find_all(*handle, symbols))
        return POOL_OK;
    const char *why = dlerror();
    const bool gone = *handle || strstr(why, strerror(ENOENT)); /* else the system refuses memory or descriptors */
    fault_set(fault, gone ? POOL_EABSENT : POOL_EOS, 0, "a library cannot be loaded: %s", why);
    library_close(*handle);
    *handle = NULL;
    return fault->status;
}

void library_close(void *handle)
{
    if (handle)
        dlclose(handle);
}
