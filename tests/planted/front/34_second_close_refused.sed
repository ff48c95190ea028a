# strategies/front/life.c
s/^    if (pool->state == POOL_RUN)$/    if (pool->state == POOL_CLOSED) {\n        pthread_mutex_unlock(\&pool->lock);\n        return POOL_EINVAL;\n    }\n&/
