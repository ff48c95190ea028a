# strategies/front/life.c
s/__atomic_store_n(&call->batch.canceled, 1, __ATOMIC_RELAXED);/(void)call;/
