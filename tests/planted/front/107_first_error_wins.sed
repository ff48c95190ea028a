# strategies/pool.c
s/if (!before || fault->index < call->fault.index)/if (!before)/
