# strategies/front/async.c
s/^    const int code = callback(h->async.arg, fault);$/    pthread_mutex_lock(\&h->call.pool->lock);\n&\n    pthread_mutex_unlock(\&h->call.pool->lock);/
