# strategies/core/procs/procs.c
s/^    await_go();$/    if (!parent)\n        await_go();/
