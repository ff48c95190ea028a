/* The table that metrics.def makes. */
#include "../../pure/metric.h"

#include <string.h>

#define METRIC(name) extern const struct metric metric_##name;
#include "metrics.def"
#undef METRIC

const struct metric *const metric_list[] = {
#define METRIC(name) &metric_##name,
#include "metrics.def"
#undef METRIC
    NULL,
};

const struct metric *metric_named(const char *name)
{
    for (size_t i = 0; metric_list[i]; i++)
        if (strcmp(metric_list[i]->name, name) == 0)
            return metric_list[i];
    return NULL;
}

size_t metric_quantity_named(const struct metric *m, const char *name)
{
    for (size_t q = 0; m->quantities[q].name; q++)
        if (strcmp(m->quantities[q].name, name) == 0)
            return q;
    return SIZE_MAX;
}

size_t metric_quantity_count(const struct metric *m)
{
    size_t n = 0;

    while (m->quantities[n].name)
        n++;
    return n;
}
