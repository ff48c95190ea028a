# strategies/core/procs/dispatch.c
s/^    if (canceled)$/    if (canceled \&\& !d->supervisor.alive)/
