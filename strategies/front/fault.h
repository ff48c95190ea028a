/*
 * fault.h - saying what went wrong.
 *
 * Errors: none; a sentence that is too long is cut at the end.
 */
#ifndef FAULT_H
#define FAULT_H

#include "pool.h"

/* Fill a fault that no item is to blame for. Returns status, so that a caller can return it. fault may be NULL. */
__attribute__((format(printf, 4, 5))) enum pool_status fault_set(struct pool_fault *fault, enum pool_status status,
                                                                 int os_errno, const char *format, ...);

/* Write the sentence of a failed item from its other fields. */
void fault_describe_item(struct pool_fault *fault);
#endif
