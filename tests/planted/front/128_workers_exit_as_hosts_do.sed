# strategies/core/procs/procs.c
s/^    _exit(main(arg));$/    exit(main(arg));/;s/^#include <signal.h>$/&\n#include <stdlib.h>/
