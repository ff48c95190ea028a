# strategies/front/create.c
s/if (c->item_timeout_ns && /if (0 \&\& /
