/* Run one map of 1000 items with the strategy that the command line names; exit code 0 if it gives the loop's results.
 */
#include "pool.h"

#include <stdio.h>
#include <string.h>

static int triple(const void *const argv[], void *out, const void *context)
{
    unsigned value;

    (void)context;
    memcpy(&value, argv[0], sizeof value);
    value *= 3;
    memcpy(out, &value, sizeof value);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct pool_task task = {
        .name = "triple", .call = triple, .nargs = 1, .arg_size = {sizeof(unsigned)}, .out_size = sizeof(unsigned)};
    unsigned items[1000], out[1000] = {0}, wrong = 0;
    struct pool_fault fault = {0};
    struct pool_config config = {.fault = &fault};
    struct pool *pool;

    for (unsigned i = 0; i < 1000; i++)
        items[i] = i;
    if (argc != 2 || pool_create(argv[1], &config, &pool)) {
        fprintf(stderr, "no pool: %s\n", fault.text);
        return 1;
    }
    const enum pool_status status = pool_map(pool, &task, 1000, items, out, 0, &fault);
    pool_destroy(pool);
    for (unsigned i = 0; i < 1000; i++)
        wrong += out[i] != 3 * i;
    fprintf(stderr, "%s: %s, %u results are wrong\n", argv[1], pool_status_text(status), wrong);
    return status != POOL_OK || wrong;
}
