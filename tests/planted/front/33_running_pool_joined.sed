# strategies/front/life.c
s/pool->state == POOL_RUN ? POOL_EINVAL : wait_for_calls/0 ? POOL_EINVAL : wait_for_calls/
