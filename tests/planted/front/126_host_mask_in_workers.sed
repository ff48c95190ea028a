# strategies/core/procs/procs.c
s/^    reset_signals();$/    if (!parent)\n        reset_signals();\n    sigset_t none;\n    sigemptyset(\&none);\n    (void)pthread_sigmask(SIG_SETMASK, \&none, NULL);/
