# strategies/front/cpus.c
s/^#include <string.h>$/&\n#include <unistd.h>/
s/affinity = cpus_in_affinity()/affinity = (size_t)sysconf(_SC_NPROCESSORS_ONLN)/
