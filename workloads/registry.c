/* The table of workloads, made from list.def. */
#include "workload.h"

#define WORKLOAD(name) extern const struct workload workload_##name;
#include "list.def"
#undef WORKLOAD

const struct workload *const workloads[] = {
#define WORKLOAD(name) &workload_##name,
#include "list.def"
#undef WORKLOAD
    NULL,
};
