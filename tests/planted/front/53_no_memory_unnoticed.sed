# strategies/front/async.c
/^static struct pool_handle \*handle_new/,/^}/{
/^    if (!h)$/{
N
d
}
}
