# strategies/front/thread.c
s/ || pool_waits_for(pool, call->within)//
