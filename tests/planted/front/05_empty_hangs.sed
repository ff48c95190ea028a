# strategies/pool.c
s/^    if (count)$/    while (!count)\n        pause();\n&/
