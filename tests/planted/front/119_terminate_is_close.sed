# strategies/front/life.c
s/^        front_cancel_calls(pool);$//
