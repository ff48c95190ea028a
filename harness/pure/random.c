#include "random.h"

#include "mix.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

bool random_shuffle(size_t *list, size_t count, uint64_t seed, uint64_t stream)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    if (!rng)
        return false;
    /* mt19937 takes 32 bits: mixing lets every bit of the seed count. 0 would mean GSL's own default seed. */
    gsl_rng_set(rng, (unsigned long)(mix_item(seed, stream) >> 32) | 1);
    gsl_ran_shuffle(rng, list, count, sizeof *list);
    gsl_rng_free(rng);
    return true;
}
