# strategies/front/thread.c
s/if (getpid() != pool->owner)/if (pool->owner == 0)/
