# strategies/core/procs/workforce.c
s/int64_t due_ns = kill_overdue(f, now_ns);/int64_t due_ns = kill_overdue(f, 0);/
