# strategies/pthread_queue.c
s/^        pool_items_run(batch, first, last);$/        if (q->setup->config->initializer)\n            (void)q->setup->config->initializer(q->setup->config->initarg, worker);\n&/
