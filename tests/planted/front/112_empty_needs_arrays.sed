# strategies/pool.c
s/if (!array && count && size)/if (!array \&\& size)/
