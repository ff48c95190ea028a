# strategies/pool.c
s/^    if (count)$/    if (!count)\n        idle_until_set(\&call.over, pool->config.wait, INT64_MAX);\n    else/
