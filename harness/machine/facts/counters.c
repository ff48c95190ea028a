/* Which counters of the hardware can be read here. */
#include "../counters.h"
#include "gather.h"

void gather_counters(struct gather *g)
{
    char why[COUNTERS_WHY];

    for (enum counter k = 0; k < COUNTERS; k++)
        if (counters_try(k, why))
            gather_put(g, counter_names[k], json_true());
        else
            gather_put_null(g, counter_names[k], "%s", why);
}
