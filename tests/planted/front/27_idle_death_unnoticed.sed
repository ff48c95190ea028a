# strategies/core/procs/dispatch.c
s/^        respawn(d);$/        if (!d->setup->workers)\n            respawn(d);/
