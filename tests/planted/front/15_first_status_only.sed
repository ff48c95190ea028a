# strategies/pool.c
s/^    if (batch->items) {$/    if (batch->items \&\& !before) {/
