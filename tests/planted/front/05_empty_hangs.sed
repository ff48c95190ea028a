# strategies/pool.c
s/^    if (count)$/    if (!count)\n        call_wait(\&call);\n    else/
