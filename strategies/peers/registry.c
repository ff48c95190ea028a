/* The table of peers, made from list.def. */
#include "peers.h"

#define PEER(name) extern const struct pool_ops strategy_##name;
#include "list.def"
#undef PEER

const struct pool_ops *const pool_peers[] = {
#define PEER(name) &strategy_##name,
#include "list.def"
#undef PEER
    NULL,
};

bool peers_have(const struct pool_ops *ops)
{
    for (size_t i = 0; pool_peers[i]; i++)
        if (pool_peers[i] == ops)
            return true;
    return false;
}
