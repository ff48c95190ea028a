# strategies/core/procs/procs.c
s/if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)/if (getppid() != parent)/
