#include "breakeven.h"

#include <math.h>

double breakeven_calls(double life_ns, double call_ns, double fresh_ns)
{
    const double gain = fresh_ns - call_ns;

    if (life_ns <= 0 && gain >= 0)
        return 1;
    return gain > 0 ? fmax(1, ceil(life_ns / gain)) : INFINITY;
}
