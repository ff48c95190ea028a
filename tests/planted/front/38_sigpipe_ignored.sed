# strategies/core/procs/supervisor.c
s/^    sigfillset(&all);$/&\n    (void)signal(SIGPIPE, SIG_IGN);/
