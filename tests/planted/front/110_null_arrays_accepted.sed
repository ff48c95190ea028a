# strategies/pool.c
s/if (!array && count && size)/if (!array \&\& count > 1000000 \&\& size)/
