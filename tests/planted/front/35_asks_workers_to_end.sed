# strategies/core/procs/procs.c
s/p->pidfd, SIGKILL, NULL, 0/p->pidfd, SIGTERM, NULL, 0/
