# strategies/front/thread.c
s/if (!front_is_owner(pool))/if (pool->owner == 0)/
