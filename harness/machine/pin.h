/*
 * pin.h - binding this thread to a CPU, and whether this process may do so at all.
 *
 * Errors: false, with one sentence in why.
 */
#ifndef PIN_H
#define PIN_H

#include "../command/units.h"

bool pin_to_cpu(unsigned cpu, char why[WHY_SIZE]);

/*
 * Bind this thread to the CPU where it runs, and give it back the mask that it had. NULL: it could not be bound, and
 * nothing needs to be given back.
 */
struct pin_mask *pin_here(void);
void pin_restore(struct pin_mask *);

/* Try each CPU of the list, then give this thread back the mask that it had. */
bool pin_try_all(const unsigned *cpus, size_t count, char why[WHY_SIZE]);
#endif
