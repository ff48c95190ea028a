# strategies/core/procs/pipe_send.c
s/l->given += range.count;/l->given++;/
