# strategies/pool.c
s/^    if (count)$/    if (count \&\& chunk != SIZE_MAX)/
