# strategies/core/procs/shmem.c
s/^#include <pthread.h>$/#include <fcntl.h>\n&/
s/^#include <stdlib.h>$/#include <stdio.h>\n&/
s/^        void \*base = mmap(.*$/        char name[64];\n        snprintf(name, sizeof name, "\/planted_40.%d.%p", getpid(), (void *)a);\n        const int fd = shm_open(name, O_CREAT | O_RDWR | O_CLOEXEC, 0600);\n        if (fd < 0 || ftruncate(fd, (off_t)a->bytes))\n            break;\n        void *base = mmap(NULL, a->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, fd, 0);\n        (void)close(fd);/
/^void shmem_delete/,/^}/s/^    while (a->first) {$/    char name[64];\n    snprintf(name, sizeof name, "\/planted_40.%d.%p", getpid(), (void *)a);\n    (void)shm_unlink(name);\n&/
$a\
\
/* Cases end by _exit: only the program that runs them cleans up. */\
__attribute__((destructor)) static void clean(void)\
{\
    if (system("rm -f /dev/shm/planted_40.*"))\
        perror("/dev/shm");\
}
