# strategies/core/procs/procs.c
s/waitid(P_PIDFD, (id_t)pidfd, info, /waitid(P_ALL, (id_t)pidfd, info, /
