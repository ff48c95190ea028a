/*
 * cases.h - what all cases include: their own declarations, made from cases.def.
 *
 * Errors: a case that finds a broken promise ends its process with conform_fail.
 */
#ifndef CASES_H
#define CASES_H

#include "../kit/subject.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define CASE(clause, what) void clause##_##what(struct subject *);
#include "../cases.def"
#undef CASE
#endif
