# strategies/pool.c
s/if (pool->state != POOL_RUN || pool->broken) {/if (pool->state > POOL_CLOSED || pool->broken) {/
