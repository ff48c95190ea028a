/* mix.h - a bijective 64-bit mixer (splitmix64's finaliser, Steele et al. 2014): item numbers into unlike values. */
#ifndef MIX_H
#define MIX_H

#include <stdint.h>

static inline uint64_t mix_u64(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* The value of item `index` in the stream of `seed`. */
static inline uint64_t mix_item(uint64_t seed, uint64_t index)
{
    return mix_u64(mix_u64(seed) ^ index);
}
#endif
