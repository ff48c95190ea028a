# strategies/core/worker.c
s/if (setup->config->finalizer)/if (setup->config->finalizer \&\& !worker)/
