# strategies/front/create.c
s/^    status = parse_options(pool, fault);$/    pool->config.options = pool->ops->options ? pool->config.options : NULL;\n&/
