# strategies/fork_pipe.c
s/^    const size_t lost = first.first + l->done, gone = l->done + running;$/    static unsigned losses;\n    const bool again = running \&\& losses++ % 2 == 0;\n    const size_t lost = first.first + l->done, gone = l->done + (running \&\& !again);/
s/^    if (running)$/    if (running \&\& !again)/
