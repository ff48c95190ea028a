/* The table of strategies, made from list.def. */
#include "strategy.h"

#define STRATEGY(name) extern const struct pool_ops strategy_##name;
#include "list.def"
#undef STRATEGY

const struct pool_ops *const pool_strategies[] = {
#define STRATEGY(name) &strategy_##name,
#include "list.def"
#undef STRATEGY
    NULL,
};
