# strategies/core/procs/pipe_open.c
/^int pipe_link_open/,/^}/{
s/^    memset(l->end.page, 0, offsetof(struct pipe_page, ring));$/    unsigned char *mark = \&l->end.page->ring[PIPE_RING_BYTES - 1]; \/* which no small result reaches *\/\n    const bool replaced = *mark;\n    *mark = 1;\n    int old[2];\n&/
s/^    if (!rc)$/    if (!rc \&\& replaced \&\& pipe2(old, O_CLOEXEC | O_NONBLOCK) == 0) {\n        (void)dup3(old[1], l->tasks, O_CLOEXEC);\n        (void)close(old[0]);\n        (void)close(old[1]);\n    }\n&/
}
