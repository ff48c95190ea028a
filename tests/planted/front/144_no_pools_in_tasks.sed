# strategies/front/create.c
s/^    enum pool_status status = check_config(ops, config, fault);/    enum pool_status status = front_running() ? POOL_EINVAL : check_config(ops, config, fault);/
