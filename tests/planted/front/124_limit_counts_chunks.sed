# strategies/core/procs/pipe_link.c
s/l->given += range.count;/l->given++;/
