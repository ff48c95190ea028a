# strategies/core/procs/procs.c
s/WEXITED | WNOHANG/WEXITED | WNOHANG | WNOWAIT/
