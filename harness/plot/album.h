/*
 * album.h - a set of pictures on its way: drawn in a folder of its own, then moved to where they belong, or shown.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef ALBUM_H
#define ALBUM_H

#include "../plot.h"
#include "../saved/files.h"
#include "scene.h"

#define STEM_SIZE (CURVES_LABEL_SIZE + 32)

struct plots {
    char *dir;
    struct curves curves[LADDERS];
    struct scene scene;
};

struct album {
    const struct plots *plots;
    const char *format;
    plots_shown *show; /* NULL: the pictures are moved to plots/ of the result folder */
    void *show_arg;
    /* while it is made */
    char folder[FILES_PATH_MAX];
    char (*stems)[STEM_SIZE];
    size_t count;
};

/* Ladder by ladder: the overview, if there is one, then each workload's pictures. Nothing of the folder stays. */
bool album_make(struct album *, char why[WHY_SIZE]);
#endif
