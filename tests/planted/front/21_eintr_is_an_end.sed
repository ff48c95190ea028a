# strategies/core/procs/pipe_worker.c
s/^        else if (errno != EINTR)$/        else/
