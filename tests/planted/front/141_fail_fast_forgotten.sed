# strategies/pool.c
s/if (batch->fail_fast && !pool_batch_canceled(batch))/if (batch->fail_fast \&\& !batch->items)/
