/*
 * defects.h - every defect of bugs.def, one object each.
 *
 * Errors: none here.
 */
#ifndef DEFECTS_H
#define DEFECTS_H

#include "base.h"

#define BUG(number, id, clause, kind, symptom, fragment, text) extern const struct defect defect_##id;
#include "../bugs.def"
#undef BUG
#endif
