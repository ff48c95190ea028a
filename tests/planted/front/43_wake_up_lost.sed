# strategies/front/handle.c
/^enum pool_status pool_handle_wait/,/^}/s/^    return idle_until_set.*$/    while (!pool_handle_ready(h)) {\n        (void)usleep(100);\n        if (!futex_wait(\&h->ready, __atomic_load_n(\&h->ready, __ATOMIC_ACQUIRE), deadline_ns))\n            return POOL_ETIMEOUT;\n    }\n    return POOL_OK;/
