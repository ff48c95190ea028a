/*
 * scene.h - what machine.json says that a picture shows.
 *
 * Errors: none: what is missing or strange there is left out of the picture.
 */
#ifndef SCENE_H
#define SCENE_H

#include "script.h"

/* path: of a machine.json. */
void scene_read(const char *path, struct scene *);
#endif
