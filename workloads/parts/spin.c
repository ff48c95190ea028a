#include "spin.h"

#include <math.h>
#include <stdio.h>

/* Knuth's MMIX generator. An odd factor makes each step a bijection: different items keep different results. */
#define FACTOR UINT64_C(6364136223846793005)
#define SUMMAND UINT64_C(1442695040888963407)

/* Aligned and never inlined, so that what was calibrated is what runs, wherever it is called from. */
__attribute__((noinline, aligned(64))) uint64_t workload_spin_loop(uint64_t loops, uint64_t seed)
{
    uint64_t x = seed;

    for (uint64_t i = 0; i < loops; i++) {
        x = x * FACTOR + SUMMAND;
        __asm__ volatile("" : "+r"(x)); /* without it two steps could become one of other constants */
    }
    return x;
}

uint64_t spin_result(uint64_t loops, uint64_t seed)
{
    uint64_t factor = FACTOR, summand = SUMMAND, x = seed;

    for (; loops; loops >>= 1) {
        if (loops & 1)
            x = x * factor + summand;
        summand += summand * factor;
        factor *= factor;
    }
    return x;
}

int spin_loops(const struct workload_spec *spec, uint64_t *loops, char why[WORKLOAD_WHY])
{
    const double wanted = spec->work_ns ? round((double)spec->work_ns * spec->loops_per_ns) : 0;

    if (!(wanted >= 0 && wanted <= 0x1p62)) {
        snprintf(why, WORKLOAD_WHY,
                 "%llu ns at %g loops per ns is no work that can be done; calibrate, or ask for less",
                 (unsigned long long)spec->work_ns, spec->loops_per_ns);
        return 1;
    }
    *loops = (uint64_t)wanted;
    return 0;
}
