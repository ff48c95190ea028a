# strategies/front/create.c
s/if (c->workers > ops->workers_max)/if (ops->workers_max == 0)/
