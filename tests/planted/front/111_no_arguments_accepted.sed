# strategies/pool.c
s/task->nargs < 1 || //
