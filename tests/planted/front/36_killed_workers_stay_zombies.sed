# strategies/core/procs/workforce.c
/^static void end_at_once/,/^}/s/^        supervisor_kill(&f->supervisor, w);$/    {\n        supervisor_kill(\&f->supervisor, w);\n        f->supervisor.alive -= f->supervisor.procs[w].pid != 0;\n        f->supervisor.procs[w].pid = 0;\n    }/
