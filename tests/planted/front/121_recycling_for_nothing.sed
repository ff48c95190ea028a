# strategies/front/create.c
s/if (c->max_items_per_worker && /if (0 \&\& /
