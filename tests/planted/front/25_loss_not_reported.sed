# strategies/fork_pipe.c
s/^    if (running)$/    if (!running \&\& lost == SIZE_MAX)/
