/*
 * pin.h - binding this thread to a CPU, and whether this process may do so at all.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef PIN_H
#define PIN_H

#include "../command/units.h"

bool pin_to_cpu(unsigned cpu, char why[WHY_SIZE]);

/* Try each CPU of the list, then give this thread back the mask that it had. */
bool pin_try_all(const unsigned *cpus, size_t count, char why[WHY_SIZE]);
#endif
