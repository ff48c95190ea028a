# strategies/front/thread.c
s/if (pool_waits_for(pool, running))/if (!running \&\& pool_waits_for(pool, running))/
