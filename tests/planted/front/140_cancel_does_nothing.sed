# strategies/front/life.c
s/__atomic_store_n(&batch->canceled, 1, __ATOMIC_RELAXED);/(void)batch;/
