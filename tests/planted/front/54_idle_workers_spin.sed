# strategies/pthread_queue.c
s/^            pthread_cond_wait(&q->posted, &q->lock);$/            continue;/
