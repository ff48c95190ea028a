# strategies/pool.c
s/if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX)/bytes = count * size;\n    if (!bytes \&\& count \&\& size)/
