# strategies/core/procs/procs.c
s/^    sweep_descriptors(keep, keep_count);$/    if (!keep)\n        sweep_descriptors(keep, keep_count);/
