# strategies/core/procs/pipe_worker.c
s/^#include <errno.h>$/&\n#include <fcntl.h>/
s/if (got < 0 && errno == EINTR)/if (got < 0 \&\& (errno == EINTR || errno == EAGAIN))/
s/^    w->end = end;$/&\n    (void)fcntl(end->tasks, F_SETFL, O_NONBLOCK);/
