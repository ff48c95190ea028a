/*
 * campaign_parts.h - what preparing and measuring share.
 *
 * Errors: none.
 */
#ifndef CAMPAIGN_PARTS_H
#define CAMPAIGN_PARTS_H

#include "campaign.h"

#define CAMPAIGN_NAME_SIZE 160

/* "latency, pthread_steal, nothing, 2 workers"; returns text. */
const char *campaign_cell_name(const struct campaign *, size_t cell, char text[CAMPAIGN_NAME_SIZE]);

/* Say why a cell is left out, and do so. */
void campaign_leave_out(struct campaign *, size_t cell, const char *why);

/* What a session of a cell takes: as measured so far, else as its calls and their checks do. 0: it is left out. */
double campaign_session_ns(const struct campaign *, size_t cell);

/* Now, by the world's clock. */
int64_t campaign_now_ns(const struct campaign *);
#endif
