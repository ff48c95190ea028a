/* Out of the same files that machine.json tells about. */
#include "room.h"

#include "../facts/gather.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t at_most(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The group's limit less its use; UINT64_MAX where there is no limit ("max"). */
static uint64_t room_in_group(const struct gather *g)
{
    const char *max = json_string_value(json_object_get(g->object, "memory_max"));
    const char *current = json_string_value(json_object_get(g->object, "memory_current"));

    if (!max || strcmp(max, "max") == 0)
        return UINT64_MAX;
    const uint64_t limit = strtoull(max, NULL, 10), used = current ? strtoull(current, NULL, 10) : 0;
    return limit > used ? limit - used : 0;
}

static uint64_t room_in_machine(const struct gather *g)
{
    const json_t *available = json_object_get(g->object, "available_bytes");

    return json_is_integer(available) ? (uint64_t)json_integer_value(available) / 2 : UINT64_MAX;
}

static uint64_t room_in_address_space(struct gather *g)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || !gather_try(g, "/proc/self/statm"))
        return UINT64_MAX;
    const uint64_t used = strtoull(g->text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
    return limit.rlim_cur > used ? limit.rlim_cur - used : 0;
}

uint64_t room_bytes(const char *root)
{
    struct gather *g = calloc(1, sizeof *g);
    uint64_t room = 0;

    if (!g)
        return 0;
    *g = (struct gather){.object = json_object(), .why = json_object(), .prefix = "", .root = root};
    gather_memory(g);
    gather_cgroup(g);
    room = at_most(at_most(room_in_machine(g), room_in_group(g)), room_in_address_space(g));
    json_decref(g->object);
    json_decref(g->why);
    free(g);
    return room;
}
