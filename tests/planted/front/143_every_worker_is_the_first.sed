# strategies/core/worker.c
s/^    own_number = worker;/    own_number = 0 * worker;/
