/* How this program was built, and the C library that it runs with. */
#include "gather.h"

#include <gnu/libc-version.h>
#include <stdio.h>

void gather_build(struct gather *g)
{
    char text[64];

    gather_put_text(g, "version", POOLBENCH_VERSION);
    gather_put_text(g, "compiler", POOLBENCH_COMPILER);
    gather_put_text(g, "flags", POOLBENCH_FLAGS);
    gather_put_text(g, "type", POOLBENCH_BUILD_TYPE);
    gather_put_text(g, "sanitize", POOLBENCH_SANITIZE);
#ifdef __OPTIMIZE__
    gather_put(g, "optimized", json_true());
#else
    gather_put(g, "optimized", json_false());
#endif
#ifdef NDEBUG
    gather_put(g, "assertions", json_false());
#else
    gather_put(g, "assertions", json_true());
#endif
    snprintf(text, sizeof text, "glibc %s", gnu_get_libc_version());
    gather_put_text(g, "libc", text);
    gather_put_text(g, "jansson", jansson_version_str());
}
