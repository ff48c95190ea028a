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

#define CAMPAIGN_HARD_LIMIT 2 /* times the budget that is left for the launches: then they stop, wherever they are */

/* What is measured already; the cell that stands at a place of a launch. */
bool *campaign_done(const struct campaign *, size_t launch, size_t cell);
size_t campaign_cell_at(const struct campaign *, size_t launch, size_t place);

/* Whether so much more would take longer than the limit, counted from the first launch. */
bool campaign_is_over(const struct campaign *, double ahead_ns, double limit_ns);

/* What is not measured yet of a launch; from this launch on of all, those too that are going to be added. */
struct more_ahead campaign_launch_left(const struct campaign *, size_t launch);
struct more_ahead campaign_left(const struct campaign *, size_t launch);

/* How many launches more, and of which cells; see more.h. */
size_t campaign_choose_more(const struct campaign *, bool *wanted);

/* Guess anew what is going to be added; `next` is the first launch that is not measured. False: out of memory. */
bool campaign_foresee(struct campaign *, size_t next);
#endif
