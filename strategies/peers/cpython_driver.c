/* The text of cpython_driver.py, as a string in the program: no file that could be missing or somebody else's. */
#include "cpython_driver.h"

__asm__(".pushsection .rodata\n"
        ".globl cpython_driver\n"
        "cpython_driver:\n"
        ".incbin \"" CPYTHON_DRIVER "\"\n"
        ".byte 0\n"
        ".popsection\n");
