# strategies/pool.c
s/return pool->setup.workers;/return pool->calls ? pool->setup.workers : 1;/
